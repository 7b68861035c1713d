import { describe, expect, it } from "vitest";
import {
  choose,
  differs,
  type Metric,
  marksOf,
  namesOf,
  nonsense,
  type Run,
  sameRows,
  sharedMetrics,
} from "./compare";
import { importances, settingsOf } from "./settings";

type Changes = {
  name?: string;
  target?: string;
  task?: string;
  classes?: string[];
  sha?: string;
  seed?: number;
  bytes?: number;
  metrics?: Partial<Metric>[];
  budget?: number;
  engine?: string;
  finalFit?: string;
  learntFrom?: string;
  importance?: { column: string; mean: number; low: null; high: null }[];
};

const auc = (value: number | null, half = 0.02): Partial<Metric> => ({
  name: "roc_auc",
  label: "ROC AUC",
  unit: "score",
  value,
  low: value === null ? null : value - half,
  high: value === null ? null : value + half,
  greater_is_better: true,
});

function run(changes: Changes = {}): Run {
  const {
    name = "a run",
    target = "y",
    task = "binary",
    classes = ["no", "yes"],
    sha = "abc",
    seed = 0,
    bytes = 1000,
    budget = 60,
  } = changes;
  const { metrics = [auc(0.8)], importance = [] } = changes;
  const { engine = "", finalFit, learntFrom = "training" } = changes;
  return {
    job: {
      name,
      target_column: target,
      model_bytes: bytes,
      budget_s: budget,
      duration_s: 61,
      metric: "log_loss",
      dataset_name: "t.csv",
      dataset_id: "d",
      created_at: "2026-11-20T09:30:00Z",
      finished_at: "2026-11-20T09:31:00Z",
      model_type: "Linear",
      n_train_rows: 80,
      n_test_rows: 20,
      progress: { n_models: 3 },
      config: {
        engine,
        quality: "",
        seed,
        split: { by: "auto", column: "", test_share: null },
        drop: [],
        keep: [],
      },
    },
    evaluation: { task, classes, metrics, n_rows: 20, how: "test split", primary: "roc_auc", importance },
    metadata: {
      capsule: { data_sha256: sha, seed, learnt_from: learntFrom, settings: { final_fit: finalFit } },
    },
  } as unknown as Run;
}

describe("what may be compared", () => {
  it("is runs of one target and task", () => {
    expect(nonsense([run(), run()])).toEqual([]);
    expect(nonsense([])).toEqual([]);
  });

  it("is not different targets, tasks or classes", () => {
    expect(nonsense([run(), run({ target: "z" })])[0]).toContain("y, z");
    expect(nonsense([run(), run({ task: "regression" })])).toHaveLength(1);
    expect(nonsense([run(), run({ classes: ["no", "maybe"] })])[0]).toContain("classes");
    expect(nonsense([run(), run({ classes: ["yes", "no"] })])).toEqual([]);
  });

  it("tells whether the test rows are the same", () => {
    expect(sameRows([run(), run()])).toBe(true);
    expect(sameRows([run(), run({ sha: "def" })])).toBe(false);
    expect(sameRows([run(), run({ seed: 1 })])).toBe(false);
  });
});

describe("differences", () => {
  const metric = (value: number, half: number) => auc(value, half) as Metric;

  it("are real only where the range of the gap excludes zero", () => {
    expect(differs(metric(0.84, 0.02), metric(0.83, 0.02))).toBe(false);
    expect(differs(metric(0.9, 0.02), metric(0.8, 0.02))).toBe(true);
    // Both ranges reach 0.03 towards each other: the gap's own is ± 0.042.
    expect(differs(metric(0.85, 0.03), metric(0.8, 0.03))).toBe(true);
    expect(differs(metric(0.84, 0.03), metric(0.8, 0.03))).toBe(false);
  });

  it("are none where a range is missing", () => {
    expect(differs({ ...metric(0.9, 0.01), low: null }, metric(0.1, 0.01))).toBe(false);
  });

  it("mark the best, ties and what is worse", () => {
    const runs = [
      run({ metrics: [auc(0.83)] }),
      run({ metrics: [auc(0.84)] }),
      run({ metrics: [auc(0.7)] }),
      run({ metrics: [auc(null)] }),
    ];
    expect(marksOf(runs, "roc_auc")).toEqual(["tie", "best", "worse", "none"]);
  });

  it("go the other way where lower is better", () => {
    const loss = (value: number) => [{ ...auc(value, 0.01), greater_is_better: false }];
    expect(marksOf([run({ metrics: loss(0.4) }), run({ metrics: loss(0.6) })], "roc_auc")).toEqual([
      "best",
      "worse",
    ]);
  });
});

describe("the run to take", () => {
  it("is the simplest of those that tie", () => {
    const runs = [
      run({ metrics: [auc(0.84)], bytes: 14_000_000 }),
      run({ metrics: [auc(0.838)], bytes: 8_000 }),
      run({ metrics: [auc(0.7)], bytes: 10 }),
    ];
    expect(choose(runs)).toEqual({ place: 1, best: 0, tied: [0, 1] });
  });

  it("is one with a file, where another engine's is no better", () => {
    const runs = [run({ metrics: [auc(0.84)], bytes: 0 }), run({ metrics: [auc(0.838)], bytes: 8_000 })];
    expect(choose(runs)).toEqual({ place: 1, best: 0, tied: [0, 1] });
  });

  it("is none where nothing was measured", () => {
    expect(choose([run({ metrics: [auc(null)] })])).toBeNull();
  });
});

describe("side by side", () => {
  it("shows metrics that at least two runs have, the primary one first", () => {
    const extra = { ...auc(0.5), name: "f1" };
    expect(
      sharedMetrics([
        run({ metrics: [extra, auc(0.8)] }),
        run({ metrics: [auc(0.8), extra] }),
        run({ metrics: [{ ...extra, name: "mcc" }] }),
      ]),
    ).toEqual(["roc_auc", "f1"]);
  });

  it("tells runs with one name apart", () => {
    const [first, second] = namesOf([run(), run()]);
    expect(first).not.toBe(second);
    expect(namesOf([run({ name: "a" }), run({ name: "b" })])).toEqual(["a", "b"]);
  });

  it("says which settings differ", () => {
    const lines = settingsOf([run({ budget: 60 }), run({ budget: 300 })]);
    expect(lines.filter((line) => !line.isSame).map((line) => line.name)).toEqual(["Budget"]);
  });

  it("tells the model that was measured from one that has learnt from the test rows as well", () => {
    const runs = [
      run({ finalFit: "all", learntFrom: "all" }),
      run({ finalFit: "all" }), // had no time left
      run({ finalFit: "training" }),
      run(), // of an earlier release
      run({ finalFit: "all", engine: "autogluon" }),
    ];
    const values = (name: string) => settingsOf(runs).find((line) => line.name === name)?.values;
    const [all, measured] = ["learns from all rows", "exactly the one measured"];
    expect(values("Final model")).toEqual([all, all, measured, measured, measured]);
    expect(values("Learnt from")).toEqual(["100 rows", ...Array(4).fill("80 rows")]);
  });

  it("compares importances as shares of each run's own total", () => {
    const item = (column: string, mean: number) => ({ column, mean, low: null, high: null });
    const rows = importances([
      run({ importance: [item("a", 3), item("b", 1)] }),
      run({ importance: [item("a", 10), item("c", -1)] }),
    ]);
    expect(rows).toEqual([
      { column: "a", shares: [0.75, 1] },
      { column: "b", shares: [0.25, null] },
      { column: "c", shares: [null, 0] },
    ]);
  });
});
