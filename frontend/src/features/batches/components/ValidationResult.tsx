"use client";

import { Card, CardBody, CardHead, Lead, Problem, SkeletonPage } from "@/components/ui";
import type { Evaluation } from "@/features/jobs";
import { Calibration, Confusion, Curves, RegressionEvidence } from "@/features/results";
import { number, plural } from "@/lib/format";
import { type BatchDetail, useValidation, type Validation } from "../queries";
import type { Segment } from "../types";
import { ChangesTable } from "./ChangesTable";
import { DuelCard } from "./DuelCard";
import { Notices } from "./Notices";

/** The model against what really happened: beside its test, where it fails most, and against a rival. */
export function ValidationResult({ batch }: { batch: BatchDetail }) {
  const { data, error, refetch } = useValidation(batch.id);
  if (error) return <Problem error={error} retry={refetch} />;
  if (!data) return <SkeletonPage label="Loading the validation" />;
  const evaluation = data.evaluation;
  const duel = data.duel;
  return (
    <div className="space-y-4">
      <Lead
        sub={
          <>
            Measured on {plural(data.n_rows, "row")}
            {data.n_left_out > 0 ? `; ${number(data.n_left_out)} without a true answer left out` : ""}.
            {duel ? ` The champion alone: ${data.verdict}` : ""}
          </>
        }
      >
        {duel ? duel.message : data.verdict}
      </Lead>
      {duel ? <DuelCard batch={batch} duel={duel} /> : null}
      <ChangesTable changes={data.changes} evaluation={evaluation} />
      <Notices notices={data.notices} />
      <Evidence batch={batch} evaluation={evaluation} />
      <Segments segments={data.segments} validation={data} />
    </div>
  );
}

function Evidence({ batch, evaluation }: { batch: BatchDetail; evaluation: Evaluation }) {
  if (evaluation.task === "regression") {
    return <RegressionEvidence evaluation={evaluation} target={batch.target} />;
  }
  return (
    <>
      <Confusion evaluation={evaluation} />
      <div className="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
        {evaluation.task === "binary" ? <Curves evaluation={evaluation} /> : null}
        <Calibration evaluation={evaluation} />
      </div>
    </>
  );
}

function Segments({ segments, validation }: { segments: Segment[]; validation: Validation }) {
  return (
    <Card label="Where it fails most">
      <CardHead
        title="Where it fails most"
        sub="beyond chance, after looking at every value of every column"
      />
      <CardBody>
        {segments.length === 0 ? (
          <p className="m-0 text-ink-2">
            Nowhere: on these {plural(validation.n_rows, "row")} no value of a single column does worse than
            the rest beyond chance.
          </p>
        ) : (
          <ul className="m-0 list-none divide-y divide-line p-0">
            {segments.map((segment) => (
              <li
                key={`${segment.column} ${segment.value}`}
                className="break-anywhere py-2 text-table first:pt-0"
              >
                {segment.message}
              </li>
            ))}
          </ul>
        )}
      </CardBody>
    </Card>
  );
}
