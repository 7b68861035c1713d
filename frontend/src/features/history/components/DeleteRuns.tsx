"use client";

import { useState } from "react";
import { Checkbox, Confirm, toast } from "@/components/ui";
import { isOver, type Job, useDeleteJobs } from "@/features/jobs";
import { plural } from "@/lib/format";

/** The question before runs are deleted. */
export function DeleteRuns({
  jobs,
  onClose,
  onDone,
}: {
  jobs: Job[];
  onClose: () => void;
  onDone?: () => void;
}) {
  const remove = useDeleteJobs();
  const [data, setData] = useState(false);
  const active = jobs.filter((job) => !isOver(job)).length;
  const what = jobs.length === 1 ? (jobs[0]?.name ?? "") : plural(jobs.length, "run");
  return (
    <Confirm
      open
      title={`Delete ${what}?`}
      action={jobs.length === 1 ? "Delete the run" : `Delete ${jobs.length} runs`}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { ids: jobs.map((job) => job.id), data },
          {
            onSuccess: () => {
              toast(
                jobs.length === 1 ? "The run and its files are gone." : `${what} and their files are gone.`,
              );
              onDone?.();
            },
            onSettled: onClose,
          },
        )
      }
    >
      <p>
        Models, reports and logs go for good
        {active > 0 ? `, and ${plural(active, "training ends", "trainings end")}` : ""}.
      </p>
      <Checkbox
        label="Also delete the tables that no other run uses"
        checked={data}
        onChange={(event) => setData(event.target.checked)}
      />
    </Confirm>
  );
}
