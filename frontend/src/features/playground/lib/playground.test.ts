import { describe, expect, it } from "vitest";
import type { Answer, Contract, InputColumn } from "@/lib/model";
import { byImportance, hasTime, problemsOf, rowOf, textsOf } from "./form";
import { nearby } from "./nearby";
import { canVary, effectText, nearest, ownText, sentenceOf, sweepOf, valueText } from "./whatif";

const age: InputColumn = {
  name: "Age",
  kind: "number",
  type: "float",
  min: 0,
  max: 80,
  quantiles: [1, 4, 20, 28, 38, 56, 65],
};
const rooms: InputColumn = {
  name: "rooms",
  kind: "integer",
  type: "float",
  integer: true,
  min: 1,
  max: 6,
  quantiles: [1, 1, 2, 3, 4, 5, 6],
};
const sex: InputColumn = { name: "Sex", kind: "category", type: "string", values: ["m", "f"], n_values: 2 };
const paid: InputColumn = { name: "paid", kind: "boolean", type: "string", values: ["no", "yes"] };
const day: InputColumn = {
  name: "day",
  kind: "datetime",
  type: "string",
  min: "2014-01-01T00:00:00",
  max: "2014-12-31T00:00:00",
};
const hour: InputColumn = { ...day, name: "hour", max: "2014-12-31T08:00:00" };
const inputs = [age, rooms, sex, paid, day];

describe("the form", () => {
  it("shows a row as texts and reads them back", () => {
    const texts = textsOf(inputs, {
      Age: 29.0000001,
      rooms: 3,
      Sex: "m",
      paid: "yes",
      day: "2014-05-01T00:00:00",
    });
    expect(texts).toEqual({ Age: "29", rooms: "3", Sex: "m", paid: "true", day: "2014-05-01" });
    expect(rowOf(inputs, texts)).toEqual({ Age: 29, rooms: 3, Sex: "m", paid: true, day: "2014-05-01" });
  });

  it("takes empty fields for missing values", () => {
    expect(rowOf(inputs, textsOf(inputs, {}))).toEqual({
      Age: null,
      rooms: null,
      Sex: null,
      paid: null,
      day: null,
    });
  });

  it("names the fields that hold something else", () => {
    expect(problemsOf({ inputs }, { Age: "old", day: "soon", Sex: "<script>" })).toEqual({
      Age: "Not a number",
      day: "Not a date",
    });
  });

  it("finds nothing wrong with columns that are called like parts of every object", () => {
    const odd: InputColumn[] = ["__proto__", "constructor"].map((name) => ({ ...age, name }));
    expect(textsOf(odd, {})).toEqual(JSON.parse('{"__proto__": "", "constructor": ""}'));
    const problems = problemsOf({ inputs: odd }, textsOf(odd, {}));
    expect(Object.keys(problems)).toEqual([]);
    expect("constructor" in problems).toBe(false);
  });

  it("asks for a time only where the data has one", () => {
    expect([hasTime(day), hasTime(hour)]).toEqual([false, true]);
  });

  it("puts what matters first and keeps the order of the rest", () => {
    const order = byImportance(inputs, [
      { column: "paid", mean: 2 },
      { column: "Sex", mean: 3 },
    ]);
    expect(order.map((column) => column.name)).toEqual(["Sex", "paid", "Age", "rooms", "day"]);
  });
});

const label = (prediction: string, yes: number): Answer => ({
  prediction,
  probability: null,
  probabilities: { yes, no: 1 - yes },
  interval: null,
  warnings: [],
});
const value = (prediction: number): Answer => ({
  prediction,
  probability: null,
  probabilities: null,
  interval: [0, 1],
  warnings: [],
});

describe("what if", () => {
  it("varies numbers over their usual range, widened to the row's own value", () => {
    const texts = sweepOf(age, "75").steps.map((step) => Number(step.text));
    expect([Math.min(...texts), Math.max(...texts)]).toEqual([1, 75]);
  });

  it("walks whole numbers one by one", () => {
    expect(sweepOf(rooms, "3").steps.map((step) => step.value)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("offers the levels, and an own one that is not among them", () => {
    expect(sweepOf(sex, "x").steps.map((step) => step.text)).toEqual(["m", "f", "x"]);
    expect(sweepOf(paid, "true").steps.map((step) => step.value)).toEqual([false, true]);
  });

  it("walks dates from the first to the last", () => {
    const steps = sweepOf(day, "").steps;
    expect([steps[0]?.text, steps.at(-1)?.text]).toEqual(["2014-01-01", "2014-12-31"]);
  });

  it("cannot vary texts and columns with one value", () => {
    expect(canVary({ name: "t", kind: "text", type: "string" })).toBe(false);
    expect(canVary({ ...age, min: 3, max: 3, quantiles: [3, 3] })).toBe(false);
    expect(inputs.every(canVary)).toBe(true);
  });

  it("finds the step that the field stands at", () => {
    expect(nearest(sweepOf(rooms, "4"), "4")).toBe(3);
    expect(nearest(sweepOf(sex, "f"), "f")).toBe(1);
    expect(nearest(sweepOf(rooms, ""), "")).toBe(-1);
  });

  it("says where the answer flips", () => {
    const sweep = sweepOf(rooms, "3");
    const flips = [1, 2, 3, 4, 5, 6].map((n) => label(n >= 4 ? "yes" : "no", n / 7));
    expect(sentenceOf(sweep, flips, "yes", "binary")).toBe("From about 4 on it says “yes”, below that “no”.");
    const levels = [label("no", 0.2), label("yes", 0.9)];
    expect(sentenceOf(sweepOf(sex, "m"), levels, "yes", "multiclass")).toMatch(
      /^Says “(yes|no)” for “[mf]”\.$/,
    );
  });

  it("says so when nothing changes", () => {
    const sweep = sweepOf(sex, "m");
    expect(sentenceOf(sweep, [label("no", 0.2), label("no", 0.204)], "yes", "binary")).toBe(
      "Hardly changes the answer.",
    );
    expect(sentenceOf(sweep, [label("no", 0.2), label("no", 0.4)], "yes", "binary")).toContain(
      "the answer stays",
    );
    expect(sentenceOf(sweep, [value(10), value(20)], "", "regression")).toBe(
      "Moves the answer between 10 and 20.",
    );
    expect(sentenceOf(sweep, [], "yes", "binary")).toBe("");
  });

  it("writes values and effects with sign, unit and few digits", () => {
    expect(effectText(-0.0741, "binary")).toBe("−7.4");
    expect(effectText(1234.5, "regression")).toBe("+1,230");
    expect(ownText(sweepOf(day, ""), "2014-05-01T00:00:00")).toBe("2014-05-01");
    const contract = { inputs } as unknown as Contract;
    expect([
      valueText(contract, "paid", "true"),
      valueText(contract, "Sex", null),
      valueText(contract, "Age", 29.123456),
    ]).toEqual(["yes", "empty", "29.12"]);
  });
});

describe("similar test rows", () => {
  const calibration = {
    predicted: [0.1, 0.5],
    observed: [0.12, 0.45],
    low: [0.05, 0.3],
    high: [0.2, 0.6],
    n: [90, 90],
  };

  it("are those of the nearest group", () => {
    expect(nearby(calibration, 0.47)?.observed).toBe(0.45);
    expect(nearby(calibration, 0.12)?.observed).toBe(0.12);
  });

  it("are none where no group is near", () => {
    expect(nearby(calibration, 0.9)).toBeNull();
    expect(nearby(null, 0.5)).toBeNull();
  });
});
