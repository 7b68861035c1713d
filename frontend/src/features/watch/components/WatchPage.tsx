"use client";

import { Problem, SkeletonPage } from "@/components/ui";
import { type JobDetail, ModelPage } from "@/features/jobs";
import { useMonitor } from "../queries";
import { AlertList } from "./AlertList";
import { MonitorForm } from "./MonitorForm";
import { RetrainCard } from "./RetrainCard";

/** What is watched about a model, what happens then, and how it learns anew. */
export function WatchPage({ id }: { id: string }) {
  return <ModelPage id={id}>{(job) => <Watch job={job} />}</ModelPage>;
}

function Watch({ job }: { job: JobDetail }) {
  const { data, error, refetch } = useMonitor(job.id);
  if (error) return <Problem error={error} retry={refetch} />;
  if (data === undefined) return <SkeletonPage label="Loading what is watched" />;
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)] lg:items-start">
      <MonitorForm key={job.id} job={job} monitor={data} />
      <div className="min-w-0 space-y-4">
        <RetrainCard job={job} />
        <AlertList title="Alerts of this model" filter={{ job_id: job.id }} hideModel />
      </div>
    </div>
  );
}
