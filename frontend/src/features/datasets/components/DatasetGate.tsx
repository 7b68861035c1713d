"use client";

import type { ReactNode } from "react";
import { ButtonLink, Card, Empty, Problem, SkeletonPage } from "@/components/ui";
import { ApiError } from "@/lib/api";
import { bytes } from "@/lib/format";
import { type DatasetDetail, useDataset } from "../queries";

/** Load a data set, wait while it is read, then draw `children` of it. */
export function DatasetGate({
  id,
  children,
}: {
  id: string;
  children: (dataset: DatasetDetail) => ReactNode;
}) {
  const { data, error, refetch } = useDataset(id);
  const home = (
    <ButtonLink href="/" prefetch={false} look="primary">
      Choose another file
    </ButtonLink>
  );
  if (data?.status === "ready") return <>{children(data)}</>;
  if (data?.status === "rejected") {
    return (
      <Card className="mt-10">
        <Empty heading title={`${data.filename} was not read`} action={home}>
          {data.error?.message} {data.error?.hint}
        </Empty>
      </Card>
    );
  }
  if (data?.status === "waiting") {
    return (
      <Card className="mt-10">
        <Empty heading title={`${data.filename} has not arrived`} action={home}>
          The upload was not finished. Send the file again.
        </Empty>
      </Card>
    );
  }
  if (data) {
    return (
      <>
        <p role="status" className="m-0 pt-8 text-ink-2">
          Reading <bdi className="font-[550] text-ink">{data.filename}</bdi> ({bytes(data.size_bytes)}):
          types, gaps, leaks. Large files take a minute.
        </p>
        <SkeletonPage label="Reading the table" />
      </>
    );
  }
  if (error instanceof ApiError && (error.status === 404 || error.status === 422)) {
    return (
      <Empty heading title="There is no such data set" action={home}>
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
  return <SkeletonPage label="Loading the data set" />;
}
