"use client";

import { ArrowRight } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { ButtonLink, Note } from "@/components/ui";
import { isOver, type JobDetail, JobGate, RunHead, useFollow, useJob } from "@/features/jobs";
import { Ended } from "./Ended";
import { LiveHead } from "./LiveHead";
import { LiveLeaderboard } from "./LiveLeaderboard";
import { LogCard } from "./LogCard";
import { Milestones } from "./Milestones";
import { ScoreOverTime } from "./ScoreOverTime";
import { SoFar } from "./SoFar";
import { StageBar } from "./StageBar";

/** A training as it happens, and afterwards how it went. */
export function TrainingPage({ id }: { id: string }) {
  return <JobGate id={id}>{(job) => <Known job={job} />}</JobGate>;
}

function Known({ job }: { job: JobDetail }) {
  const isLive = !isOver(job);
  useFollow(job.id, isLive);
  useGoOn(job.id);
  return (
    <>
      {isLive ? <LiveHead job={job} /> : <RunHead job={job} />}
      <Milestones job={job} />
      <div className="space-y-4">
        {job.status === "failed" || job.status === "cancelled" ? <Ended job={job} /> : null}
        {job.status === "completed" ? (
          <Note
            tone="accent"
            title="Done."
            action={
              <ButtonLink size="sm" look="primary" href={`/results/${job.id}`} prefetch={false}>
                See the results
                <ArrowRight aria-hidden="true" />
              </ButtonLink>
            }
          >
            {job.verdict}
          </Note>
        ) : null}
        <StageBar job={job} />
        <div className="grid gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <ScoreOverTime job={job} />
          <SoFar job={job} />
        </div>
        <LiveLeaderboard job={job} />
        <LogCard job={job} />
      </div>
    </>
  );
}

// Who watches a run to its end wants its results next.
function useGoOn(id: string) {
  const router = useRouter();
  const { data: job } = useJob(id);
  const wasLive = useRef(false);
  useEffect(() => {
    if (!job) return;
    if (!isOver(job)) wasLive.current = true;
    else if (wasLive.current && job.status === "completed") router.replace(`/results/${id}`);
  }, [job, id, router]);
}
