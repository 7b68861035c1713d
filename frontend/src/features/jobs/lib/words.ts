import type { StatusTone } from "@/components/ui";
import { metricLabel, metricValue } from "@/lib/metrics";
import type { Job } from "../queries";

type Brief = Pick<Job, "status" | "deployed" | "cancel_requested">;

/** A job's state as a word and the tone of its dot. */
export function stateOf(job: Brief): { tone: StatusTone; word: string } {
  if (job.status === "completed") return { tone: "done", word: job.deployed ? "Deployed" : "Done" };
  if (job.status === "failed") return { tone: "failed", word: "Failed" };
  if (job.status === "cancelled") return { tone: "stopped", word: "Stopped" };
  if (job.status === "pending") return { tone: "waiting", word: "Waiting" };
  return { tone: "running", word: job.cancel_requested ? "Stopping" : "Training" };
}

/** Where a click on a run leads: to its results when there are any, else to its training. */
export function hrefOf(job: Pick<Job, "id" | "status">): string {
  return job.status === "completed" ? `/results/${job.id}` : `/training/${job.id}`;
}

/** The score of a job in words, or null before there is one. */
export function scoreOf(
  job: Pick<Job, "score" | "progress" | "metric">,
): { value: string; label: string } | null {
  if (job.score && job.score.value !== null) {
    return { value: metricValue(job.score.metric, job.score.value), label: metricLabel(job.score.metric) };
  }
  if (job.progress.best_score !== null) {
    return {
      value: metricValue(job.metric, job.progress.best_score),
      label: `${metricLabel(job.metric)} so far`,
    };
  }
  return null;
}

/** One sentence about a job for lists. */
export function sentenceOf(job: Job): string {
  if (job.error && job.status !== "completed") return job.error.message;
  if (job.verdict) return job.verdict;
  if (job.status === "running") return job.progress.message || "Training";
  if (job.status === "pending") return "Waits for its turn";
  return job.model_type;
}
