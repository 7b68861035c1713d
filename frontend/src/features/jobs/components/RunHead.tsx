"use client";

import {
  FlaskConical,
  GitCompareArrows,
  MoreHorizontal,
  RotateCcw,
  SlidersHorizontal,
  Trash2,
} from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useState } from "react";
import { Button, ButtonLink, Chip, Confirm, Menu, Status, Time, toast } from "@/components/ui";
import { PageHead } from "@/features/shell";
import { cx } from "@/lib/cx";
import { duration, plural } from "@/lib/format";
import { stateOf } from "../lib/words";
import { isOver, type JobDetail, useDeleteJobs, useRetry } from "../queries";

/** The head and tabs that every page of a run shares. */
export function RunHead({ job }: { job: JobDetail }) {
  const state = stateOf(job);
  const isDone = job.status === "completed";
  return (
    <>
      <PageHead
        crumbs={[{ label: "Runs", href: "/history" }, { label: job.name }]}
        title={<bdi>{job.name}</bdi>}
        badge={
          <>
            <Status tone={state.tone} word={state.word} />
            {job.attempt > 1 ? <Chip>attempt {job.attempt}</Chip> : null}
          </>
        }
        sub={<Facts job={job} />}
        actions={
          <>
            <RunMenu job={job} />
            {isDone ? (
              <>
                <ButtonLink href={`/compare?runs=${job.id}`} prefetch={false}>
                  <GitCompareArrows aria-hidden="true" strokeWidth={1.75} />
                  Compare
                </ButtonLink>
                <ButtonLink href={`/playground/${job.id}`} prefetch={false}>
                  <FlaskConical aria-hidden="true" strokeWidth={1.75} />
                  Try it
                </ButtonLink>
              </>
            ) : null}
          </>
        }
      />
      <RunTabs job={job} />
    </>
  );
}

function Facts({ job }: { job: JobDetail }) {
  // In cross-validation every row is learnt from and tested on.
  const rows = job.how_tested === "cross-validation" ? job.n_train_rows : job.n_train_rows + job.n_test_rows;
  return (
    <>
      predicts <code className="text-ink">{job.target_column}</code> from <bdi>{job.dataset_name}</bdi>
      {rows > 0 ? ` · ${plural(rows, "row")}` : ""}
      {isOver(job) && job.finished_at ? (
        <>
          {" · finished "}
          <Time at={job.finished_at} />
          {job.duration_s !== null ? ` after ${duration(job.duration_s)}` : ""}
        </>
      ) : null}
      {job.progress.n_models > 0 ? ` · ${plural(job.progress.n_models, "model")} tried` : ""}
      {job.status === "completed" && job.cost.amount > 0
        ? ` · ${job.cost.amount.toFixed(2)} ${job.cost.currency}`
        : ""}
    </>
  );
}

/** On a phone the tabs are wider than the window: the page's own is moved to where it can be seen. */
const intoView = (tab: HTMLAnchorElement | null) => {
  const list = tab?.closest("nav");
  if (tab && list) list.scrollLeft = Math.max(0, tab.offsetLeft + tab.offsetWidth - list.clientWidth + 24);
};

function RunTabs({ job }: { job: JobDetail }) {
  const path = usePathname();
  const isDone = job.status === "completed";
  const tabs = [
    { href: `/results/${job.id}`, label: "Results", shown: isDone },
    { href: `/playground/${job.id}`, label: "Playground", shown: isDone },
    { href: `/batch/${job.id}`, label: "Batches", shown: isDone },
    { href: `/validate/${job.id}`, label: "Validation", shown: isDone },
    { href: `/drift/${job.id}`, label: "Drift", shown: isDone },
    { href: `/watch/${job.id}`, label: "Watch and retrain", shown: isDone },
    { href: `/kept/${job.id}`, label: "Kept", shown: isDone },
    { href: `/datasets/${job.dataset_id}?run=${job.id}`, label: "Data", shown: true },
    { href: `/training/${job.id}`, label: "Training", shown: true },
  ].filter((tab) => tab.shown);
  return (
    <nav
      aria-label="Parts of this run"
      className="mb-6 overflow-x-auto border-b border-line [scrollbar-width:none]"
    >
      <ul className="m-0 flex list-none gap-5 p-0">
        {tabs.map((tab) => {
          const here = path === tab.href.split("?")[0];
          return (
            <li key={tab.href}>
              <Link
                ref={here ? intoView : undefined}
                href={tab.href}
                prefetch={false}
                aria-current={here ? "page" : undefined}
                className={cx(
                  "-mb-px block border-b-2 pt-2 pb-2.5 font-medium whitespace-nowrap focus-visible:-outline-offset-2",
                  here ? "border-accent text-ink" : "border-transparent text-ink-2 hover:text-ink",
                )}
              >
                {tab.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function RunMenu({ job }: { job: JobDetail }) {
  const router = useRouter();
  const retry = useRetry(job.id);
  const [asking, setAsking] = useState(false);
  const canRetry = job.status === "failed" || job.status === "cancelled";
  return (
    <>
      <Menu
        trigger={
          <Button icon aria-label="More actions">
            <MoreHorizontal aria-hidden="true" />
          </Button>
        }
        items={[
          {
            label: "Change settings, train again",
            icon: <SlidersHorizontal aria-hidden="true" />,
            onSelect: () => router.push(`/configure/${job.dataset_id}?from=${job.id}`),
          },
          {
            label: "Retry with the same settings",
            icon: <RotateCcw aria-hidden="true" />,
            disabled: !canRetry,
            onSelect: () => retry.mutate(undefined, { onSuccess: () => router.push(`/training/${job.id}`) }),
          },
          {
            label: "Delete this run",
            icon: <Trash2 aria-hidden="true" />,
            danger: true,
            onSelect: () => setAsking(true),
          },
        ]}
      />
      <DeleteRun job={job} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

function DeleteRun({ job, open, onClose }: { job: JobDetail; open: boolean; onClose: () => void }) {
  const router = useRouter();
  const remove = useDeleteJobs();
  return (
    <Confirm
      open={open}
      title={`Delete ${job.name}?`}
      action="Delete the run"
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { ids: [job.id], data: false },
          {
            onSuccess: () => {
              toast("The run and its files are gone.");
              router.push("/history");
            },
            onSettled: onClose,
          },
        )
      }
    >
      <p className="m-0">
        The model, its reports and its log go for good{isOver(job) ? "" : ", and the training ends"}. The data
        set stays.
      </p>
    </Confirm>
  );
}
