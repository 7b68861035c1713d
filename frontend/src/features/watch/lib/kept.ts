import { list, percent } from "@/lib/format";
import type { KeptPrediction, Monitor } from "../queries";

/** What is kept of a model's single predictions, as a sentence. */
export function keptSentence({ log_share, log_without }: Pick<Monitor, "log_share" | "log_without">): string {
  if (log_share === 0) return "Single predictions are not kept.";
  const left = log_without.length > 3 ? `${log_without.length} columns` : list(log_without);
  const without = log_without.length > 0 ? `, without ${left}` : "";
  return log_share === 1
    ? `Every single prediction is kept${without}.`
    : `${percent(log_share, log_share < 0.1 ? 1 : 0)} of single predictions are kept, drawn at random${without}.`;
}

/** The columns that were sent, in the order in which they first come up; numbers are aligned to the right. */
export function columnsOf(
  items: readonly Pick<KeptPrediction, "features">[],
): { name: string; isNumber: boolean }[] {
  const seen = new Map<string, boolean>();
  for (const { features } of items) {
    for (const [name, value] of Object.entries(features)) {
      const isNumber = value === null || typeof value === "number";
      seen.set(name, (seen.get(name) ?? true) && isNumber);
    }
  }
  return [...seen].map(([name, isNumber]) => ({ name, isNumber }));
}
