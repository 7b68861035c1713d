"use client";

import { RotateCcw, SlidersHorizontal } from "lucide-react";
import { Button, ButtonLink, Note } from "@/components/ui";
import { type JobDetail, useRetry } from "@/features/jobs";

/** Why a run ended without a model, and what to press. */
export function Ended({ job }: { job: JobDetail }) {
  const retry = useRetry(job.id);
  const isFailed = job.status === "failed";
  return (
    <Note
      live
      tone={isFailed ? "bad" : "warn"}
      title={isFailed ? (job.error?.message ?? "The training failed.") : "Stopped before a model was kept."}
      action={
        <>
          <ButtonLink size="sm" href={`/configure/${job.dataset_id}?from=${job.id}`} prefetch={false}>
            <SlidersHorizontal aria-hidden="true" />
            Change settings
          </ButtonLink>
          <Button size="sm" disabled={retry.isPending} onClick={() => retry.mutate(undefined)}>
            <RotateCcw aria-hidden="true" />
            Train again
          </Button>
        </>
      }
    >
      {isFailed ? job.error?.hint : "Train again, or change the settings first."}
    </Note>
  );
}
