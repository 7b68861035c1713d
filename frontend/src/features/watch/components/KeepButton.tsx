"use client";

import { Archive } from "lucide-react";
import { Button, toast } from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import { bodyOf, draftOf } from "../draft";
import { type Monitor, useSaveMonitor } from "../queries";

/** From now on every single prediction is kept; whatever else is watched stays as it is. */
export function KeepButton({ job, monitor, size }: { job: JobDetail; monitor: Monitor; size?: "sm" }) {
  const save = useSaveMonitor(job.id);
  return (
    <Button
      look="primary"
      size={size}
      disabled={save.isPending}
      onClick={() =>
        save.mutate(bodyOf({ ...draftOf(monitor), kept: "100" }), {
          onSuccess: () => toast("Every single prediction is kept from now on."),
          onError: (error) => toast(error.message),
        })
      }
    >
      <Archive aria-hidden="true" strokeWidth={1.75} />
      Keep all from now on
    </Button>
  );
}
