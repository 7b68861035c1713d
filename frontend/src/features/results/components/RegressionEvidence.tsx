import { extent, Mark, Numbers, nice, Plot } from "@/components/charts";
import { Card, CardBody, CardHead } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { compact, number, percent, significant } from "@/lib/format";
import type { Intervals, Point, Residuals } from "../lib/evidence";
import { ErrorGroups } from "./ErrorGroups";

/** Estimates against the truth, how far off they are, and where they are worse. */
export function RegressionEvidence({ evaluation, target }: { evaluation: Evaluation; target: string }) {
  const points = (evaluation.predicted_vs_actual ?? []) as Point[];
  const residuals = evaluation.residuals as Residuals | null | undefined;
  const intervals = evaluation.intervals as Intervals | null | undefined;
  return (
    <div className="space-y-4">
      <div className="grid gap-4 md:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
        {points.length > 0 ? <Scatter points={points} total={evaluation.n_rows} target={target} /> : null}
        <div className="flex min-w-0 flex-col gap-4">
          {residuals ? <HowFarOff residuals={residuals} /> : null}
          {intervals ? <DoRangesHold intervals={intervals} /> : null}
        </div>
      </div>
      {residuals && residuals.groups.length > 0 ? (
        <ErrorGroups
          groups={residuals.groups}
          target={target}
          level={intervals?.level}
          relative={residuals.relative}
        />
      ) : null}
    </div>
  );
}

function Scatter({ points, total, target }: { points: Point[]; total: number; target: string }) {
  const domain = nice(extent(points.flatMap((point) => [point.actual, point.predicted])), 4);
  const shown =
    points.length < total
      ? `${number(points.length)} of ${number(total)} test rows`
      : `${number(total)} test rows`;
  const off = points.map((point) => Math.abs(point.predicted - point.actual)).sort((a, b) => a - b);
  return (
    <Card label="Estimate against truth">
      <CardHead title="Estimate against truth" sub={shown} />
      <CardBody>
        <Plot
          height={340}
          left={52}
          alt={`Estimates against true values of ${target} for ${shown}; half of them are within ${significant(off[Math.floor(off.length / 2)])} of the dashed line of perfect estimates.`}
          x={{ domain, label: `really (${target})`, format: (value) => compact(value) }}
          y={{ domain, label: "estimate", format: (value) => compact(value) }}
        >
          {({ x, y }) => (
            <>
              <g opacity="0.45">
                {points.map((point, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: points never move
                  <Mark key={index} x={x(point.actual)} y={y(point.predicted)} size={4.5} color="var(--c1)" />
                ))}
              </g>
              <line className="mark-reference" x1="0" y1="100" x2="100" y2="0" />
            </>
          )}
        </Plot>
        <Numbers
          name="Estimates and true values"
          table={() => ({
            head: ["Really", "Estimate", "Range from", "to"],
            rows: points.map((point) => [
              significant(point.actual, 5),
              significant(point.predicted, 5),
              significant(point.low, 4),
              significant(point.high, 4),
            ]),
          })}
        />
      </CardBody>
    </Card>
  );
}

