import { describe, expect, it } from "vitest";
import type { Batch } from "../queries";
import { kindOf, outcomeOf, progressOf, stateOf } from "./words";

const batch = (change: object = {}): Batch =>
  ({
    id: "b",
    kind: "predict",
    status: "running",
    challenger_id: "",
    challenger_name: "",
    model_name: "Loans",
    progress: { stage: "score", share: 0, elapsed_s: 0, remaining_s: null, message: "" },
    result: null,
    error: null,
    ...change,
  }) as unknown as Batch;

const result = (change: object) => ({
  n_rows: 10,
  labels: [],
  mean: null,
  winner: "",
  metric: null,
  ...change,
});

describe("a batch in words", () => {
  it("says what it does", () => {
    expect(stateOf(batch()).word).toBe("Scoring");
    expect(stateOf(batch({ kind: "validate" })).word).toBe("Measuring");
    expect(kindOf(batch({ kind: "validate", challenger_id: "x" }))).toBe("Duel");
  });

  it("tells how far it is, as much as is known", () => {
    expect(progressOf(batch({ status: "pending" }))).toBe("Waits for its turn");
    expect(progressOf(batch())).toBe("Starting");
    const progress = {
      stage: "score",
      share: 0.5,
      elapsed_s: 10,
      remaining_s: 9.2,
      message: "5 of 9 rows answered",
    };
    expect(progressOf(batch({ progress }))).toBe("5 of 9 rows answered · 10\u00a0s left");
  });

  it("tells what came of it", () => {
    expect(outcomeOf(batch())).toBe("");
    expect(outcomeOf(batch({ result: result({ labels: [{ label: "bad", share: 0.4 }] }) }))).toBe(
      "40\u00a0% “bad”",
    );
    expect(outcomeOf(batch({ result: result({ mean: 12.345 }) }))).toBe("12.3 on average");
    const metric = { name: "accuracy", label: "Accuracy", before: 0.81, now: 0.74 };
    expect(outcomeOf(batch({ kind: "validate", result: result({ metric }) }))).toBe(
      "Accuracy 81.0\u00a0% → 74.0\u00a0%",
    );
    const won = { result: result({ winner: "c" }), challenger_id: "c", challenger_name: "Rival" };
    expect(outcomeOf(batch(won))).toBe("Rival is better");
  });
});
