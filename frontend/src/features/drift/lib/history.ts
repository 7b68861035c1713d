/** From the history of a model's batches to what the drift page draws. */
import { moment, number, percent, plural, utc } from "@/lib/format";
import type { DriftHistory } from "../types";
import { severityLabel, stepOf } from "./severity";

type Point = DriftHistory["points"][number];

export const SHOWN = 16; // batches in the map
const SHOWN_ROWS = 24; // columns

export type MapRow = {
  name: string;
  cells: { step: 0 | 1 | 2 | 3; text: string }[];
  worst: number;
  /** The largest PSI of the batches shown. */
  most: number | null;
};

/**
 * The map's rows: columns that drifted, the worst first, then others of the model as far as they fit. The API tells
 * only cells that drifted.
 */
export function rowsOf(history: DriftHistory, inputs: readonly string[], limit = SHOWN_ROWS): MapRow[] {
  const from = Math.max(0, history.points.length - SHOWN);
  const told = new Set(history.columns.map((row) => row.column));
  const still = inputs.filter((name) => !told.has(name)).map((column) => ({ column, cells: [] }));
  const places = history.points.slice(from).map((_, place) => from + place);
  return [...history.columns, ...still]
    .map(({ column, cells }) => {
      const shown = places.map((place) => cells[place] ?? null);
      return {
        name: column,
        cells: shown.map((cell) => ({
          step: stepOf(cell?.severity ?? "none"),
          text: cell
            ? `${severityLabel(cell.severity)}${cell.psi === null ? "" : `, PSI ${number(cell.psi, 2)}`}`
            : "No drift",
        })),
        worst: Math.max(0, ...shown.map((cell) => stepOf(cell?.severity ?? "none"))),
        most: shown.reduce<number | null>(
          (most, cell) => (cell?.psi == null ? most : Math.max(most ?? 0, cell.psi)),
          null,
        ),
      };
    })
    .sort((a, b) => b.worst - a.worst || (b.most ?? 0) - (a.most ?? 0))
    .slice(0, limit);
}

/** The map's heads: a day where it changes, the moment as the tooltip. */
export function headsOf(points: readonly Point[]): { key: string; text: string; title: string }[] {
  const shown = points.slice(-SHOWN);
  return shown.map((point, place) => {
    const day = moment(point.created_at);
    const before = shown[place - 1];
    return {
      key: point.batch_id,
      text: before && moment(before.created_at) === day ? "" : day,
      title: `${point.name}, ${utc(point.created_at)}, ${plural(point.n_rows, "row")}`,
    };
  });
}

/** The page's verdict: the latest batch, and since when it is so. */
export function verdictOf(points: readonly Point[]): string {
  const last = points.at(-1);
  if (!last) return "No batch has been scored yet.";
  const step = stepOf(last.severity);
  let since = points.length - 1;
  while (since > 0 && stepOf(points[since - 1]?.severity ?? "none") > 0) since -= 1;
  const run = points.length - since;
  if (step === 0) {
    const before = points.slice(0, -1).filter((point) => stepOf(point.severity) > 0).length;
    return before > 0
      ? `The latest batch is like training; ${plural(before, "earlier one")} ${before === 1 ? "was" : "were"} not.`
      : points.length === 1
        ? "The one batch so far is like training."
        : `All ${points.length} batches are like training.`;
  }
  return run === 1 && points.length > 1 ? `New in the latest batch. ${last.verdict}` : last.verdict;
}

/** What the estimate says beside the test: “84.1 % (82.0 to 86.2 %), at the test 85.0 %”. */
export function accuracyText(point: Point, test: number | null): string {
  if (point.accuracy === null) return "not estimated";
  const range =
    point.accuracy_low === null ? "" : ` (${percent(point.accuracy_low)} to ${percent(point.accuracy_high)})`;
  return `${percent(point.accuracy)}${range}${test === null ? "" : `, at the test ${percent(test)}`}`;
}
