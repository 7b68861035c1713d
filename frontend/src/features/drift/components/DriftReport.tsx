import type { ReactNode } from "react";
import { number, plural } from "@/lib/format";
import { changesOf } from "../lib/changes";
import type { DriftReport as Report } from "../types";
import { ReportCard } from "./ReportCard";

/** One batch against the rows of training. */
export function DriftReport({
  report,
  first,
  hasVerdict,
  actions,
}: {
  report: Report;
  /** The page has said the verdict already. */
  hasVerdict?: boolean;
  first?: string;
  actions?: ReactNode;
}) {
  return (
    <ReportCard
      title="Does it look like training?"
      sub={`${plural(report.n_rows, "row")} against ${number(report.n_training_rows)}`}
      verdict={hasVerdict ? undefined : report.verdict}
      severity={report.severity}
      changes={changesOf(report)}
      names={["in training", "in this batch"]}
      first={first}
      notCompared={report.not_compared}
      actions={actions}
    />
  );
}
