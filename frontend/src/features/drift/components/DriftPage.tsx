"use client";

import { Activity, BellRing, RefreshCw, Upload } from "lucide-react";
import { useMemo, useState } from "react";
import { ButtonLink, Card, Empty, Lead, Problem, SkeletonPage } from "@/components/ui";
import { type JobDetail, ModelPage, useModelInfo } from "@/features/jobs";
import { verdictOf } from "../lib/history";
import { stepOf } from "../lib/severity";
import { useBatchDrift, useDriftHistory } from "../queries";
import type { DriftHistory } from "../types";
import { AccuracyChart } from "./AccuracyChart";
import { ColumnMap } from "./ColumnMap";
import { DriftReport } from "./DriftReport";
import { DriftTimeline } from "./DriftTimeline";
import { SeverityChip } from "./SeverityChip";

/** Whether new rows still look like those that the model learned from, batch by batch. */
export function DriftPage({ id }: { id: string }) {
  return <ModelPage id={id}>{(job) => <History job={job} />}</ModelPage>;
}

function History({ job }: { job: JobDetail }) {
  const { data, error, refetch } = useDriftHistory(job.id);
  if (error) return <Problem error={error} retry={refetch} />;
  if (!data) return <SkeletonPage label="Loading the history of drift" />;
  if (data.points.length === 0) {
    return (
      <Card>
        <Empty
          icon={<Activity aria-hidden="true" strokeWidth={1.75} />}
          title="Nothing to compare with training yet"
          action={
            <ButtonLink look="primary" href={`/batch/${job.id}`} prefetch={false}>
              <Upload aria-hidden="true" strokeWidth={1.75} />
              Score a file
            </ButtonLink>
          }
        >
          Each file that the model scores is compared with the rows that it learned from, column by column.
        </Empty>
      </Card>
    );
  }
  return <Known job={job} history={data} />;
}

function Known({ job, history }: { job: JobDetail; history: DriftHistory }) {
  const last = history.points.at(-1);
  const [chosen, setChosen] = useState<string | null>(null);
  const batch = chosen ?? last?.batch_id ?? "";
  const [column, setColumn] = useState("");
  const report = useBatchDrift(batch);
  const { data: info } = useModelInfo(job.id);
  const inputs = useMemo(() => info?.inputs.map((input) => input.name) ?? [], [info]);
  const point = history.points.find((each) => each.batch_id === batch);
  const hasDrift = stepOf(last?.severity ?? "none") > 0;
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3 pb-1">
        <div className="min-w-0 flex-1 basis-80">
          <Lead>{verdictOf(history.points)}</Lead>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <SeverityChip severity={last?.severity ?? "none"} />
          <ButtonLink href={`/watch/${job.id}`} prefetch={false}>
            <BellRing aria-hidden="true" strokeWidth={1.75} />
            Watch it
          </ButtonLink>
          {hasDrift ? (
            <ButtonLink look="primary" href={`/watch/${job.id}#retrain`} prefetch={false}>
              <RefreshCw aria-hidden="true" strokeWidth={1.75} />
              Retrain with newer rows
            </ButtonLink>
          ) : null}
        </div>
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)] lg:items-start">
        <ColumnMap history={history} inputs={inputs} chosen={column} onChoose={setColumn} />
        <div className="min-w-0 space-y-4">
          <AccuracyChart history={history} />
          <DriftTimeline history={history} chosen={batch} onChoose={setChosen} />
        </div>
      </div>
      {report.error ? <Problem error={report.error} retry={report.refetch} /> : null}
      {report.data ? (
        <DriftReport
          key={`${batch} ${column}`}
          first={column}
          hasVerdict={batch === last?.batch_id && stepOf(last.severity) > 0}
          report={report.data}
          actions={
            <ButtonLink size="sm" href={`/batches/${batch}`} prefetch={false}>
              <bdi className="max-w-48 truncate">{point?.name ?? "The batch"}</bdi>
            </ButtonLink>
          }
        />
      ) : null}
    </div>
  );
}
