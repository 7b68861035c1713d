import { Check, CircleX } from "lucide-react";
import { Card, Dot } from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import { cx } from "@/lib/cx";
import { clock } from "@/lib/format";
import { type Step, stepsOf } from "../stages";

/** Where the run stands, step by step. */
export function StageBar({ job }: { job: JobDetail }) {
  return (
    <Card label="Stages">
      <ol className="card-pad m-0 grid list-none gap-x-1.5 gap-y-2.5 py-4 md:flex">
        {stepsOf(job).map((step) => (
          <StepItem key={step.label} step={step} />
        ))}
      </ol>
      {job.status === "running" && job.progress.message ? (
        <p className="card-pad m-0 -mt-1 truncate pb-3.5 text-table text-ink-2">{job.progress.message}</p>
      ) : null}
    </Card>
  );
}

const WORDS = { done: "done", running: "running", waiting: "waiting", failed: "failed" };

function StepItem({ step }: { step: Step }) {
  const isWaiting = step.state === "waiting";
  return (
    <li
      style={{ flex: `${step.weight} 1 0` }}
      className="min-w-0 max-md:grid max-md:grid-cols-[96px_1fr] max-md:items-center max-md:gap-3"
    >
      <span aria-hidden="true" className="block h-[5px] overflow-hidden rounded-full bg-line">
        <span
          className={cx("block h-full rounded-full", step.state === "failed" ? "bg-bad" : "bg-accent")}
          style={{ width: `${step.share * 100}%` }}
        />
      </span>
      <span className="min-w-0 max-md:flex max-md:items-baseline max-md:justify-between max-md:gap-2 md:mt-2 md:block">
        <span className={cx("flex items-center gap-1.5 text-table", isWaiting ? "text-ink-2" : "font-[550]")}>
          {step.state === "done" ? (
            <Check aria-hidden="true" className="size-3.5 shrink-0 text-accent-ink" />
          ) : null}
          {step.state === "failed" ? (
            <CircleX aria-hidden="true" className="size-3.5 shrink-0 text-bad" />
          ) : null}
          {step.state === "running" ? <Dot tone="running" /> : null}
          <span className="truncate">{step.label}</span>
        </span>
        <span className="num block text-table text-ink-3">
          <span className={step.seconds !== null ? "sr-only" : ""}>{WORDS[step.state]} </span>
          {step.seconds !== null ? clock(step.seconds) : null}
        </span>
      </span>
    </li>
  );
}
