"use client";

import { FlaskConical, MoreHorizontal, RotateCcw, SlidersHorizontal, Tag, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, Menu } from "@/components/ui";
import { type Job, useRetry } from "@/features/jobs";
import { DeleteRuns } from "./DeleteRuns";
import { TagRuns } from "./TagRuns";

/** What can be done with one run. */
export function RowMenu({ job }: { job: Job }) {
  const router = useRouter();
  const retry = useRetry(job.id);
  const [asking, setAsking] = useState<"delete" | "tag" | null>(null);
  const canRetry = job.status === "failed" || job.status === "cancelled";
  return (
    <>
      <Menu
        trigger={
          <Button look="ghost" size="sm" icon aria-label={`Actions for ${job.name}`}>
            <MoreHorizontal aria-hidden="true" />
          </Button>
        }
        items={[
          {
            label: "Try it in the playground",
            icon: <FlaskConical aria-hidden="true" />,
            disabled: job.status !== "completed",
            onSelect: () => router.push(`/playground/${job.id}`),
          },
          {
            label: "Change settings, train again",
            icon: <SlidersHorizontal aria-hidden="true" />,
            onSelect: () => router.push(`/configure/${job.dataset_id}?from=${job.id}`),
          },
          {
            label: "Retry with the same settings",
            icon: <RotateCcw aria-hidden="true" />,
            disabled: !canRetry,
            onSelect: () => retry.mutate(undefined, { onSuccess: () => router.push(`/training/${job.id}`) }),
          },
          { label: "Tags", icon: <Tag aria-hidden="true" />, onSelect: () => setAsking("tag") },
          {
            label: "Delete",
            icon: <Trash2 aria-hidden="true" />,
            danger: true,
            onSelect: () => setAsking("delete"),
          },
        ]}
      />
      {asking === "delete" ? <DeleteRuns jobs={[job]} onClose={() => setAsking(null)} /> : null}
      {asking === "tag" ? <TagRuns jobs={[job]} onClose={() => setAsking(null)} /> : null}
    </>
  );
}