function HowFarOff({ residuals }: { residuals: Residuals }) {
  const { edges, counts, relative, n_beyond } = residuals;
  const total = counts.reduce((sum, count) => sum + count, 0) + n_beyond;
  const write = (value: number) => {
    const text = relative ? percent(value, 0) : compact(value);
    return value > 0 ? `+${text}` : text;
  };
  const near = relative ? 0.1 : (Math.max(...edges.map(Math.abs)) || 1) / 6;
  const isNear = (bin: number) => Math.abs(((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2) <= near;
  const share = counts.reduce((sum, count, bin) => sum + (isNear(bin) ? count : 0), 0) / Math.max(1, total);
  const domain = [edges[0] ?? -1, edges[edges.length - 1] ?? 1] as const;
  const top = Math.max(1, ...counts);
  const words = `About ${percent(share, 0)} of the estimates are within ±${relative ? percent(near, 0) : compact(near)}.`;
  return (
    <Card label="How far off">
      <CardHead title="How far off" />
      <CardBody>
        <Plot
          height={112}
          left={34}
          alt={`Errors of the estimates. ${words}`}
          x={{ domain, label: "too low ← → too high", format: write }}
          y={{ domain: [0, top], label: "rows", format: (value) => number(value), ticks: [0, top] }}
        >
          {({ x, y }) =>
            counts.map((count, bin) => {
              const left = x(edges[bin] ?? 0);
              return count > 0 ? (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: bins never move
                  key={bin}
                  x={left}
                  width={Math.max(0, x(edges[bin + 1] ?? 0) - left) * 0.88}
                  y={y(count)}
                  height={100 - y(count)}
                  fill={isNear(bin) ? "var(--c1)" : "var(--mute)"}
                />
              ) : null;
            })
          }
        </Plot>
        <p className="m-0 text-table text-ink-2">
          {words}
          {n_beyond > 0 ? ` ${number(n_beyond)} lie beyond the picture.` : ""}
        </p>
        <Numbers
          name="Errors"
          table={() => ({
            head: ["Error from", "to", "Rows"],
            rows: counts.map((count, bin) => [write(edges[bin] ?? 0), write(edges[bin + 1] ?? 0), count]),
          })}
        />
      </CardBody>
    </Card>
  );
}

function DoRangesHold({ intervals }: { intervals: Intervals }) {
  const { level, coverage, coverage_low: low, coverage_high: high } = intervals;
  const holds = low !== null && high !== null && level >= low && level <= high;
  const verdict = holds
    ? "Yes, within the noise"
    : coverage < level
      ? "Not quite: they are too narrow"
      : "More than promised: they are wide";
  const at = (value: number) => `${Math.min(100, Math.max(0, (value - 0.5) * 200))}%`;
  return (
    <Card label="Do the ranges hold?" className="flex-1">
      <CardHead title="Do the ranges hold?" />
      <CardBody>
        <div
          role="img"
          aria-label={`Ranges promise ${percent(level, 0)} and contain ${percent(coverage)} of the true values, 95 % range ${percent(low)} to ${percent(high)}.`}
          className="relative mt-1 h-9"
        >
          <span className="absolute inset-x-0 top-[9px] h-1.5 rounded-full bg-line" />
          {low !== null && high !== null ? (
            <span
              className={`absolute top-[9px] h-1.5 rounded-full opacity-40 ${holds ? "bg-c1" : "bg-c2"}`}
              style={{ left: at(low), right: `calc(100% - ${at(high)})` }}
            />
          ) : null}
          <span
            className={`absolute top-[5px] -ml-[1.5px] h-3.5 w-[3px] rounded-full ${holds ? "bg-c1" : "bg-c2"}`}
            style={{ left: at(coverage) }}
          />
          <span
            className="absolute top-0 h-6 border-l-[1.25px] border-dashed border-c6"
            style={{ left: at(level) }}
          />
          <span className="absolute top-[22px] left-0 text-[11.5px] text-ink-3">50&nbsp;%</span>
          <span
            className="absolute top-[22px] -translate-x-1/2 text-[11.5px] text-ink-2"
            style={{ left: at(level) }}
          >
            promised
          </span>
          <span className="absolute top-[22px] right-0 text-[11.5px] text-ink-3">100&nbsp;%</span>
        </div>
        <p className="m-0 mt-3 text-table text-ink-2">
          {verdict}: ranges that promise {percent(level, 0)} contain{" "}
          <b className="font-[550] text-ink">{percent(coverage)}</b> of the true values ({percent(low)} to{" "}
          {percent(high)}). Half of the ranges are narrower than {significant(intervals.median_width)}.
        </p>
      </CardBody>
    </Card>
  );
}
