"use client";

import { ButtonLink, Card, Empty, Problem, SkeletonPage } from "@/components/ui";
import { type Evaluation, type JobDetail, JobGate, RunHead, useEvaluation } from "@/features/jobs";
import { AllScores } from "./AllScores";
import { Calibration } from "./Calibration";
import { Confusion } from "./Confusion";
import { Curves } from "./Curves";
import { Importance } from "./Importance";
import { Leaderboard } from "./Leaderboard";
import { LeftOut } from "./LeftOut";
import { MoreRows } from "./MoreRows";
import { Rail } from "./Rail";
import { RegressionEvidence } from "./RegressionEvidence";
import { Rival } from "./Rival";
import { ThresholdCard } from "./ThresholdCard";
import { Tiles } from "./Tiles";
import { Timeline } from "./Timeline";
import { UseIt } from "./UseIt";
import { Verdict } from "./Verdict";

/** Whether to use the model: the verdict first, then the evidence. */
export function ResultsPage({ id }: { id: string }) {
  return (
    <JobGate id={id}>
      {(job) => (
        <>
          <RunHead job={job} />
          {job.status === "completed" ? <Done job={job} /> : <NotYet job={job} />}
        </>
      )}
    </JobGate>
  );
}

function NotYet({ job }: { job: JobDetail }) {
  const isOver = job.status === "failed" || job.status === "cancelled";
  return (
    <Card>
      <Empty
        title={isOver ? "This run has no results" : "Not finished yet"}
        action={
          <ButtonLink look="primary" href={`/training/${job.id}`} prefetch={false}>
            {isOver ? "See what happened" : "Watch it train"}
          </ButtonLink>
        }
      >
        {job.error
          ? `${job.error.message} ${job.error.hint}`
          : "The verdict comes last, when the test is done."}
      </Empty>
    </Card>
  );
}

function Done({ job }: { job: JobDetail }) {
  const { data, error, refetch } = useEvaluation(job.id);
  if (error) return <Problem error={error} retry={refetch} />;
  if (!data) return <SkeletonPage label="Loading the results" />;
  return (
    <div className="space-y-4">
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_300px] lg:items-start">
        <div className="min-w-0 space-y-5">
          <Verdict evaluation={data} />
          <Rival job={job} />
          <Tiles evaluation={data} />
          {data.thresholds && data.thresholds.length > 0 && data.positive ? (
            <ThresholdCard evaluation={data} positive={data.positive} />
          ) : null}
          {data.task === "regression" ? (
            <RegressionEvidence evaluation={data} target={job.target_column} />
          ) : null}
          {data.task === "multiclass" ? <Confusion evaluation={data} /> : null}
        </div>
        <Rail job={job} />
      </div>
      <Evidence job={job} evaluation={data} />
    </div>
  );
}

function Evidence({ job, evaluation }: { job: JobDetail; evaluation: Evaluation }) {
  const isBinary = evaluation.task === "binary";
  return (
    <>
      {isBinary ? (
        <div className="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
          <Curves evaluation={evaluation} />
          <Calibration evaluation={evaluation} />
        </div>
      ) : null}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)] lg:items-start">
        <div className="min-w-0 space-y-4">
          {isBinary ? null : <Calibration evaluation={evaluation} />}
          <Importance evaluation={evaluation} />
          <MoreRows evaluation={evaluation} />
          <LeftOut job={job} />
        </div>
        <div className="min-w-0 space-y-4">
          <Leaderboard job={job} />
          <AllScores evaluation={evaluation} />
        </div>
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)] lg:items-start">
        <Timeline job={job} />
        {job.portable ? <UseIt job={job} /> : null}
      </div>
    </>
  );
}
