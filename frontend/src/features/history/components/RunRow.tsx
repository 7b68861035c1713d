"use client";

import Link from "next/link";
import { memo, type ReactNode } from "react";
import { type Domain, RangeMark } from "@/components/charts";
import { ButtonLink, Chip, Note, Status, Td, Time } from "@/components/ui";
import { hrefOf, isOver, type Job, scoreOf, stateOf } from "@/features/jobs";
import { cx } from "@/lib/cx";
import { duration, percent } from "@/lib/format";
import { metricTerm } from "@/lib/metrics";
import { RowMenu } from "./RowMenu";
import type { Choose } from "./RunsTable";

/** One run; a failed one says why, in place, with the way out. */
export const RunRow = memo(function RunRow({
  job,
  isChosen,
  choose,
  domain,
}: {
  job: Job;
  isChosen: boolean;
  choose: Choose;
  domain: Domain | null;
}) {
  const state = stateOf(job);
  const isFailed = job.status === "failed" && job.error !== null;
  const edge = isFailed ? "border-b-0" : "max-md:border-b-0";
  return (
    <>
      <tr
        role="row"
        className={cx(
          "group/row max-md:flex max-md:items-start",
          !isFailed && "max-md:border-b max-md:border-line",
          isChosen ? "bg-accent-soft" : "hover:bg-hover",
        )}
      >
        <Td role="cell" className={cx("pr-0 max-md:pt-[17px] md:w-9", edge)}>
          <input
            type="checkbox"
            aria-label={`Choose ${job.name}`}
            className="m-0 block size-4 accent-accent"
            checked={isChosen}
            onChange={(event) => choose([job], event.target.checked)}
          />
        </Td>
        <Td role="cell" className={cx("max-md:min-w-0 max-md:flex-1 max-md:py-3 md:max-w-72", edge)}>
          <Link href={hrefOf(job)} prefetch={false} className="block truncate font-[550] hover:underline">
            <bdi title={job.name}>{job.name}</bdi>
          </Link>
          <code className="block truncate text-ink-3" title={job.target_column}>
            <bdi>{job.target_column}</bdi>
          </code>
          <Status tone={state.tone} word={state.word} className="mt-1 md:hidden" />
        </Td>
        <Td role="cell" className={cx("max-md:hidden", edge)}>
          <Status tone={state.tone} word={state.word} />
        </Td>
        <Td role="cell" className={cx("max-w-44 text-ink-2 max-lg:hidden", edge)}>
          <span className="line-clamp-2" title={job.model_type}>
            {job.model_type || (job.progress.best_name ? `${job.progress.best_name} so far` : "–")}
          </span>
        </Td>
        <Td role="cell" n className={cx("max-md:px-0 max-md:pt-3 md:w-56", edge)}>
          <Score job={job} domain={domain} />
        </Td>
        <Td role="cell" n className={cx("text-ink-2 max-lg:hidden", edge)}>
          <Took job={job} />
        </Td>
        <Td role="cell" className={cx("max-w-44 max-lg:hidden", edge)}>
          <Tags tags={job.tags} />
        </Td>
        <Td role="cell" n className={cx("text-ink-2 max-md:hidden", edge)}>
          {isOver(job) ? <Time at={job.finished_at ?? job.created_at} /> : "now"}
        </Td>
        <Td role="cell" className={cx("text-right max-md:pl-0 md:w-12", edge)}>
          <RowMenu job={job} />
        </Td>
      </tr>
      {isFailed ? <Why job={job} /> : null}
    </>
  );
});

function Score({ job, domain }: { job: Job; domain: Domain | null }): ReactNode {
  const score = scoreOf(job);
  if (!score) return <span className="text-ink-3">–</span>;
  const { value, low, high, baseline, metric } = job.score ?? {
    value: null,
    low: null,
    high: null,
    baseline: null,
    metric: "",
  };
  return (
    <span className="flex items-center justify-end gap-4" title={metricTerm(metric)}>
      {value !== null && domain ? (
        <span className="w-24 max-lg:hidden">
          <RangeMark value={value} low={low} high={high} baseline={baseline} domain={domain} />
        </span>
      ) : null}
      <span className="w-24">
        <span className="block font-semibold">{score.value}</span>
        <span className="block truncate text-meta text-ink-3">{score.label}</span>
      </span>
    </span>
  );
}

function Took({ job }: { job: Job }): ReactNode {
  if (job.status === "pending") return "–";
  if (job.status === "running") return `${percent(job.progress.share, 0)} done`;
  return duration(job.duration_s);
}

function Tags({ tags }: { tags: string[] }): ReactNode {
  return (
    <span className="flex flex-wrap gap-1">
      {tags.slice(0, 3).map((tag) => (
        <Link
          key={tag}
          href={`/history?tag=${encodeURIComponent(tag)}`}
          prefetch={false}
          className="max-w-full"
        >
          <Chip className="hover:border-edge">
            <bdi className="truncate">{tag}</bdi>
          </Chip>
        </Link>
      ))}
      {tags.length > 3 ? <span className="self-center text-meta text-ink-3">+{tags.length - 3}</span> : null}
    </span>
  );
}

function Why({ job }: { job: Job }): ReactNode {
  return (
    <tr role="row" className="max-md:block">
      <td role="cell" colSpan={9} className="border-b border-line px-4 pb-3 max-md:block md:pr-5 md:pl-14">
        <Note
          tone="bad"
          title={job.error?.message}
          action={
            <>
              <ButtonLink size="sm" href={`/configure/${job.dataset_id}?from=${job.id}`} prefetch={false}>
                Change the settings
              </ButtonLink>
              <ButtonLink size="sm" look="ghost" href={`/training/${job.id}`} prefetch={false}>
                Log
              </ButtonLink>
            </>
          }
        >
          {job.error?.hint}
        </Note>
      </td>
    </tr>
  );
}
