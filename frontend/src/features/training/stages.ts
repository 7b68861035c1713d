/** The stages of a training in the five steps that the page shows. */
import type { JobDetail } from "@/features/jobs";

export type Step = {
  label: string;
  weight: number;
  state: "done" | "running" | "waiting" | "failed";
  seconds: number | null;
  share: number; // 0–1
};

const STEPS: { label: string; stages: string[]; weight: number }[] = [
  { label: "Read and check", stages: ["starting", "read", "profile"], weight: 1.1 },
  { label: "Prepare columns", stages: ["prepare"], weight: 1.1 },
  { label: "Search models", stages: ["search"], weight: 3.4 },
  { label: "Blend the best", stages: ["blend"], weight: 1.1 },
  { label: "Test and explain", stages: ["evaluate", "explain"], weight: 1.3 },
  { label: "Pack", stages: ["export", "report", "done"], weight: 1.1 },
];

/** What each step has come to. A step is done when all that has begun in it is over and a later one has begun. */
export function stepsOf(job: JobDetail): Step[] {
  const known = new Map(job.stages.map((stage) => [stage.name, stage]));
  const here = STEPS.findIndex((step) => step.stages.includes(job.progress.stage));
  return STEPS.map((step, index) => {
    const parts = step.stages.flatMap((name) => known.get(name) ?? []);
    const seconds = parts.length > 0 ? parts.reduce((sum, part) => sum + (part.seconds ?? 0), 0) : null;
    const base = { label: step.label, weight: step.weight, seconds };
    if (job.status === "completed") return { ...base, state: "done", share: 1 };
    if (parts.some((part) => part.status === "failed")) return { ...base, state: "failed", share: 1 };
    if (index < here) return { ...base, state: "done", share: 1 };
    if (index === here && job.status === "running")
      return { ...base, state: "running", share: shareOf(job, step.stages) };
    return { ...base, state: "waiting", share: 0 };
  });
}

// Only the search's end is known beforehand: it is the budget. Other steps show that they run, not how far.
function shareOf(job: JobDetail, stages: string[]): number {
  const search = job.stages.find((stage) => stage.name === "search");
  if (!stages.includes("search") || !search || search.started_s === null) return 0.5;
  const planned = job.budget_s - search.started_s;
  return planned > 0
    ? Math.min(0.98, Math.max(0.02, (job.progress.elapsed_s - search.started_s) / planned))
    : 0.5;
}
