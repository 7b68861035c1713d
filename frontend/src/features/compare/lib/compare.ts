/** What may be compared, and what the differences between runs amount to. */
import type { Evaluation, JobDetail } from "@/features/jobs";
import type { Schemas } from "@/lib/api";
import { moment } from "@/lib/format";

export type Run = { job: JobDetail; evaluation: Evaluation; metadata: Schemas["MetadataOut"] };
export type Metric = Schemas["MetricOut"];
export type Mark = "best" | "tie" | "worse" | "none";

/** The runs' names; those that share one are told apart by the time when they ended. */
export function namesOf(runs: readonly Run[]): string[] {
  const names = runs.map((run) => run.job.name);
  return runs.map(({ job }, place) => {
    const isShared = names.filter((name) => name === job.name).length > 1;
    if (!isShared) return job.name;
    const at = moment(job.finished_at ?? job.created_at);
    const sameTime = runs.filter(
      (run, other) =>
        other < place &&
        run.job.name === job.name &&
        moment(run.job.finished_at ?? run.job.created_at) === at,
    );
    return `${job.name}, ${at}${sameTime.length > 0 ? ` (${sameTime.length + 1})` : ""}`;
  });
}

/** Why these runs cannot be compared sensibly; empty if they can. */
export function nonsense(runs: readonly Run[]): string[] {
  const first = runs[0];
  if (!first) return [];
  const reasons: string[] = [];
  const targets = new Set(runs.map((run) => run.job.target_column));
  if (targets.size > 1) reasons.push(`They predict different columns: ${[...targets].join(", ")}.`);
  const tasks = new Set(runs.map((run) => run.evaluation.task));
  if (tasks.size > 1) reasons.push("They answer different kinds of question, so they share no scores.");
  if (tasks.size === 1 && targets.size === 1 && first.evaluation.task !== "regression") {
    const classes = new Set(runs.map((run) => JSON.stringify([...(run.evaluation.classes ?? [])].sort())));
    if (classes.size > 1) reasons.push("They tell different classes apart.");
  }
  return reasons;
}

/** Whether all were measured on the same rows: same file, same split, same seed, same number. */
export function sameRows(runs: readonly Run[]): boolean {
  const prints = runs.map(({ job, evaluation, metadata }) => {
    const { data_sha256, seed } = metadata.capsule as { data_sha256?: string; seed?: number };
    return JSON.stringify([
      data_sha256 ?? job.dataset_id,
      seed ?? job.config.seed,
      job.config.split,
      evaluation.n_rows,
      evaluation.how,
      job.target_column,
    ]);
  });
  return new Set(prints).size === 1;
}

/** The metrics that at least two runs have, in the order of the first run. */
export function sharedMetrics(runs: readonly Run[]): string[] {
  const names = [...new Set(runs.flatMap((run) => run.evaluation.metrics.map((metric) => metric.name)))];
  const primary = runs[0]?.evaluation.primary;
  return names
    .filter((name) => runs.filter((run) => measured(run, name) !== null).length > 1)
    .sort((a, b) => Number(b === primary) - Number(a === primary));
}

export const metricOf = (run: Run, name: string): Metric | undefined =>
  run.evaluation.metrics.find((metric) => metric.name === name);

function measured(run: Run, name: string): number | null {
  return metricOf(run, name)?.value ?? null;
}

/** Place of the best value among the metrics; −1 if none was measured. */
function bestOf(metrics: readonly (Metric | undefined)[]): number {
  let best = -1;
  metrics.forEach((metric, place) => {
    const champion = metrics[best]?.value;
    if (typeof metric?.value !== "number") return;
    if (
      typeof champion !== "number" ||
      (metric.greater_is_better ? metric.value > champion : metric.value < champion)
    )
      best = place;
  });
  return best;
}

/**
 * Whether two measurements differ: the 95 % range of their gap, made of both ranges as if the rows were different ones,
 * excludes zero. On the same rows the true gap is known better than that, so a real but small one may be missed.
 */
export function differs(a: Metric, b: Metric): boolean {
  if (
    a.value === null ||
    b.value === null ||
    a.low === null ||
    a.high === null ||
    b.low === null ||
    b.high === null
  )
    return false;
  const [upper, lower] = a.value >= b.value ? [a, b] : [b, a];
  const down = (upper.value as number) - (upper.low as number);
  const up = (lower.high as number) - (lower.value as number);
  return (upper.value as number) - (lower.value as number) > Math.hypot(down, up);
}

/** For each run how it stands against the best one by a metric. */
export function marksOf(runs: readonly Run[], name: string): Mark[] {
  const metrics = runs.map((run) => metricOf(run, name));
  const best = bestOf(metrics);
  return metrics.map((metric, place) => {
    const champion = metrics[best];
    if (!champion || !metric || metric.value === null) return "none";
    if (place === best) return "best";
    return differs(metric, champion) ? "worse" : "tie";
  });
}

export type Choice = { place: number; best: number; tied: number[] };

/** The run to take: among those that are not really worse than the best, the simplest, which is the smallest file. */
export function choose(runs: readonly Run[]): Choice | null {
  const primary = runs[0]?.evaluation.primary ?? "";
  const marks = marksOf(runs, primary);
  const best = marks.indexOf("best");
  if (best < 0) return null;
  const tied = marks.flatMap((mark, place) => (mark === "best" || mark === "tie" ? [place] : []));
  const size = (place: number) => runs[place]?.job.model_bytes || Number.POSITIVE_INFINITY;
  const place = tied.reduce((least, other) => (size(other) < size(least) ? other : least), best);
  return { place, best, tied };
}
