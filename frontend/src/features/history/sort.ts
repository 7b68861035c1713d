import type { Job } from "@/features/jobs";
import type { SortBy } from "./view";

/** The runs of a page in another order. Scores are compared within their metric; runs without one come last. */
export function sorted(jobs: Job[], by: SortBy): Job[] {
  if (by === "newest") return jobs;
  return [...jobs].sort(ORDERS[by]);
}

const ORDERS: Record<Exclude<SortBy, "newest">, (a: Job, b: Job) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  duration: (a, b) => (b.duration_s ?? -1) - (a.duration_s ?? -1),
  score: (a, b) => {
    const [one, other] = [a.score, b.score];
    if (one?.value == null || other?.value == null) {
      return Number(one?.value == null) - Number(other?.value == null);
    }
    if (one.metric !== other.metric) return one.metric.localeCompare(other.metric);
    return one.greater_is_better ? other.value - one.value : one.value - other.value;
  },
};
