"use client";

import Link from "next/link";
import { RangeMark } from "@/components/charts";
import { Card, Dot, Empty, Problem, SectionHead, SkeletonRows, Time } from "@/components/ui";
import { duration } from "@/lib/format";
import { metricDomain } from "@/lib/metrics";
import { hrefOf, scoreOf, sentenceOf, stateOf } from "../lib/words";
import { type Job, useJobs } from "../queries";

/** The latest runs, each with its state, a sentence and its score. */
export function RecentRuns() {
  const { data, error, refetch } = useJobs({ limit: 5 });
  const jobs = data?.pages[0]?.items;
  return (
    <section className="mt-9">
      <SectionHead
        title="Recent work"
        actions={
          jobs && jobs.length > 0 ? (
            <Link href="/history" prefetch={false} className="text-accent-ink hover:underline">
              All runs
            </Link>
          ) : null
        }
      />
      <Card className="overflow-hidden">
        {error ? (
          <div className="p-4">
            <Problem error={error} retry={refetch} />
          </div>
        ) : !jobs ? (
          <SkeletonRows rows={4} label="Loading recent runs" />
        ) : jobs.length === 0 ? (
          <Empty title="Your runs will appear here">Drop a table above or take one of the samples.</Empty>
        ) : (
          <ul className="m-0 list-none divide-y divide-line p-0">
            {jobs.map((job) => (
              <RecentRun key={job.id} job={job} />
            ))}
          </ul>
        )}
      </Card>
    </section>
  );
}

function RecentRun({ job }: { job: Job }) {
  const state = stateOf(job);
  const score = scoreOf(job);
  const left = job.status === "running" ? job.progress.remaining_s : null;
  return (
    <li>
      <Link
        href={hrefOf(job)}
        prefetch={false}
        className="card-pad flex items-center gap-3 py-3 hover:bg-hover md:gap-4"
      >
        <span className="shrink-0">
          <Dot tone={state.tone} />
          <span className="sr-only">{state.word}</span>
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <bdi className="truncate font-[550]">{job.name}</bdi>
            {left !== null ? (
              <span className="shrink-0 text-meta text-ink-3">training, {duration(left)} left</span>
            ) : null}
          </span>
          <span className="line-clamp-2 text-table text-ink-2 md:line-clamp-1">{sentenceOf(job)}</span>
        </span>
        {job.score && job.score.value !== null ? (
          <span className="w-28 shrink-0 max-lg:hidden">
            <RangeMark
              value={job.score.value}
              low={job.score.low}
              high={job.score.high}
              baseline={job.score.baseline}
              domain={metricDomain(job.score.metric, [job.score.value, job.score.high, job.score.baseline])}
            />
          </span>
        ) : null}
        <span className="num w-24 shrink-0 text-right">
          <span className="block font-semibold">{score?.value ?? "–"}</span>
          <span className="block truncate text-meta text-ink-3">{score?.label ?? "no score"}</span>
        </span>
        <span className="w-20 shrink-0 text-right text-meta text-ink-3 max-md:hidden">
          {job.status === "running" ? "now" : <Time at={job.finished_at ?? job.created_at} />}
        </span>
      </Link>
    </li>
  );
}
