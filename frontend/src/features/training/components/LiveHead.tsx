"use client";

import { CircleCheck, X } from "lucide-react";
import { useState } from "react";
import { Button, Confirm, Status, Time } from "@/components/ui";
import { type JobDetail, stateOf, useCancel } from "@/features/jobs";
import { PageHead } from "@/features/shell";
import { duration } from "@/lib/format";

/** Time left first, then what can be done about it. */
export function LiveHead({ job }: { job: JobDetail }) {
  const state = stateOf(job);
  const cancel = useCancel(job.id);
  const [asking, setAsking] = useState(false);
  const isEnding = job.cancel_requested !== "" || cancel.isPending;
  const hasModel = job.progress.n_models > 0;
  return (
    <>
      <PageHead
        crumbs={[{ label: "Runs", href: "/history" }, { label: job.name }]}
        title={<TimeLeft job={job} />}
        sub={
          <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-table">
            <Status tone={state.tone} word={state.word} />
            <span>
              {job.started_at ? (
                <>
                  started <Time at={job.started_at} /> ·{" "}
                </>
              ) : null}
              predicts <code className="text-ink">{job.target_column}</code> from{" "}
              <bdi>{job.dataset_name}</bdi>
            </span>
          </span>
        }
        actions={
          <>
            <Button disabled={!hasModel || isEnding} onClick={() => cancel.mutate(true)}>
              <CircleCheck aria-hidden="true" strokeWidth={1.75} />
              {job.cancel_requested === "stop" ? "Stopping" : "Stop, keep best"}
            </Button>
            <Button
              look="danger"
              disabled={job.cancel_requested === "cancel"}
              onClick={() => setAsking(true)}
            >
              <X aria-hidden="true" strokeWidth={1.75} />
              Cancel
            </Button>
          </>
        }
      />
      <Confirm
        open={asking}
        title="Cancel this training?"
        action="Cancel, keep nothing"
        keep="Go on training"
        busy={cancel.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => cancel.mutate(false, { onSettled: () => setAsking(false) })}
      >
        <p className="m-0">
          What was found so far is thrown away. To end now and have a model, choose “Stop, keep best” instead.
        </p>
      </Confirm>
    </>
  );
}

function TimeLeft({ job }: { job: JobDetail }) {
  const { remaining_s } = job.progress;
  const big = "num text-[28px] leading-9 tracking-[-0.025em]";
  if (job.status === "pending") return <span className={big}>Waits for its turn</span>;
  if (job.cancel_requested) return <span className={big}>Ending</span>;
  if (remaining_s === null) return <span className={big}>Starting</span>;
  const rounded = remaining_s > 90 ? Math.round(remaining_s / 5) * 5 : Math.round(remaining_s);
  return <span className={big}>{rounded < 1 ? "Nearly there" : `${duration(rounded)} left`}</span>;
}
