"use client";

import type { ReactNode } from "react";
import { ButtonLink, Gate } from "@/components/ui";
import { type JobDetail, useJob } from "../queries";

/** Load a run, then draw `children` of it. */
export function JobGate({ id, children }: { id: string; children: (job: JobDetail) => ReactNode }) {
  return (
    <Gate
      query={useJob(id)}
      what="run"
      action={
        <ButtonLink href="/history" prefetch={false}>
          All runs
        </ButtonLink>
      }
    >
      {children}
    </Gate>
  );
}
