import { describe, expect, it } from "vitest";
import type { Contract } from "./contract";
import { encode, type Feed, warningsOf } from "./encode";
import { explain } from "./explain";
import { Model, type RunGraph } from "./model";

const contract: Contract = {
  task: "binary",
  target: "y",
  classes: ["no", "yes"],
  positive: "yes",
  threshold: 0.5,
  inputs: [
    { name: "Age", kind: "number", type: "float", min: 0.1, max: 80 },
    { name: "Sex", kind: "category", type: "string", values: ["m", "f"], n_values: 2 },
    {
      name: "sold",
      kind: "datetime",
      type: "string",
      min: "2014-01-01T00:00:00",
      max: "2015-01-01T00:00:00",
    },
  ],
  outputs: { label: "label", probabilities: "probabilities" },
  example: { Age: 29, Sex: "m", sold: "2014-05-01" },
  background: [
    { Age: 20, Sex: "m", sold: null },
    { Age: 60, Sex: "f", sold: "2014-03-01" },
  ],
};

// A graph whose chance of yes is known: 0.2 + Age/100 for m, + 0.3 more for f; missing age counts as 10.
const chance = (feed: Feed, row: number) => {
  const age = Number(feed.Age?.[row]);
  return 0.2 + (Number.isNaN(age) ? 10 : age) / 1000 + (feed.Sex?.[row] === "f" ? 0.3 : 0);
};
const run: RunGraph = async (feed, n, outputs) => {
  const chances = Array.from({ length: n }, (_, row) => chance(feed, row));
  const all = {
    label: { data: chances.map((value) => (value >= 0.5 ? "yes" : "no")), dims: [n] },
    probabilities: { data: Float32Array.from(chances.flatMap((value) => [1 - value, value])), dims: [n, 2] },
  };
  return Object.fromEntries(outputs.map((name) => [name, all[name as keyof typeof all]]));
};

describe("encode", () => {
  it("makes an array of each column and leaves out nothing", () => {
    const feed = encode(contract, [{ Age: "29", Sex: null }, {}]);
    expect(feed.Age).toBeInstanceOf(Float32Array);
    expect([...(feed.Age as Float32Array)]).toEqual([29, Number.NaN]);
    expect(feed.Sex).toEqual(["", ""]);
    expect(feed.sold).toEqual(["", ""]);
  });
});

describe("columns named like parts of every object", () => {
  const names = ["__proto__", "constructor", "toString"];
  const odd: Contract = {
    ...contract,
    inputs: names.map((name) => ({ name, kind: "number", type: "float", min: 0, max: 9 })),
  };

  it("are columns like all others", () => {
    const feed = encode(odd, [JSON.parse('{"__proto__": 1, "toString": 3}')]);
    expect(Object.keys(feed)).toEqual(names);
    expect(names.map((name) => feed[name]?.[0])).toEqual([1, Number.NaN, 3]);
  });

  it("are explained", async () => {
    const rows = [JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 4}')];
    const sum = async (feed: Feed, n: number) =>
      Array.from({ length: n }, (_, row) =>
        names.reduce((total, name) => total + Number(feed[name]?.[row]), 0),
      );
    const zeros = [JSON.parse('{"__proto__": 0, "constructor": 0, "toString": 0}')];
    const found = await explain(sum, encode(odd, rows), encode(odd, zeros));
    expect(found.contributions.map((item) => item.contribution)).toEqual([4, 2, 1]);
  });
});

describe("warnings", () => {
  const told = (row: Record<string, string | number>) =>
    warningsOf(contract, encode(contract, [row]), 0).map((warning) => warning.column);

  it("names values outside of the training range and unseen levels", () => {
    expect(told({ Age: 200, Sex: "x", sold: "2020-01-01" })).toEqual(["Age", "Sex", "sold"]);
  });

  it("does not take the range's own end for outside because of float32", () => {
    expect(told({ Age: 0.1, Sex: "m", sold: "2014-01-01" })).toEqual([]);
  });
});

describe("Model", () => {
  const model = new Model(contract, run);

  it("answers rows in their order with labels and chances by class", async () => {
    const [young, old] = await model.answers([
      { Age: 20, Sex: "m" },
      { Age: 80, Sex: "f" },
    ]);
    expect(young?.prediction).toBe("no");
    expect(old?.prediction).toBe("yes");
    expect(old?.probabilities?.yes).toBeCloseTo(0.58, 6);
    expect(old?.probability).toBeCloseTo(0.58, 6);
  });

  it("explains: contributions lead from the typical answer to this one", async () => {
    const found = await model.explain({ Age: 80, Sex: "f" }, "yes");
    const sum = found?.contributions.reduce((total, item) => total + item.contribution, found.base);
    expect(sum).toBeCloseTo(found?.value ?? Number.NaN, 6);
    expect(found?.contributions[0]?.column).toBe("Sex");
    expect(found?.contributions[0]?.contribution).toBeCloseTo(0.15, 6);
    expect(found?.contributions.find((item) => item.column === "sold")?.contribution).toBeCloseTo(0, 6);
  });

  it("has no reasons without typical rows", async () => {
    expect(await new Model({ ...contract, background: [] }, run).explain({}, "yes")).toBeNull();
  });

  it("answers a regression with its interval", async () => {
    const numbers: RunGraph = async () => ({
      p: { data: Float64Array.from([5, 6]), dims: [2] },
      i: { data: Float64Array.from([4, 6, 5, 7]), dims: [2, 2] },
    });
    const regression = new Model(
      { ...contract, task: "regression", outputs: { prediction: "p", interval: "i" } },
      numbers,
    );
    const answers = await regression.answers([{}, {}]);
    expect(answers.map((answer) => [answer.prediction, answer.interval])).toEqual([
      [5, [4, 6]],
      [6, [5, 7]],
    ]);
  });
});

describe("explain", () => {
  it("shares an interaction equally and asks no more rows than allowed", async () => {
    const row: Feed = { a: Float32Array.from([1]), b: Float32Array.from([1]) };
    const zero: Feed = { a: Float32Array.from([0]), b: Float32Array.from([0]) };
    let asked = 0;
    const product = async (feed: Feed, n: number) => {
      asked += n;
      return Array.from({ length: n }, (_, index) => Number(feed.a?.[index]) * Number(feed.b?.[index]));
    };
    const found = await explain(product, row, zero, { maxRows: 50 });
    expect(asked).toBeLessThanOrEqual(50);
    for (const item of found.contributions) expect(item.contribution).toBeCloseTo(0.5, 12);
  });

  it("stays within its rows with many columns, and still adds up", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const row: Feed = Object.fromEntries(names.map((name) => [name, Float32Array.from([1])]));
    const zeros: Feed = Object.fromEntries(names.map((name) => [name, new Float32Array(32)]));
    let asked = 0;
    const sum = async (feed: Feed, n: number) => {
      asked += n;
      return Array.from({ length: n }, (_, index) =>
        names.reduce((total, name) => total + Number(feed[name]?.[index]), 0),
      );
    };
    const found = await explain(sum, row, zeros, { maxRows: 700 });
    expect(asked).toBeLessThanOrEqual(700);
    expect(found.contributions.every((item) => Math.abs(item.contribution - 1) < 1e-9)).toBe(true);
  });
});
