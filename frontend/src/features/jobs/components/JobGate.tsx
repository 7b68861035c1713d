"use client";

import type { ReactNode } from "react";
import { ButtonLink, Empty, Problem, SkeletonPage } from "@/components/ui";
import { ApiError } from "@/lib/api";
import { type JobDetail, useJob } from "../queries";

/** Load a run, then draw `children` of it; says what is wrong when there is none. */
export function JobGate({ id, children }: { id: string; children: (job: JobDetail) => ReactNode }) {
  const { data, error, refetch } = useJob(id);
  if (data) return <>{children(data)}</>;
  if (error instanceof ApiError && (error.status === 404 || error.status === 422)) {
    return (
      <Empty
        heading
        title="There is no such run"
        action={
          <ButtonLink href="/history" prefetch={false}>
            All runs
          </ButtonLink>
        }
      >
        It may have been deleted, or the address has a typing error.
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
  return <SkeletonPage label="Loading the run" />;
}
