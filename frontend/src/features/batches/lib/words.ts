/** Batches in words: their state, what came of them, how fast they go. */
import type { StatusTone } from "@/components/ui";
import { duration, percent, significant } from "@/lib/format";
import { metricValue } from "@/lib/metrics";
import type { Batch } from "../queries";

export const isOver = (batch?: Pick<Batch, "status">) =>
  batch?.status === "completed" || batch?.status === "failed" || batch?.status === "cancelled";

/** A batch's state as a word and the tone of its dot. */
export function stateOf(batch: Pick<Batch, "status" | "kind">): { tone: StatusTone; word: string } {
  if (batch.status === "completed") return { tone: "done", word: "Done" };
  if (batch.status === "failed") return { tone: "failed", word: "Failed" };
  if (batch.status === "cancelled") return { tone: "stopped", word: "Stopped" };
  if (batch.status === "pending") return { tone: "waiting", word: "Waiting" };
  return { tone: "running", word: batch.kind === "validate" ? "Measuring" : "Scoring" };
}

/** What a batch is: a scored file, a measured model, or a duel of two. */
export function kindOf(batch: Pick<Batch, "kind" | "challenger_id">): string {
  if (batch.kind === "predict") return "Predictions";
  return batch.challenger_id ? "Duel" : "Validation";
}

/** What came of it, in a few words for a list. */
export function outcomeOf(batch: Batch): string {
  const { result } = batch;
  if (!result) return batch.error?.message ?? "";
  if (result.winner)
    return `${result.winner === batch.challenger_id ? batch.challenger_name : batch.model_name} is better`;
  if (result.metric && result.metric.now !== null) {
    const { name, label, before, now } = result.metric;
    const was = before === null ? "" : `${metricValue(name, before)} → `;
    return `${label} ${was}${metricValue(name, now)}`;
  }
  const [first] = result.labels;
  if (first) return `${percent(first.share, 0)} “${first.label}”`;
  return result.mean === null ? "" : `${significant(result.mean)} on average`;
}

/** `1,240 of 1,860 rows answered · 2 s left`, as far as it is known. */
export function progressOf(batch: Batch): string {
  const { remaining_s, message } = batch.progress;
  if (batch.status === "pending") return "Waits for its turn";
  const left = remaining_s === null ? "" : `${duration(Math.ceil(remaining_s))} left`;
  return [message || "Starting", left].filter(Boolean).join(" · ");
}
