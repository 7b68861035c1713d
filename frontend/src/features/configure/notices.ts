/** Warnings about the table and the target, and the change that answers each with one click. */
import type { DatasetDetail, Notice, Target } from "@/features/datasets";
import type { Change, Draft } from "./draft";

export type Fix = { label: string; isDone: boolean; apply: Change; undo: Change };

const WEIGHT = { error: 0, warning: 1, info: 2 };

/** Notices of the table and of the target, worst first, each once. */
export function noticesFor(dataset: DatasetDetail, target: Target | undefined): Notice[] {
  const seen = new Set<string>();
  return [...(target?.notices ?? []), ...dataset.notices]
    .filter((notice) => {
      const key = `${notice.code}\u0000${notice.column}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
}

/** The one-click fix of a notice; null where nothing can be set. */
export function fixOf(notice: Notice, draft: Draft, dataset: DatasetDetail): Fix | null {
  const { action, column } = notice;
  if (column === draft.target || (column && !dataset.columns.some((known) => known.name === column)))
    return null;
  if (action === "drop" && column) {
    return {
      label: "Leave it out",
      isDone: draft.drop.includes(column),
      apply: { type: "drop", column },
      undo: { type: "neither", column },
    };
  }
  if (action === "keep" && column) {
    return {
      label: "Use it all the same",
      isDone: draft.keep.includes(column),
      apply: { type: "keep", column },
      undo: { type: "neither", column },
    };
  }
  if (action === "split-by-time" && column) {
    return {
      label: "Test on the latest rows",
      isDone: draft.splitBy === "time" && draft.splitColumn === column,
      apply: { splitBy: "time", splitColumn: column },
      undo: { splitBy: "auto", splitColumn: null },
    };
  }
  return null;
}
