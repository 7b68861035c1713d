/** What each metric is called and how its values are written: meaning first, the term in the tooltip. */
import { fixed, percent, significant } from "@/lib/format";

export type Unit = "score" | "share" | "target";

type Meta = { label: string; term: string; unit: Unit; greater: boolean };

const METRICS: Record<string, Meta> = {
  roc_auc: { label: "ROC AUC", term: "Chance that a positive row is ranked above a negative one", unit: "score", greater: true },
  accuracy: { label: "Right answers", term: "Accuracy: share of rows answered correctly", unit: "share", greater: true },
  balanced_accuracy: { label: "Right answers, per class", term: "Balanced accuracy: mean of the recall of every class", unit: "share", greater: true },
  precision: { label: "Flags that are right", term: "Precision", unit: "share", greater: true },
  recall: { label: "Cases caught", term: "Recall", unit: "share", greater: true },
  f1: { label: "F1", term: "Harmonic mean of precision and recall", unit: "score", greater: true },
  f1_macro: { label: "F1, mean of classes", term: "Macro F1", unit: "score", greater: true },
  average_precision: { label: "Average precision", term: "Area under the precision-recall curve", unit: "score", greater: true },
  log_loss: { label: "Log loss", term: "Penalty for confident wrong answers; lower is better", unit: "score", greater: false },
  brier: { label: "Brier score", term: "Mean squared error of the probabilities; lower is better", unit: "score", greater: false },
  mcc: { label: "Matthews correlation", term: "Correlation of answers and truth, −1 to 1", unit: "score", greater: true },
  ece: { label: "Calibration error", term: "Mean gap between predicted and observed percentages", unit: "share", greater: false },
  rmse: { label: "Typical error (RMSE)", term: "Root mean squared error: large misses count more", unit: "target", greater: false },
  mae: { label: "Average error", term: "Mean absolute error", unit: "target", greater: false },
  median_absolute_error: { label: "Middle error", term: "Median absolute error: half of the estimates are closer", unit: "target", greater: false },
  r2: { label: "Explained", term: "R²: share of the variance that the model explains", unit: "share", greater: true },
  mape: { label: "Average relative error", term: "Mean absolute percentage error", unit: "share", greater: false },
  rmsle: { label: "Log error (RMSLE)", term: "Root mean squared error of logarithms: relative misses", unit: "score", greater: false },
};

/** The metric's label, or its own name for one that is not known here. */
export function metricLabel(name: string): string {
  return METRICS[name]?.label ?? name.replaceAll("_", " ");
}

/** What the metric means, for a tooltip. */
export function metricTerm(name: string): string {
  return METRICS[name]?.term ?? "";
}

export function metricUnit(name: string): Unit {
  return METRICS[name]?.unit ?? "score";
}

export function greaterIsBetter(name: string): boolean {
  return METRICS[name]?.greater ?? true;
}

/** A metric's value in the words of its unit. */
export function metricValue(name: string, value: number | null | undefined, unit = ""): string {
  if (value === null || value === undefined) return "–";
  const kind = metricUnit(name);
  if (kind === "share") return percent(value);
  if (kind === "target") return unit ? `${significant(value)}\u00a0${unit}` : significant(value);
  return fixed(value, 3);
}

/** What a metric's axis runs over: [0, 1] for shares and bounded scores, else around the values given. */
export function metricDomain(name: string, values: (number | null | undefined)[]): [number, number] {
  const known = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const top = Math.max(0, ...known);
  const bottom = Math.min(0, ...known);
  if (metricUnit(name) === "share" || ["roc_auc", "f1", "f1_macro", "average_precision"].includes(name)) {
    return [Math.min(0, bottom), Math.max(1, top)];
  }
  return [bottom * 1.08, top * 1.08 || 1];
}
