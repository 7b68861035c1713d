/** What the runs were told and what came of it, line by line. */
import { bytes, duration, list, number, percent } from "@/lib/format";
import { metricLabel } from "@/lib/metrics";
import type { Run } from "./compare";

export type Line = { name: string; values: string[]; isSame: boolean };

const MANY = 4;

/** Settings and outcomes of each run; `isSame` where all agree. */
export function settingsOf(runs: readonly Run[]): Line[] {
  const line = (name: string, read: (run: Run) => string): Line => {
    const values = runs.map(read);
    return { name, values, isSame: new Set(values).size === 1 };
  };
  return [
    line("Data", ({ job }) => job.dataset_name),
    line("Target", ({ job }) => job.target_column),
    line("Optimised for", ({ job }) => metricLabel(job.metric)),
    line("Budget", ({ job }) => duration(job.budget_s)),
    line("Took", ({ job }) => duration(job.duration_s)),
    line("Models tried", ({ job }) => number(job.progress.n_models)),
    line("Engine", ({ job }) => job.config.engine || "chosen by itself"),
    line("Quality", ({ job }) => job.config.quality || "chosen by itself"),
    line("Split", ({ job: { config } }) =>
      [
        config.split.by,
        config.split.column,
        config.split.test_share === null ? "" : percent(config.split.test_share, 0),
      ]
        .filter(Boolean)
        .join(", "),
    ),
    line("Seed", ({ job }) => String(job.config.seed)),
    line("Final model", finalModel),
    line("Learnt from", learntFrom),
    line("Tested on", ({ evaluation }) => `${number(evaluation.n_rows)} rows`),
    line("Dropped by choice", ({ job }) => columns(job.config.drop)),
    line("Kept by choice", ({ job }) => columns(job.config.keep)),
    line("Model", ({ job }) => job.model_type),
    line("Size of the file", ({ job }) => (job.model_bytes > 0 ? bytes(job.model_bytes) : "–")),
  ];
}

/** What the model was to learn from once it was measured; earlier releases and AutoGluon left it as it was. */
function finalModel({ job, metadata }: Run): string {
  const settings = metadata.capsule?.settings as { final_fit?: string } | undefined;
  return settings?.final_fit === "all" && job.config.engine !== "autogluon"
    ? "learns from all rows"
    : "exactly the one measured";
}

/** The rows that the file has learnt from: a run that was pressed for time may have left the test rows out. */
function learntFrom({ job, metadata }: Run): string {
  if (job.n_train_rows === 0) return "–";
  const isAll = metadata.capsule?.learnt_from === "all";
  return `${number(job.n_train_rows + (isAll ? job.n_test_rows : 0))} rows`;
}

function columns(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.length > MANY
    ? `${list(names.slice(0, MANY - 1))} and ${names.length - MANY + 1} more`
    : list(names);
}

/** The columns that matter in any run, most important first, with each run's share of its own total. */
export function importances(
  runs: readonly Run[],
  most = 12,
): { column: string; shares: (number | null)[] }[] {
  const shares = runs.map((run) => {
    const items = run.evaluation.importance ?? [];
    const total = items.reduce((sum, item) => sum + Math.max(0, item.mean), 0);
    return new Map(items.map((item) => [item.column, total > 0 ? Math.max(0, item.mean) / total : 0]));
  });
  const names = [...new Set(shares.flatMap((map) => [...map.keys()]))];
  const weight = (column: string) => Math.max(...shares.map((map) => map.get(column) ?? 0));
  return names
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, most)
    .map((column) => ({ column, shares: shares.map((map) => map.get(column) ?? null) }));
}
