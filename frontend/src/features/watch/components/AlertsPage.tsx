"use client";

import { Activity, BellRing } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { ButtonLink, Card, CardHead, Segmented } from "@/components/ui";
import { useJobs } from "@/features/jobs";
import { PageHead } from "@/features/shell";
import { AlertList } from "./AlertList";

/** What needs a look, over all models. */
export function AlertsPage() {
  const [which, setWhich] = useState<"open" | "all">("open");
  return (
    <>
      <PageHead title="Alerts" sub="Raised after a batch or a validation, by what you set for each model." />
      <div className="mb-3">
        <Segmented
          label="Which alerts"
          value={which}
          options={[
            { value: "open", label: "Not seen" },
            { value: "all", label: "All" },
          ]}
          onChange={setWhich}
        />
      </div>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)] lg:items-start">
        <AlertList title="Alerts" filter={which === "open" ? { open: true } : {}} />
        <Models />
      </div>
    </>
  );
}

function Models() {
  const { data } = useJobs({ deployed: true, limit: 50 });
  const models = data?.pages.flatMap((page) => page.items);
  return (
    <Card label="Deployed models" className="overflow-hidden">
      <CardHead title="Deployed models" sub="see their drift, set what is watched" />
      {models?.length === 0 ? (
        <p className="card-pad m-0 py-4 text-table text-ink-2">
          None yet.{" "}
          <Link href="/history" prefetch={false} className="text-accent-ink hover:underline">
            Deploy a run
          </Link>{" "}
          first.
        </p>
      ) : null}
      <ul className="m-0 mt-2 list-none divide-y divide-line p-0">
        {models?.map((job) => (
          <li key={job.id} className="card-pad flex items-center gap-2 py-2.5">
            <bdi className="min-w-0 flex-1 truncate font-[550]" title={job.name}>
              {job.name}
            </bdi>
            <ButtonLink
              size="sm"
              icon
              look="ghost"
              href={`/drift/${job.id}`}
              prefetch={false}
              aria-label={`Drift of ${job.name}`}
            >
              <Activity aria-hidden="true" strokeWidth={1.75} />
            </ButtonLink>
            <ButtonLink
              size="sm"
              icon
              look="ghost"
              href={`/watch/${job.id}`}
              prefetch={false}
              aria-label={`Watch ${job.name}`}
            >
              <BellRing aria-hidden="true" strokeWidth={1.75} />
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
