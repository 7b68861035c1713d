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
  const several = column ? [] : columnsOf(notice, draft, dataset);
  if (several.length > 0 && (action === "drop" || action === "keep"))
    return fixOfSeveral(action, several, draft);
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

/** The columns that a notice about several names, without the target. */
function columnsOf(notice: Notice, draft: Draft, dataset: DatasetDetail): string[] {
  const named = notice.facts?.columns;
  if (!Array.isArray(named)) return [];
  const known = new Set(dataset.columns.map((column) => column.name));
  return named.filter((name): name is string => known.has(name) && name !== draft.target);
}

function fixOfSeveral(action: "drop" | "keep", columns: string[], draft: Draft): Fix {
  const without = (names: string[]) => names.filter((name) => !columns.includes(name));
  const neither = { drop: without(draft.drop), keep: without(draft.keep) };
  return {
    label: action === "drop" ? `Leave all ${columns.length} out` : `Use all ${columns.length} all the same`,
    isDone: columns.every((name) => draft[action].includes(name)),
    apply: { ...neither, [action]: [...neither[action], ...columns] },
    undo: neither,
  };
}
