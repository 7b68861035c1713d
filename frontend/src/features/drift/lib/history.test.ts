import { describe, expect, it } from "vitest";
import type { DriftHistory } from "../types";
import { accuracyText, headsOf, rowsOf, SHOWN, verdictOf } from "./history";

type Point = DriftHistory["points"][number];

const point = (n: number, severity: string): Point =>
  ({
    batch_id: `b${n}`,
    name: `batch ${n}`,
    created_at: `2026-01-${String(n + 1).padStart(2, "0")}T10:00:00Z`,
    n_rows: 100,
    severity,
    verdict: `Verdict ${n}.`,
    prediction: "",
    accuracy: 0.9,
    accuracy_low: 0.85,
    accuracy_high: 0.95,
  }) as Point;

describe("the map", () => {
  const points = Array.from({ length: SHOWN + 2 }, (_, n) => point(n, "none"));
  const history = {
    job_id: "j",
    points,
    test_accuracy: 0.91,
    columns: [
      { column: "new", cells: points.map((_, n) => (n < 5 ? null : { severity: "strong", psi: 0.4 })) },
    ],
  } as DriftHistory;

  it("puts the columns that drifted first and keeps the latest batches", () => {
    const rows = rowsOf(history, ["still", "new"]);
    expect(rows.map((row) => row.name)).toEqual(["new", "still"]);
    expect(rows[0]?.cells).toHaveLength(SHOWN);
    expect(rows[0]?.cells.at(-1)).toEqual({ step: 3, text: "Strong drift, PSI 0.4" });
    expect(rows[0]?.cells[0]).toEqual({ step: 0, text: "No drift" });
    expect(rows[1]?.worst).toBe(0);
  });

  it("is cut to a number of rows that can be read", () => {
    const many = Array.from({ length: 500 }, (_, n) => `c${n}`);
    expect(rowsOf(history, many, 10)).toHaveLength(10);
    expect(rowsOf(history, many, 10)[0]?.name).toBe("new");
  });

  it("writes a day once", () => {
    const same = [point(1, "none"), { ...point(1, "none"), batch_id: "again" }];
    const [first, second] = headsOf(same);
    expect(first?.text).not.toBe("");
    expect(second?.text).toBe("");
    expect(second?.title).toContain("2026-01-02 10:00:00 UTC");
  });
});

describe("the verdict", () => {
  it("tells of the latest batch", () => {
    expect(verdictOf([])).toBe("No batch has been scored yet.");
    expect(verdictOf([point(0, "none")])).toBe("The one batch so far is like training.");
    expect(verdictOf([point(0, "none"), point(1, "none")])).toBe("All 2 batches are like training.");
    expect(verdictOf([point(0, "strong"), point(1, "none")])).toBe(
      "The latest batch is like training; 1 earlier one was not.",
    );
    expect(verdictOf([point(0, "none"), point(1, "strong")])).toBe("New in the latest batch. Verdict 1.");
    expect(verdictOf([point(0, "slight"), point(1, "strong")])).toBe("Verdict 1.");
  });
});

it("writes an estimate with its range beside the test", () => {
  expect(accuracyText(point(0, "none"), 0.91)).toBe(
    "90.0\u00a0% (85.0\u00a0% to 95.0\u00a0%), at the test 91.0\u00a0%",
  );
  expect(accuracyText({ ...point(0, "none"), accuracy: null }, null)).toBe("not estimated");
});
