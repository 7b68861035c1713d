import { type Domain, extent, Mark, Numbers, nice, Plot, path } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import { isOver, type JobDetail } from "@/features/jobs";
import { clock, duration, plural } from "@/lib/format";
import { greaterIsBetter, metricLabel, metricValue } from "@/lib/metrics";

/** The best score so far against the time, with what is left of the budget shaded. */
export function ScoreOverTime({ job }: { job: JobDetail }) {
  const { metric, curve } = job;
  const better = greaterIsBetter(metric) ? "higher is better" : "lower is better";
  const last = curve.at(-1);
  const tried = job.progress.n_models;
  return (
    <Card label="Score over time">
      <CardHead
        title="Score over time"
        sub={tried > 0 ? `${plural(tried, "model")} tried, each on rows held out in turn` : undefined}
      />
      <CardBody>
        {last ? (
          <>
            <Chart job={job} yLabel={`${metricLabel(metric)} (${better})`} />
            <Numbers
              name="Score over time"
              table={() => ({
                head: ["After", metricLabel(metric), "Model"],
                rows: curve.map((point) => [
                  duration(point.elapsed_s),
                  metricValue(metric, point.score),
                  point.name,
                ]),
              })}
            />
          </>
        ) : (
          <div className="grid h-[260px] place-items-center text-center text-ink-2">
            <p className="m-0 max-w-[34ch]">
              {isOver(job)
                ? "No model was finished."
                : "The first model appears here as soon as it is tested."}
            </p>
          </div>
        )}
      </CardBody>
    </Card>
  );
}

function Chart({ job, yLabel }: { job: JobDetail; yLabel: string }) {
  const { metric, curve } = job;
  const last = curve.at(-1);
  const isLive = !isOver(job);
  const now = isLive ? job.progress.elapsed_s : Math.max(job.duration_s ?? 0, last?.elapsed_s ?? 0);
  const end = Math.max(isLive ? now + (job.progress.remaining_s ?? 0) : now, last?.elapsed_s ?? 1, 1);
  const scores = extent(curve.map((point) => point.score));
  const margin = (scores[1] - scores[0]) * 0.15 || Math.abs(scores[1]) * 0.02 || 0.01;
  const y: Domain = nice([scores[0] - margin, scores[1] + margin], 4);
  const best = last ? metricValue(metric, last.score) : "–";
  return (
    <Plot
      height={260}
      left={56}
      alt={`Best score so far over time: ${curve
        .slice(-5)
        .map((point) => `${metricValue(metric, point.score)} after ${duration(point.elapsed_s)}`)
        .join(", ")}.`}
      x={{ domain: [0, end], label: "minutes since start", format: clock }}
      y={{ domain: y, label: yLabel, format: (value) => metricValue(metric, value) }}
      notes={
        last
          ? [
              {
                x: Math.min(now, end),
                y: last.score,
                align: now / end > 0.7 ? "right" : "left",
                color: "var(--accent-ink)",
                text: <span className="relative -top-3.5 px-2">{best} best so far</span>,
              },
            ]
          : []
      }
    >
      {({ x, y: toY }) => (
        <>
          {isLive ? (
            <rect x={x(now)} width={Math.max(0, 100 - x(now))} y="0" height="100" fill="var(--sunken)" />
          ) : null}
          <path
            className="mark-line"
            stroke="var(--c1)"
            d={path(
              [
                ...curve.map((point) => [x(point.elapsed_s), toY(point.score)] as const),
                [x(now), toY(last?.score ?? 0)],
              ],
              true,
            )}
          />
          {curve.map((point) => (
            <Mark
              key={`${point.elapsed_s}-${point.name}`}
              x={x(point.elapsed_s)}
              y={toY(point.score)}
              size={6}
              color="var(--c1)"
            />
          ))}
          <Mark x={x(now)} y={toY(last?.score ?? 0)} size={9} color="var(--c1)" />
        </>
      )}
    </Plot>
  );
}
