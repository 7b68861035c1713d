"use client";

import { Layers, Swords } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { Suspense, useDeferredValue, useState } from "react";
import { ButtonLink, Combobox, Empty, Input, Segmented, SkeletonRows } from "@/components/ui";
import { useJobs } from "@/features/jobs";
import { PageHead } from "@/features/shell";
import type { BatchFilter } from "../queries";
import { BatchList } from "./BatchList";

type KindChoice = "all" | "predict" | "validate";
const KINDS: { value: KindChoice; label: string }[] = [
  { value: "all", label: "All" },
  { value: "predict", label: "Predictions" },
  { value: "validate", label: "Validations and duels" },
];

/** Every file that went through a model. */
export function BatchesPage() {
  return (
    <>
      <PageHead
        title="Batches"
        sub="Files scored by your models, and models measured against what really happened."
        actions={
          <>
            <ButtonLink href="/duel" prefetch={false}>
              <Swords aria-hidden="true" strokeWidth={1.75} />
              Duel
            </ButtonLink>
            <ScoreWith />
          </>
        }
      />
      <Suspense fallback={<SkeletonRows rows={6} label="Loading batches" />}>
        <Filtered />
      </Suspense>
    </>
  );
}

function ScoreWith() {
  const router = useRouter();
  const { data } = useJobs({ deployed: true, limit: 50 });
  const models = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="w-64 max-md:w-full">
      <Combobox
        hideLabel
        label="Score a file with"
        value=""
        placeholder={models.length > 0 ? "Score a file with …" : "No deployed model yet"}
        options={models.map((job) => ({ value: job.id, label: job.name, note: job.target_column }))}
        onChange={(job) => router.push(`/batch/${job}`)}
      />
    </div>
  );
}

function Filtered() {
  const asked = useSearchParams();
  const [kind, setKind] = useState<KindChoice>(
    KINDS.find((choice) => choice.value === asked.get("kind"))?.value ?? "all",
  );
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const filter: BatchFilter = { kind: kind === "all" ? undefined : kind, q: q || undefined };
  const isFiltered = kind !== "all" || q !== "";
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-full md:w-64">
          <Input
            hideLabel
            label="Search batches"
            type="search"
            placeholder="Search file or model"
            maxLength={200}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Segmented label="Kind" value={kind} options={KINDS} onChange={setKind} />
      </div>
      <BatchList
        filter={filter}
        empty={
          isFiltered ? (
            <Empty icon={<Layers aria-hidden="true" />} title="No batches match">
              Names of files and models are searched.
            </Empty>
          ) : (
            <Empty
              icon={<Layers aria-hidden="true" strokeWidth={1.75} />}
              title="No batches yet"
              action={
                <ButtonLink look="primary" href="/playground" prefetch={false}>
                  Choose a model
                </ButtonLink>
              }
            >
              Deploy a model, then drop a file of new rows on its page “Batches”: it is checked, scored and
              compared with training.
            </Empty>
          )
        }
      />
    </>
  );
}
