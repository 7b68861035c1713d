import { Card, CardHead, Scroll, Status, Table, Td, Th, Tr } from "@/components/ui";
import { isOver, type JobDetail } from "@/features/jobs";
import { cx } from "@/lib/cx";
import { duration, percent } from "@/lib/format";
import { metricLabel, metricValue } from "@/lib/metrics";

const SHOWN = 12;

/** The best models so far. */
export function LiveLeaderboard({ job }: { job: JobDetail }) {
  const rows = job.leaderboard.slice(0, SHOWN);
  const hasWeights = job.leaderboard.some((row) => row.weight > 0);
  if (rows.length === 0 && isOver(job)) return null;
  return (
    <Card label="Leaderboard" className="overflow-hidden">
      <CardHead
        title={isOver(job) ? "Leaderboard" : "Live leaderboard"}
        sub="on rows held out in turn"
        actions={
          job.status === "running" && job.progress.stage === "search" ? (
            <Status tone="running" word="searching" />
          ) : null
        }
      />
      {rows.length === 0 ? (
        <p className="card-pad m-0 py-6 text-ink-2">Models appear here as they are tested.</p>
      ) : (
        <Scroll label="Leaderboard: table" className="pt-2">
          <Table>
            <thead>
              <tr>
                <Th n className="w-10">
                  <span className="sr-only">Rank</span>
                </Th>
                <Th>Model</Th>
                <Th n>{metricLabel(job.metric)}</Th>
                {hasWeights ? (
                  <Th n className="max-sm:hidden">
                    In the blend
                  </Th>
                ) : null}
                <Th n className="max-sm:hidden">
                  Fit time
                </Th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <Tr key={row.name} className={cx("transition-colors", index === 0 && "bg-accent-soft")}>
                  <Td n className="text-ink-3">
                    {index + 1}
                  </Td>
                  <Td>
                    <span className="font-[550]">{row.name}</span>
                    {row.family && row.family !== row.name ? (
                      <span className="ml-1.5 text-meta text-ink-3 max-sm:block max-sm:ml-0">
                        {row.family}
                      </span>
                    ) : null}
                    {row.weight > 0 ? (
                      <span className="num block text-meta text-accent-ink sm:hidden">
                        {percent(row.weight, 0)} of the blend
                      </span>
                    ) : null}
                  </Td>
                  <Td n className="font-semibold">
                    {metricValue(job.metric, row.score)}
                  </Td>
                  {hasWeights ? (
                    <Td n className="max-sm:hidden">
                      {row.weight > 0 ? percent(row.weight, 0) : "–"}
                    </Td>
                  ) : null}
                  <Td n className="text-ink-2 max-sm:hidden">
                    {duration(row.seconds)}
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </Scroll>
      )}
      {job.leaderboard.length > SHOWN ? (
        <p className="card-pad m-0 border-t border-line py-2.5 text-meta text-ink-3">
          Best {SHOWN} of {job.leaderboard.length}
        </p>
      ) : null}
    </Card>
  );
}
