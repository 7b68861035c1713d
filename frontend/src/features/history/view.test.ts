import { describe, expect, it } from "vitest";
import type { Job } from "@/features/jobs";
import { sorted } from "./sort";
import { filterOf, isFiltered, queryOf, viewOf, viewWith } from "./view";

const view = (query: string) => viewOf(new URLSearchParams(query));

describe("the view in the address", () => {
  it("comes back as it was sent", () => {
    const query = "?q=loan&status=failed&tag=q4&sort=score&after=abc&page=3";
    expect(queryOf(view(query))).toBe(query);
  });

  it("leaves out what it does not know and what is usual", () => {
    expect(queryOf(view("?status=nonsense&sort=up&page=7"))).toBe("");
    expect(isFiltered(view(""))).toBe(false);
  });

  it("starts again with another filter and stays on its page with another order", () => {
    const third = view("?after=abc&page=3");
    expect(viewWith(third, { q: "x" })).toMatchObject({ page: 1, after: "" });
    expect(viewWith(third, { sort: "name" })).toMatchObject({ page: 3, after: "abc" });
  });

  it("asks the API for deployed models by their own flag", () => {
    expect(filterOf(view("?status=deployed"))).toMatchObject({ deployed: true, status: undefined });
    expect(filterOf(view("?status=failed"))).toMatchObject({ deployed: undefined, status: "failed" });
  });
});

describe("the order of a page", () => {
  const job = (name: string, metric: string | null, value: number | null, greater = true, duration_s = 1) =>
    ({
      name,
      duration_s,
      score: metric ? { metric, value, greater_is_better: greater } : null,
    }) as Job;
  const jobs = [
    job("b", "rmse", 20, false, 5),
    job("a", null, null, true, 9),
    job("c", "roc_auc", 0.7),
    job("d", "rmse", 10, false, 7),
    job("e", "roc_auc", 0.9),
  ];
  const names = (list: Job[]) => list.map((one) => one.name).join("");

  it("compares scores within their metric, in its direction, those without last", () => {
    expect(names(sorted(jobs, "score"))).toBe("dbeca");
  });

  it("keeps the newest first, else sorts by name or duration", () => {
    expect(names(sorted(jobs, "newest"))).toBe("bacde");
    expect(names(sorted(jobs, "name"))).toBe("abcde");
    expect(names(sorted(jobs, "duration")).slice(0, 3)).toBe("adb");
  });
});
