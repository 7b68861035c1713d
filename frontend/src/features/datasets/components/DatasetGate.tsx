"use client";

import type { ReactNode } from "react";
import { ButtonLink, Card, Empty, Gate, SkeletonPage } from "@/components/ui";
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
  const query = useDataset(id);
  const home = (
    <ButtonLink href="/" prefetch={false} look="primary">
      Choose another file
    </ButtonLink>
  );
  return (
    <Gate query={query} what="data set" action={home}>
      {(data) => (data.status === "ready" ? children(data) : <NotReady data={data} home={home} />)}
    </Gate>
  );
}

function NotReady({ data, home }: { data: DatasetDetail; home: ReactNode }) {
  if (data.status === "rejected") {
    return (
      <Card className="mt-10">
        <Empty heading title={`${data.filename} was not read`} action={home}>
          {data.error?.message} {data.error?.hint}
        </Empty>
      </Card>
    );
  }
  if (data.status === "waiting") {
    return (
      <Card className="mt-10">
        <Empty heading title={`${data.filename} has not arrived`} action={home}>
          The upload was not finished. Send the file again.
        </Empty>
      </Card>
    );
  }
  return (
    <>
      <p role="status" className="m-0 pt-8 text-ink-2">
        Reading <bdi className="font-[550] text-ink">{data.filename}</bdi> ({bytes(data.size_bytes)}): types,
        gaps, leaks. Large files take a minute.
      </p>
      <SkeletonPage label="Reading the table" />
    </>
  );
}
