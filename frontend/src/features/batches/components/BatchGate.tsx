"use client";

import type { ReactNode } from "react";
import { ButtonLink, Gate } from "@/components/ui";
import { type BatchDetail, useBatch } from "../queries";

/** Load a batch, then draw `children` of it. */
export function BatchGate({ id, children }: { id: string; children: (batch: BatchDetail) => ReactNode }) {
  return (
    <Gate
      query={useBatch(id)}
      what="batch"
      why="It was deleted, its time to be kept ran out, or the address has a typing error."
      action={
        <ButtonLink href="/batches" prefetch={false}>
          All batches
        </ButtonLink>
      }
    >
      {children}
    </Gate>
  );
}
