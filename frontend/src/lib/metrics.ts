/** What each metric is called and how its values are written: meaning first, the term in the tooltip. */
import { fixed, percent, significant } from "@/lib/format";

export type Unit = "score" | "share" | "target";

type Meta = { label: string; term: string; unit: Unit; greater: boolean };

const METRICS: Record<string, Meta> = {
  roc_auc: {
    label: "ROC AUC",
    term: "How often a random row of the class is ranked above a random other row",
    unit: "score",
    greater: true,
  },
  log_loss: {
    label: "Average surprise",
    term: "Log loss: confident wrong answers cost most",
    unit: "score",
    greater: false,
  },
  accuracy: { label: "Accuracy", term: "Share of rows answered correctly", unit: "share", greater: true },
  balanced_accuracy: {
    label: "Accuracy, each class alike",
    term: "Balanced accuracy: mean recall of the classes",
    unit: "share",
    greater: true,
  },
  precision: { label: "Flags that are right", term: "Precision", unit: "share", greater: true },
  recall: { label: "Cases caught", term: "Recall", unit: "share", greater: true },
  f1: {
    label: "Caught and right, together",
    term: "F1: harmonic mean of precision and recall",
    unit: "score",
    greater: true,
  },
  f1_macro: { label: "Caught and right, each class alike", term: "Macro F1", unit: "score", greater: true },
  average_precision: {
    label: "Right flags over all thresholds",
    term: "Average precision",
    unit: "score",
    greater: true,
  },
  mcc: {
    label: "Agreement with the truth",
    term: "Matthews correlation, −1 to 1",
    unit: "score",
    greater: true,
  },
  brier: { label: "Squared error of the probabilities", term: "Brier score", unit: "score", greater: false },
  ece: { label: "Percentages off by", term: "Expected calibration error", unit: "share", greater: false },
  rmse: {
    label: "Error (RMSE)",
    term: "RMSE: root mean squared error",
    unit: "target",
    greater: false,
  },
  mae: { label: "Average error", term: "MAE: mean absolute error", unit: "target", greater: false },
  median_absolute_error: {
    label: "Middle error",
    term: "Median absolute error: half of the estimates are closer",
    unit: "target",
    greater: false,
  },
  median_relative_error: {
    label: "Typical error",
    term: "Median relative error: half of the estimates are closer",
    unit: "share",
    greater: false,
  },
  within_20: {
    label: "Within 20 %",
    term: "Share of estimates within 20 % of the truth",
    unit: "share",
    greater: true,
  },
  r2: {
    label: "Explained",
    term: "R²: share of the variance that the model explains",
    unit: "share",
    greater: true,
  },
  mape: {
    label: "Average relative error",
    term: "MAPE: mean absolute percentage error",
    unit: "share",
    greater: false,
  },
  rmsle: {
    label: "Relative error, big misses weighted",
    term: "RMSLE: root mean squared error of logarithms",
    unit: "score",
    greater: false,
  },
};

/** The metric's label, or its own name for one that is not known here. */
export function metricLabel(name: string): string {
  return METRICS[name]?.label ?? name.replaceAll("_", " ");
}

/** What the metric means, for a tooltip. */
export function metricTerm(name: string): string {
  return METRICS[name]?.term ?? "";
}

function metricUnit(name: string): Unit {
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
  const known = values.filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
  const top = Math.max(0, ...known);
  const bottom = Math.min(0, ...known);
  if (metricUnit(name) === "share" || ["roc_auc", "f1", "f1_macro", "average_precision"].includes(name)) {
    return [Math.min(0, bottom), Math.max(1, top)];
  }
  return [bottom * 1.08, top * 1.08 || 1];
}
