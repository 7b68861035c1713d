import type { ReactNode } from "react";
import { Card, CardBody, CardHead, Time } from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import { clock, duration, plural } from "@/lib/format";

/** What happened when: queued, each stage, done, deployed. */
export function Timeline({ job }: { job: JobDetail }) {
  return (
    <Card label="Timeline">
      <CardHead
        title="Timeline"
        sub={job.duration_s !== null ? `${duration(job.duration_s)} in all` : undefined}
      />
      <CardBody className="pt-2.5">
        <ol className="relative m-0 list-none p-0 text-table before:absolute before:top-3 before:bottom-3 before:left-[3.5px] before:w-px before:bg-line-2">
          <Moment title="Queued" at={<Time at={job.created_at} />} />
          {job.started_at ? (
            <Moment
              title={job.attempt > 1 ? `Attempt ${job.attempt} started` : "Started"}
              at={<Time at={job.started_at} />}
            />
          ) : null}
          {job.stages
            .filter((stage) => stage.status !== "waiting")
            .map((stage) => (
              <Moment
                key={stage.name}
                small
                title={stage.label}
                note={stage.seconds !== null ? duration(stage.seconds) : undefined}
                at={
                  stage.started_s !== null ? (
                    <span title="minutes after the start">+{clock(stage.started_s)}</span>
                  ) : (
                    ""
                  )
                }
              />
            ))}
          {job.finished_at ? (
            <Moment
              title="Done"
              note={job.progress.n_models > 0 ? `${plural(job.progress.n_models, "model")} tried` : undefined}
              at={<Time at={job.finished_at} />}
            />
          ) : null}
          {job.deployed_at ? <Moment title="Deployed" at={<Time at={job.deployed_at} />} /> : null}
        </ol>
      </CardBody>
    </Card>
  );
}

function Moment({
  title,
  note,
  at,
  small,
}: {
  title: string;
  note?: string;
  at: ReactNode;
  small?: boolean;
}) {
  return (
    <li className="relative flex items-baseline gap-2.5 py-1 pl-5">
      <span
        aria-hidden="true"
        className={`absolute top-[10px] rounded-full ${small ? "left-[1.5px] size-[5px] bg-c6" : "left-0 size-2 bg-c1"}`}
      />
      <span className={small ? "text-ink-2" : "font-[550]"}>{title}</span>
      {note ? <span className="num text-meta text-ink-3">{note}</span> : null}
      <span className="num ml-auto shrink-0 text-meta text-ink-3">{at}</span>
    </li>
  );
}
