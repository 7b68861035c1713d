"use client";

import { Swords } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { Card, CardBody, CardHead, Combobox, Empty, SectionHead, SkeletonPage } from "@/components/ui";
import { useJob, useJobs } from "@/features/jobs";
import { PageHead } from "@/features/shell";
import { BatchList } from "./BatchList";
import { ChallengerPicker } from "./ChallengerPicker";
import { FilePicker } from "./FilePicker";
import { StartPanel } from "./StartPanel";

/** Two models, one file with true answers: which one is better, if any. */
export function DuelPage() {
  return (
    <>
      <PageHead
        crumbs={[{ label: "Batches", href: "/batches" }, { label: "Duel" }]}
        title="Champion against challenger"
        sub="Both answer the same rows. A winner is named only where chance would not do it."
      />
      <Suspense fallback={<SkeletonPage />}>
        <Duel />
      </Suspense>
    </>
  );
}

function Duel() {
  const router = useRouter();
  const path = usePathname();
  const search = useSearchParams();
  const champion = search.get("champion") ?? "";
  const challenger = search.get("challenger") ?? "";
  const dataset = search.get("data") ?? "";
  const { data: job } = useJob(champion);
  const { data } = useJobs({ deployed: true, limit: 50 });
  const deployed = data?.pages.flatMap((page) => page.items) ?? [];
  const models = job && !deployed.some((each) => each.id === job.id) ? [job, ...deployed] : deployed;
  const choose = (change: Record<string, string>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(change)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    router.replace(`${path}?${next}`, { scroll: false });
  };
  return (
    <div className="space-y-9">
      <section aria-label="New duel" className="space-y-4">
        <Card label="The two models">
          <CardHead title="The two models" />
          <CardBody className="grid gap-5 md:grid-cols-2">
            <Combobox
              label="Champion"
              value={champion}
              placeholder={models.length > 0 ? "Choose a deployed model" : "No model is deployed"}
              hint="The model that answers now."
              options={models.map((each) => ({ value: each.id, label: each.name, note: each.target_column }))}
              onChange={(id) => choose({ champion: id, challenger: "" })}
            />
            {job ? (
              <ChallengerPicker
                champion={job}
                value={challenger}
                onChange={(id) => choose({ challenger: id })}
              />
            ) : null}
          </CardBody>
        </Card>
        {job && challenger ? (
          <>
            <FilePicker
              title={`Drop a file with true ${job.target_column}`}
              chosen={dataset}
              onChoose={(id) => choose({ data: id })}
            />
            {dataset ? (
              <StartPanel
                key={`${dataset} ${challenger}`}
                job={job.id}
                dataset={dataset}
                validate={{ challenger_id: challenger }}
                action={(rows) => `Let both answer ${rows}`}
              />
            ) : null}
          </>
        ) : (
          <Card>
            <Empty icon={<Swords aria-hidden="true" strokeWidth={1.75} />} title="Choose both models first">
              Any completed run that predicts the same column can challenge a deployed one.
            </Empty>
          </Card>
        )}
      </section>
      <section>
        <SectionHead title="Earlier validations and duels" />
        <BatchList filter={{ kind: "validate", job_id: champion || undefined }} />
      </section>
    </div>
  );
}
