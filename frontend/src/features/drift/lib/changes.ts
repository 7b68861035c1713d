/** The columns of a report as the pages draw them, the most changed first. */
import type { Change, DriftReport } from "../types";
import { stepOf } from "./severity";

type Reported = DriftReport["columns"][number];

function changeOf(told: Reported): Change {
  const { edges, levels, training, batch } = told.shares as {
    edges?: number[];
    levels?: string[];
    training?: number[];
    batch?: number[];
  };
  return {
    column: told.column,
    kind: told.kind,
    severity: told.severity,
    message: told.message,
    psi: told.psi ?? null,
    p: told.p_value,
    test: told.test ?? "",
    missing: { before: told.missing_share_training, now: told.missing_share },
    unseen: { levels: Object.entries(told.new_levels ?? {}), share: told.new_share ?? 0 },
    shares: training && batch ? { edges, levels, before: training, now: batch } : null,
  };
}

/** Columns and answers of one batch against training. */
export function changesOf(report: DriftReport): Change[] {
  const told = [...(report.prediction ? [report.prediction] : []), ...report.columns];
  return bySeverity(told.map(changeOf));
}

export function bySeverity(changes: Change[]): Change[] {
  return [...changes].sort((a, b) => stepOf(b.severity) - stepOf(a.severity));
}
