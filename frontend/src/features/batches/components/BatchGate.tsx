"use client";

import type { ReactNode } from "react";
import { ButtonLink, Empty, Problem, SkeletonPage } from "@/components/ui";
import { ApiError } from "@/lib/api";
import { type BatchDetail, useBatch } from "../queries";

/** Load a batch, then draw `children` of it; says what is wrong when there is none. */
export function BatchGate({ id, children }: { id: string; children: (batch: BatchDetail) => ReactNode }) {
  const { data, error, refetch } = useBatch(id);
  if (data) return <>{children(data)}</>;
  if (error instanceof ApiError && (error.status === 404 || error.status === 422)) {
    return (
      <Empty
        heading
        title="There is no such batch"
        action={
          <ButtonLink href="/batches" prefetch={false}>
            All batches
          </ButtonLink>
        }
      >
        It was deleted, its time to be kept ran out, or the address has a typing error.
      </Empty>
    );
  }
  if (error) {
    return (
      <div className="pt-8">
        <Problem error={error} retry={refetch} />
      </div>
    );
  }
  return <SkeletonPage label="Loading the batch" />;
}
