"use client";

import { ChevronRight } from "lucide-react";
import { Card, Combobox, Input, Segmented, Select } from "@/components/ui";
import type { DatasetDetail, Target } from "@/features/datasets";
import type { Schemas } from "@/lib/api";
import { duration, percent } from "@/lib/format";
import { metricLabel, metricTerm } from "@/lib/metrics";
import type { Change, Draft, Metric, Quality, SplitBy } from "../draft";
import { needsColumn } from "../draft";
import { ENGINES, EngineChoice } from "./EngineChoice";
import { FinalFitChoice } from "./FinalFitChoice";

const SPLITS: { value: SplitBy; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "random", label: "Random" },
  { value: "time", label: "Latest rows" },
  { value: "group", label: "Whole groups" },
];
const QUALITIES: { value: Quality | "auto"; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "fast", label: "Small and fast" },
  { value: "balanced", label: "Balanced" },
  { value: "best", label: "Best score" },
];

type Props = {
  dataset: DatasetDetail;
  target: Target | undefined;
  draft: Draft;
  change: (change: Change) => void;
  estimate: Schemas["EstimateOut"] | undefined;
};

/** What most people leave alone, folded away under a summary of what is set. */
export function Advanced(props: Props) {
  const { draft, estimate } = props;
  const facts = [
    `test split ${draft.testShare === null ? "chosen from the rows" : percent(draft.testShare, 0)}${
      draft.splitBy === "auto"
        ? ""
        : `, ${SPLITS.find((split) => split.value === draft.splitBy)?.label.toLowerCase()}`
    }`,
    `score: ${metricLabel(draft.metric ?? estimate?.metric ?? "log_loss").toLowerCase()}`,
    draft.finalFit === "training" ? "final model as measured" : "",
    draft.drop.length > 0 ? `${draft.drop.length} left out` : "",
    draft.engine && draft.engine !== "portfolio" ? ENGINES[draft.engine] : "",
    `seed ${draft.seed}`,
  ];
  return (
    <Card>
      <details className="group">
        <summary className="card-pad flex items-baseline gap-2.5 rounded-lg py-3.5">
          <ChevronRight
            aria-hidden="true"
            className="size-4 shrink-0 self-center text-ink-3 transition-transform group-open:rotate-90"
          />
          <span className="text-section font-semibold">Advanced</span>
          <span className="min-w-0 truncate text-table text-ink-3">{facts.filter(Boolean).join(" · ")}</span>
        </summary>
        <Settings {...props} />
      </details>
    </Card>
  );
}

function Settings({ dataset, target, draft, change, estimate }: Props) {
  const share = draft.testShare;
  return (
    <div className="card-pad grid gap-5 border-t border-line pt-4 pb-5 md:grid-cols-2">
      <Select
        label="Score to optimise"
        value={draft.metric ?? ""}
        onChange={(event) => change({ metric: (event.target.value || null) as Metric | null })}
        hint={metricTerm(draft.metric ?? target?.default_metric ?? "")}
      >
        <option value="">
          {metricLabel(target?.default_metric ?? estimate?.metric ?? "log_loss")} (automatic)
        </option>
        {target?.metrics
          .filter((metric) => metric !== target.default_metric)
          .map((metric) => (
            <option key={metric} value={metric}>
              {metricLabel(metric)}
            </option>
          ))}
      </Select>
      <Input
        label="Name of the run"
        placeholder={`${dataset.filename} · ${draft.target}`}
        maxLength={200}
        value={draft.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <div>
        <p className="m-0 mb-1 text-table font-medium">Test rows</p>
        <Segmented
          label="How test rows are set aside"
          value={draft.splitBy}
          options={SPLITS}
          onChange={(splitBy) => change({ splitBy, splitColumn: null })}
        />
        {needsColumn(draft.splitBy) ? (
          <div className="mt-3">
            <Combobox
              label={draft.splitBy === "time" ? "Date column" : "Group column"}
              value={draft.splitColumn ?? ""}
              options={dataset.columns
                .filter(
                  (column) =>
                    column.name !== draft.target && (draft.splitBy === "group" || column.kind === "datetime"),
                )
                .map((column) => ({ value: column.name }))}
              onChange={(splitColumn) => change({ splitColumn })}
            />
          </div>
        ) : null}
      </div>
      <Select
        label="Share of rows to test on"
        value={share === null ? "" : String(share)}
        onChange={(event) => change({ testShare: event.target.value ? Number(event.target.value) : null })}
        hint="Small tables are tested by cross-validation instead."
      >
        <option value="">chosen from the number of rows</option>
        {[0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5].map((option) => (
          <option key={option} value={option}>
            {percent(option, 0)}
          </option>
        ))}
      </Select>
      <div>
        <p className="m-0 mb-1 text-table font-medium">Size against score</p>
        <Segmented
          label="Size against score"
          value={draft.quality ?? "auto"}
          options={QUALITIES}
          onChange={(quality) => change({ quality: quality === "auto" ? null : quality })}
        />
      </div>
      <EngineChoice draft={draft} change={change} />
      <FinalFitChoice draft={draft} change={change} />
      <div className="grid grid-cols-2 gap-4">
        <Input
          label="Time, seconds"
          type="number"
          inputMode="numeric"
          min={5}
          max={86_400}
          unit="s"
          className="num text-right"
          value={draft.budget ?? ""}
          placeholder={estimate ? String(Math.round(estimate.budget_s)) : ""}
          onChange={(event) => change({ budget: event.target.value ? Number(event.target.value) : null })}
          hint={draft.budget ? duration(draft.budget) : undefined}
          error={
            draft.budget !== null && (draft.budget < 5 || draft.budget > 86_400) ? "5 s to 24 h" : undefined
          }
        />
        <Input
          label="Seed"
          type="number"
          inputMode="numeric"
          min={0}
          className="num text-right"
          value={draft.seed}
          onChange={(event) => change({ seed: Math.max(0, Math.trunc(Number(event.target.value) || 0)) })}
        />
      </div>
    </div>
  );
}
