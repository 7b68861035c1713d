"use client";

import { SectionHead } from "@/components/ui";
import { type JobDetail, ModelPage } from "@/features/jobs";
import { useChosenTable } from "../lib/useChosenTable";
import { BatchList } from "./BatchList";
import { FilePicker } from "./FilePicker";
import { StartPanel } from "./StartPanel";

/** A file of new rows through a model: drop it, see whether it fits, start; below, what was scored before. */
export function ScorePage({ id }: { id: string }) {
  return (
    <ModelPage deployed id={id}>
      {(job) => <Score job={job} />}
    </ModelPage>
  );
}

function Score({ job }: { job: JobDetail }) {
  const [dataset, choose] = useChosenTable();
  return (
    <div className="space-y-9">
      <section aria-label="New batch" className="space-y-4">
        <FilePicker title="Drop a file of new rows" chosen={dataset} onChoose={choose} />
        {dataset ? (
          <StartPanel key={dataset} job={job.id} dataset={dataset} action={(rows) => `Score ${rows}`} />
        ) : null}
      </section>
      <section>
        <SectionHead title="Batches of this model" />
        <BatchList filter={{ job_id: job.id }} hideModel />
      </section>
    </div>
  );
}
