import { describe, expect, it } from "vitest";
import { monthly } from "./costs";
import { cheapest, confusions, costOf, type Metric, rowAt, type Threshold, write } from "./evidence";
import { snippets } from "./usage";

const row = (threshold: number, tp: number, fp: number, tn: number, fn: number): Threshold => ({
  threshold,
  tp,
  fp,
  tn,
  fn,
  precision: null,
  recall: null,
});
const table = [row(0, 10, 90, 0, 0), row(0.2, 9, 30, 60, 1), row(0.5, 6, 5, 85, 4), row(1, 0, 0, 90, 10)];

describe("thresholds and costs", () => {
  it("takes the row in force at a threshold", () => {
    expect(rowAt(table, 0.49)?.threshold).toBe(0.2);
    expect(rowAt(table, 0.5)?.threshold).toBe(0.5);
    expect(rowAt([], 0.5)).toBeUndefined();
  });

  it("finds the cheapest threshold for any costs", () => {
    expect(cheapest(table, 1, 1)?.threshold).toBe(0.5);
    expect(cheapest(table, 50, 1)?.threshold).toBe(0.2);
    expect(cheapest(table, 0, 1)?.threshold).toBe(1);
    expect(costOf(row(0.5, 6, 5, 85, 4), 3, 2)).toBe(22);
  });
});

describe("mix-ups", () => {
  it("are counted by pair, most frequent first, without what was right", () => {
    const pairs = confusions(
      ["a", "b", "c"],
      [
        [5, 1, 0],
        [0, 4, 4],
        [0, 0, 9],
      ],
    );
    expect(pairs.map((pair) => [pair.real, pair.said, pair.count, pair.share])).toEqual([
      ["b", "c", 4, 0.5],
      ["a", "b", 1, 1 / 6],
    ]);
  });

  it("of 500 classes are found at once", () => {
    const labels = Array.from({ length: 500 }, (_, index) => `class ${index}`);
    const matrix = labels.map((_, real) =>
      labels.map((__, said) => (said === real ? 3 : said === (real + 1) % 500 ? 1 : 0)),
    );
    expect(confusions(labels, matrix)).toHaveLength(500);
  });
});

describe("values of metrics", () => {
  const metric = (unit: string) => ({ unit }) as Metric;
  it("are written as their unit says", () => {
    expect(write(metric("share"), 0.8441)).toBe("84.4\u00a0%");
    expect(write(metric("score"), 0.84412)).toBe("0.844");
    expect(write(metric("target"), 60_712.3)).toBe("60,700");
    expect(write(metric("score"), null)).toBe("–");
  });
});

describe("serving costs", () => {
  it("are those of idling and of each prediction", () => {
    expect(monthly({ idle_per_month: 0, per_million: 0 }, 1e8)).toBe(0);
    expect(monthly({ idle_per_month: 2, per_million: 3 }, 500_000)).toBe(3.5);
  });
});

describe("code to copy", () => {
  const hostile = { 'it\'s "quoted" \\ 😀': "</script><b>'x'", empty: null, yes: true, n: 1.5 };
  const found = Object.fromEntries(
    snippets("http://127.0.0.1:8000", "42", hostile).map((snippet) => [snippet.id, snippet.code]),
  );

  it("names this model's address", () => {
    for (const id of ["python", "curl", "javascript"])
      expect(found[id]).toContain("http://127.0.0.1:8000/api/predict/42");
  });

  it("writes a body that a shell hands on unchanged", () => {
    const quoted = found.curl?.split("-d ")[1] ?? "";
    const body = quoted.slice(1, -1).replaceAll("'\\''", "'");
    expect(JSON.parse(body)).toEqual({ features: hostile });
  });

  it("writes Python's own words for nothing and truth", () => {
    expect(found.python).toContain('"empty": None');
    expect(found.python).toContain('"yes": True');
    expect(found.offline).toContain('Predictor("model.onnx")');
  });
});
