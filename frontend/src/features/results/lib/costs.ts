/** What answering requests costs. */
import type { Schemas } from "@/lib/api";

type Serving = Pick<NonNullable<Schemas["SystemOut"]["serving"]>, "idle_per_month" | "per_million">;

/** The cost of `n` predictions in a month, in the serving's currency. */
export function monthly(serving: Serving, n: number): number {
  return serving.idle_per_month + (serving.per_million * n) / 1e6;
}
