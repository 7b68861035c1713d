/** The parts of an evaluation that the API leaves open, given types, and the small sums that pages need. */
import type { Evaluation } from "@/features/jobs";
import type { Schemas } from "@/lib/api";
import { fixed, percent, significant } from "@/lib/format";

export type Metric = Schemas["MetricOut"];
export type Comparison = {
  gap: number | null;
  low: number | null;
  high: number | null;
  verdict: string;
  reason: string;
};
export type Threshold = {
  threshold: number;
  tp: number;
  fp: number;
  tn: number;
  fn: number;
  precision: number | null;
  recall: number | null;
};
export type ScoreHistogram = { of: string; edges: number[]; series: { name: string; counts: number[] }[] };
export type Calibration = {
  predicted: number[];
  observed: number[];
  low: number[];
  high: number[];
  n: number[];
  ece: number | null;
  limit_if_perfect?: number | null;
};
export type ErrorGroup = {
  from: number;
  to: number;
  n: number;
  typical_error: number;
  tilt: number;
  tilt_is_real: boolean;
  coverage: number | null;
  coverage_low?: number | null;
  coverage_high?: number | null;
};
export type Residuals = {
  relative: boolean;
  edges: number[];
  counts: number[];
  n_beyond: number;
  groups: ErrorGroup[];
};
export type Point = { actual: number; predicted: number; low?: number; high?: number };
export type Intervals = {
  level: number;
  coverage: number;
  coverage_low: number | null;
  coverage_high: number | null;
  mean_width: number;
  median_width: number;
};
export type PerClass = {
  class: string;
  n: number;
  n_predicted: number;
  recall: number | null;
  recall_low: number | null;
  recall_high: number | null;
  precision: number | null;
};

export const findMetric = (evaluation: Evaluation, name: string): Metric | undefined =>
  evaluation.metrics.find((metric) => metric.name === name);

/** A metric's value as its unit says. */
export function write(metric: Metric, value: number | null | undefined, unit = ""): string {
  if (value === null || value === undefined) return "–";
  if (metric.unit === "share") return percent(value);
  if (metric.unit === "target") return unit ? `${significant(value)}\u00a0${unit}` : significant(value);
  return fixed(value, 3);
}

/** The comparison with another system, as the API measured it on the same rows. */
export function comparison(value: unknown): Comparison | null {
  if (typeof value !== "object" || value === null || !("verdict" in value)) return null;
  return value as Comparison;
}

/** The row of the table that costs least; the highest threshold on a tie. */
export function cheapest(table: readonly Threshold[], miss: number, alarm: number): Threshold | undefined {
  let best: Threshold | undefined;
  for (const row of table) {
    if (!best || costOf(row, miss, alarm) <= costOf(best, miss, alarm)) best = row;
  }
  return best;
}

export const costOf = (row: Threshold, miss: number, alarm: number): number => row.fn * miss + row.fp * alarm;

/** The row in force at a threshold: the last one that does not lie above it. */
export function rowAt(table: readonly Threshold[], threshold: number): Threshold | undefined {
  let found = table[0];
  for (const row of table) {
    if (row.threshold > threshold + 1e-9) break;
    found = row;
  }
  return found;
}

/** The largest confusions: pairs of true and predicted class, most frequent first. */
export function confusions(
  labels: string[],
  matrix: number[][],
): { real: string; said: string; count: number; share: number }[] {
  return matrix
    .flatMap((row, real) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, said) => ({
        real: labels[real] ?? "",
        said: labels[said] ?? "",
        count,
        share: total > 0 ? count / total : 0,
        isRight: real === said,
      }));
    })
    .filter((pair) => !pair.isRight && pair.count > 0)
    .sort((a, b) => b.count - a.count);
}
