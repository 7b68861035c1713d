import { Check, Info, X } from "lucide-react";
import Link from "next/link";
import { type Domain, extent, RangeMark, SERIES } from "@/components/charts";
import { Card, CardFoot, Chip, Scroll } from "@/components/ui";
import { write } from "@/features/results";
import { metricLabel, metricTerm } from "@/lib/metrics";
import { type Mark, marksOf, metricOf, namesOf, type Run, sharedMetrics } from "../lib/compare";

/** Every shared score of every run with its range; the best one marked, ties called ties. */
export function ScoreTable({
  runs,
  hasMarks,
  onRemove,
}: {
  runs: Run[];
  hasMarks: boolean;
  onRemove: (id: string) => void;
}) {
  const metrics =
    runs.length > 1 ? sharedMetrics(runs) : (runs[0]?.evaluation.metrics.map((metric) => metric.name) ?? []);
  const names = namesOf(runs);
  const duel = duelOf(runs);
  return (
    <Card label="Scores side by side" className="overflow-hidden">
      <Scroll label="Scores side by side: table">
        <table className="w-full border-collapse text-table" style={{ minWidth: 150 + runs.length * 176 }}>
          <thead>
            <tr>
              <th
                scope="col"
                className="w-[150px] border-b border-line bg-surface px-4 py-3 text-left align-bottom text-meta font-medium text-ink-3 max-md:sticky max-md:left-0 max-md:z-10 max-md:w-[116px] md:w-[210px] md:px-5"
              >
                95&nbsp;% ranges
              </th>
              {runs.map((run, place) => (
                <th
                  key={run.job.id}
                  scope="col"
                  className="border-b border-line px-3 pb-3 text-left align-top font-normal"
                >
                  <span
                    aria-hidden="true"
                    className="mb-2.5 block h-[3px]"
                    style={{ background: SERIES[place] }}
                  />
                  <span className="flex items-start gap-1.5">
                    <span className="min-w-0 flex-1">
                      <Link
                        href={`/results/${run.job.id}`}
                        prefetch={false}
                        className="break-anywhere line-clamp-2 font-semibold hover:underline"
                      >
                        <bdi>{names[place]}</bdi>
                      </Link>
                      <span className="line-clamp-2 text-meta text-ink-3">{run.job.model_type}</span>
                    </span>
                    <button
                      type="button"
                      aria-label={`Leave out ${names[place]}`}
                      className="grid size-6 shrink-0 place-items-center rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
                      onClick={() => onRemove(run.job.id)}
                    >
                      <X aria-hidden="true" className="size-3.5" />
                    </button>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((name) => (
              <ScoreRow
                key={name}
                name={name}
                runs={runs}
                marks={hasMarks ? marksOf(runs, name) : runs.map(() => "none" as const)}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
      {metrics.length === 0 ? (
        <p className="card-pad m-0 py-6 text-ink-2">These runs share no scores.</p>
      ) : null}
      {hasMarks ? (
        <CardFoot className="text-meta">
          <Info aria-hidden="true" className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
          <span className="min-w-0 flex-1">
            “No real difference”: the 95&nbsp;% range of the gap to the best, made of both ranges, includes
            zero. On the same rows a small real gap may still be missed
            {duel ? (
              <>
                ; a{" "}
                <Link href={duel} prefetch={false} className="text-accent-ink hover:underline">
                  duel on a file of your own
                </Link>{" "}
                compares row by row
              </>
            ) : null}
            .
          </span>
        </CardFoot>
      ) : null}
    </Card>
  );
}

// The one that answers now is the champion; else the first.
function duelOf(runs: Run[]): string | null {
  if (runs.length !== 2) return null;
  const [champion, challenger] = [...runs].sort((a, b) => Number(b.job.deployed) - Number(a.job.deployed));
  return `/duel?champion=${champion?.job.id}&challenger=${challenger?.job.id}`;
}

function ScoreRow({ name, runs, marks }: { name: string; runs: Run[]; marks: Mark[] }) {
  const metrics = runs.map((run) => metricOf(run, name));
  const known = metrics.find((metric) => metric);
  const domain = domainOf(metrics.flatMap((metric) => [metric?.value, metric?.low, metric?.high]));
  return (
    <tr className="[&:not(:last-child)>*]:border-b [&>*]:border-line">
      <th
        scope="row"
        className="bg-surface px-4 py-3 text-left align-top font-normal max-md:sticky max-md:left-0 max-md:z-10 md:px-5"
      >
        <span className="font-[550]" title={known?.term || metricTerm(name)}>
          {known?.label ?? metricLabel(name)}
        </span>
        <span className="block text-meta text-ink-3">
          {known?.greater_is_better ? "higher is better" : "lower is better"}
        </span>
      </th>
      {metrics.map((metric, place) => (
        <td key={runs[place]?.job.id} className="px-3 py-3 align-top">
          {metric && metric.value !== null ? (
            <>
              <span className="flex min-h-[22px] flex-wrap items-center justify-between gap-x-2">
                <span className="num text-section font-semibold">{write(metric, metric.value)}</span>
                <MarkWord mark={marks[place] ?? "none"} />
              </span>
              <span className="my-1 block">
                <RangeMark
                  value={metric.value}
                  low={metric.low}
                  high={metric.high}
                  domain={domain}
                  color={SERIES[place]}
                />
              </span>
              <span className="num text-meta text-ink-3">
                {metric.low !== null
                  ? `${write(metric, metric.low)} to ${write(metric, metric.high)}`
                  : "no range"}
              </span>
            </>
          ) : (
            <span className="text-meta text-ink-3">{metric?.reason || "not measured"}</span>
          )}
        </td>
      ))}
    </tr>
  );
}

function MarkWord({ mark }: { mark: Mark }) {
  if (mark === "best") {
    return (
      <Chip tone="accent">
        <Check aria-hidden="true" />
        Best
      </Chip>
    );
  }
  if (mark === "tie") return <span className="text-meta text-ink-2">no real difference</span>;
  return mark === "worse" ? <span className="text-meta font-medium text-warn">worse</span> : null;
}

// One scale for a row, as wide as its ranges, so that gaps can be seen.
function domainOf(values: (number | null | undefined)[]): Domain {
  const [low, high] = extent(values);
  const margin = (high - low) * 0.08 || Math.abs(high) * 0.05 || 0.05;
  return [low - margin, high + margin];
}
