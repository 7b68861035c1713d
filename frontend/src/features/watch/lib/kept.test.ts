import { describe, expect, it } from "vitest";
import { columnsOf, keptSentence } from "./kept";

describe("keptSentence", () => {
  it.each([
    [0, [], "Single predictions are not kept."],
    [1, [], "Every single prediction is kept."],
    [1, ["Age"], "Every single prediction is kept, without Age."],
    [0.1, ["Age", "Sex"], "10 % of single predictions are kept, drawn at random, without Age and Sex."],
    [0.025, [], "2.5 % of single predictions are kept, drawn at random."],
    [1, ["a", "b", "c", "d"], "Every single prediction is kept, without 4 columns."],
  ])("says of a share of %s without %j: %s", (log_share, log_without, said) => {
    expect(keptSentence({ log_share, log_without }).replaceAll("\u00a0", " ")).toBe(said);
  });
});

describe("columnsOf", () => {
  it("takes columns as they come up and tells numbers from the rest", () => {
    const items = [
      { features: { age: 3, city: "Ulm" } },
      { features: { city: null, age: null, note: "x" } },
      { features: { age: 4.5, note: 7 } },
    ];
    expect(columnsOf(items)).toEqual([
      { name: "age", isNumber: true },
      { name: "city", isNumber: false },
      { name: "note", isNumber: false },
    ]);
  });
});
