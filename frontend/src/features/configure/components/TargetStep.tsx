"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { MiniBars, SERIES, ShareBar } from "@/components/charts";
import { Card, CardBody, Combobox, Note, Problem, Select, Skeleton } from "@/components/ui";
import type { DatasetDetail, Target } from "@/features/datasets";
import { compact, number, percent } from "@/lib/format";
import { KINDS, TASKS, type Task } from "@/lib/tasks";
import type { Change, Draft } from "../draft";

/** Step 2: the column to predict, and what that makes of the problem. */
export function TargetStep({
  dataset,
  draft,
  change,
  query,
}: {
  dataset: DatasetDetail;
  draft: Draft;
  change: (change: Change) => void;
  query: UseQueryResult<Target>;
}) {
  const target = query.data?.column === draft.target ? query.data : undefined;
  if (dataset.columns.length < 2) {
    return (
      <Note tone="bad" title="One column is not enough.">
        A model predicts one column from the others, and this table has only{" "}
        <code>{dataset.columns[0]?.name ?? "none"}</code>. If the file has more, its separator was not
        recognised.
      </Note>
    );
  }
  return (
    <Card label="What to predict">
      <CardBody className="grid gap-x-6 gap-y-5 md:grid-cols-2 md:pt-5">
        <div className="space-y-4">
          <Combobox
            label="Target column"
            value={draft.target}
            placeholder="Choose the column to predict"
            options={dataset.columns.map((column) => ({ value: column.name, note: KINDS[column.kind] }))}
            onChange={(value) => change({ target: value })}
            hint={
              draft.target && draft.target === dataset.suggested_target
                ? "Suggested from the columns' names, places and values."
                : undefined
            }
          />
          {target ? <ProblemType target={target} draft={draft} change={change} /> : null}
        </div>
        <div className="min-w-0">
          {query.error ? <Problem error={query.error} retry={query.refetch} /> : null}
          {target ? (
            <Detected target={target} task={draft.task ?? target.task} />
          ) : draft.target && !query.error ? (
            <Skeleton className="h-36" />
          ) : !draft.target ? (
            <p className="m-0 text-ink-2">The column whose value you want to know for new rows.</p>
          ) : null}
        </div>
      </CardBody>
    </Card>
  );
}

function ProblemType({
  target,
  draft,
  change,
}: {
  target: Target;
  draft: Draft;
  change: (change: Change) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const others = target.alternatives.filter((other) => other.task !== target.task);
  if (others.length === 0 || !target.task) return null;
  if (!isOpen && draft.task === null) {
    return (
      <p className="m-0 text-table text-ink-2">
        Not what you meant?{" "}
        <button type="button" className="text-accent-ink hover:underline" onClick={() => setOpen(true)}>
          Change the problem type
        </button>
      </p>
    );
  }
  const refused = others.filter((other) => !other.allowed);
  return (
    <Select
      label="Problem type"
      value={draft.task ?? ""}
      onChange={(event) => change({ task: (event.target.value || null) as Task | null })}
      hint={
        refused.map((other) => `${TASKS[other.task].label}: not possible. ${other.reason}`).join(" ") ||
        undefined
      }
    >
      <option value="">{TASKS[target.task].label} (detected)</option>
      {others.map((other) => (
        <option key={other.task} value={other.task} disabled={!other.allowed}>
          {TASKS[other.task].label}
        </option>
      ))}
    </Select>
  );
}

function Detected({ target, task }: { target: Target; task: Task | null }) {
  if (!target.trainable && target.error) {
    return (
      <Note tone="bad" live title={target.error.message}>
        {target.error.hint}
      </Note>
    );
  }
  return (
    <div aria-live="polite">
      <h3 className="m-0 text-table font-semibold">
        {task === target.task ? "Detected" : "Chosen"}: {task ? TASKS[task].label.toLowerCase() : "unknown"}
      </h3>
      <p className="break-anywhere m-0 mt-1 text-table text-ink-2">
        {target.reason}
        {target.n_missing > 0 ? ` ${number(target.n_missing)} rows without a value are set aside.` : ""}
      </p>
      {target.histogram && task === "regression" ? <Spread target={target} /> : null}
      {task !== "regression" && target.classes.length > 0 ? <Classes target={target} /> : null}
    </div>
  );
}

function Spread({ target }: { target: Target }) {
  const edges = target.histogram?.edges ?? [];
  const write = (edge: number | string | undefined) =>
    typeof edge === "number" ? compact(edge) : (edge ?? "");
  return (
    <div className="mt-3">
      <MiniBars counts={target.histogram?.counts ?? []} height={64} color="var(--c1)" />
      <p className="num m-0 mt-1 flex justify-between text-meta text-ink-3">
        <span>{write(edges[0])}</span>
        <span>{write(edges.at(-1))}</span>
      </p>
    </div>
  );
}

function Classes({ target }: { target: Target }) {
  const shown = target.classes.slice(0, 6);
  const rest = (target.n_classes ?? shown.length) - shown.length;
  const restShare = 1 - shown.reduce((sum, item) => sum + item.share, 0);
  return (
    <div className="mt-3">
      <ShareBar
        height={10}
        shares={[...shown.map((item) => item.share), ...(rest > 0 ? [restShare] : [])]}
        colors={SERIES.slice(0, shown.length)}
      />
      <ul className="num m-0 mt-2 flex list-none flex-wrap gap-x-4 gap-y-1 p-0 text-meta text-ink-2">
        {shown.map((item, index) => (
          <li key={item.value} className="flex min-w-0 items-center gap-1.5">
            <span
              aria-hidden="true"
              className="size-[9px] shrink-0 rounded-[2px]"
              style={{ background: SERIES[index] }}
            />
            <bdi className="max-w-40 truncate">{item.value}</bdi> {number(item.count)}
          </li>
        ))}
        {rest > 0 ? <li>{number(rest)} more classes</li> : null}
      </ul>
      {target.majority_share !== null && shown[0] ? (
        <p className="m-0 mt-3 text-meta text-ink-3">
          Always answering “<bdi>{shown[0].value}</bdi>” would be right {percent(target.majority_share)} of
          the time. That is the bar to beat.
        </p>
      ) : null}
    </div>
  );
}
