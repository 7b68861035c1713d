/** The settings of a run while they are being chosen; what is null is left to the server. */
import type { JobDetail } from "@/features/jobs";
import type { Schemas } from "@/lib/api";
import type { Task } from "@/lib/tasks";

export type SplitBy = NonNullable<Schemas["SplitIn"]["by"]>;
export type Metric = NonNullable<Schemas["TrainConfigIn"]["metric"]>;
export type Engine = NonNullable<Schemas["TrainConfigIn"]["engine"]>;
export type FinalFit = NonNullable<Schemas["TrainConfigIn"]["final_fit"]>;
export type Quality = NonNullable<Schemas["TrainConfigIn"]["quality"]>;

export type Draft = {
  target: string;
  task: Task | null;
  metric: Metric | null;
  budget: number | null; // seconds
  splitBy: SplitBy;
  splitColumn: string | null;
  testShare: number | null; // 0–1
  finalFit: FinalFit | null;
  drop: string[];
  keep: string[];
  seed: number;
  name: string;
  quality: Quality | null;
  engine: Engine | null;
  maxModels: number | null;
};

const LEAST_AUTOGLUON = 20; // seconds; it starts slowly

export const emptyDraft = (target: string): Draft => ({
  target,
  task: null,
  metric: null,
  budget: null,
  splitBy: "auto",
  splitColumn: null,
  testShare: null,
  finalFit: null,
  drop: [],
  keep: [],
  seed: 0,
  name: "",
  quality: null,
  engine: null,
  maxModels: null,
});

/** The settings of an earlier run, to change and train again. */
export function draftOf(job: JobDetail): Draft {
  const { config } = job;
  return {
    target: job.target_column,
    task: config.problem_type,
    metric: config.metric as Metric,
    budget: config.time_budget,
    splitBy: config.split.by as SplitBy,
    splitColumn: config.split.column || null,
    testShare: config.split.test_share,
    finalFit: (config.final_fit as FinalFit) || null,
    drop: config.drop,
    keep: config.keep,
    seed: config.seed,
    name: "",
    quality: (config.quality as Quality) || null,
    engine: (config.engine as Engine) || null,
    maxModels: config.max_models,
  };
}

export type Change = Partial<Draft> | { type: "drop" | "keep" | "neither"; column: string };

/** The draft after a change; another target forgets what depended on the old one. */
export function changed(draft: Draft, change: Change): Draft {
  if ("type" in change) {
    const without = (names: string[]) => names.filter((name) => name !== change.column);
    return {
      ...draft,
      drop: change.type === "drop" ? [...without(draft.drop), change.column] : without(draft.drop),
      keep: change.type === "keep" ? [...without(draft.keep), change.column] : without(draft.keep),
    };
  }
  const next = { ...draft, ...change };
  if (change.target !== undefined && change.target !== draft.target) {
    return {
      ...next,
      task: null,
      metric: null,
      drop: next.drop.filter((name) => name !== change.target),
      keep: next.keep.filter((name) => name !== change.target),
    };
  }
  if (change.task !== undefined && change.task !== draft.task) return { ...next, metric: null };
  return next;
}

/** What POST /train and POST /train/estimate take. */
export function bodyOf(datasetId: string, draft: Draft, clonedFrom: string | null): Schemas["TrainIn"] {
  return {
    dataset_id: datasetId,
    target_column: draft.target,
    tags: [],
    cloned_from: clonedFrom,
    config: {
      time_budget: draft.budget,
      metric: draft.metric,
      problem_type: draft.task,
      split: {
        by: draft.splitBy,
        column: needsColumn(draft.splitBy) ? draft.splitColumn : null,
        test_share: draft.testShare,
      },
      final_fit: draft.finalFit,
      drop: draft.drop,
      keep: draft.keep,
      seed: draft.seed,
      name: draft.name.trim() || null,
      quality: draft.quality,
      engine: draft.engine,
      max_models: draft.maxModels,
    },
  };
}

export const needsColumn = (by: SplitBy) => by === "time" || by === "group";

/** Why the draft cannot be sent, or an empty string. */
export function obstacle(draft: Draft): string {
  if (!draft.target) return "Choose the column to predict.";
  if (draft.splitBy === "time" && !draft.splitColumn) return "Choose the date column to split by.";
  if (draft.splitBy === "group" && !draft.splitColumn) return "Choose the column whose groups stay together.";
  if (draft.engine === "autogluon" && draft.budget !== null && draft.budget < LEAST_AUTOGLUON)
    return `AutoGluon needs at least ${LEAST_AUTOGLUON} s.`;
  return "";
}
