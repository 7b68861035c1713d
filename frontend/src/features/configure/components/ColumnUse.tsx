"use client";

import { type Column, type DatasetDetail, useOverrideKinds } from "@/features/datasets";
import { KINDS, type Kind } from "@/lib/tasks";
import type { Change, Draft } from "../draft";

const SELECT =
  "h-[34px] md:h-7 rounded-[6px] border border-line-2 bg-surface px-1.5 text-table hover:border-edge disabled:opacity-50";

/** In a list of columns: use it, leave it out, or read it as another type. */
export function ColumnUse({
  dataset,
  column,
  draft,
  change,
}: {
  dataset: DatasetDetail;
  column: Column;
  draft: Draft;
  change: (change: Change) => void;
}) {
  const override = useOverrideKinds(dataset.id);
  const isTarget = column.name === draft.target;
  const use = draft.drop.includes(column.name)
    ? "drop"
    : draft.keep.includes(column.name)
      ? "keep"
      : "neither";

  const setKind = (kind: Kind) => {
    const chosen = dataset.columns.filter((other) => other.kind_chosen_by_user && other.name !== column.name);
    override.mutate({
      ...Object.fromEntries(chosen.map((other) => [other.name, other.kind])),
      [column.name]: kind,
    });
  };

  return (
    <span className="inline-flex flex-wrap justify-end gap-1.5">
      <select
        aria-label={`Type of ${column.name}`}
        className={SELECT}
        value={column.kind}
        disabled={override.isPending}
        onChange={(event) => setKind(event.target.value as Kind)}
      >
        {Object.entries(KINDS).map(([kind, label]) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
      </select>
      {isTarget ? (
        <span className="inline-flex w-28 items-center px-2 text-accent-ink">target</span>
      ) : (
        <select
          aria-label={`Use of ${column.name}`}
          className={`${SELECT} w-28`}
          value={use}
          onChange={(event) =>
            change({ type: event.target.value as "drop" | "keep" | "neither", column: column.name })
          }
        >
          <option value="neither">automatic</option>
          <option value="keep">always use</option>
          <option value="drop">leave out</option>
        </select>
      )}
    </span>
  );
}
