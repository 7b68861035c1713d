"use client";

import { Layers } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, ButtonLink, Card, Empty, Problem, SkeletonRows, Table, Th } from "@/components/ui";
import { type Batch, type BatchFilter, useBatches } from "../queries";
import { BatchRow } from "./BatchRow";

const MOST = 2; // batches that can be compared

/** Batches, newest first; two of one model can be ticked and compared. */
export function BatchList({
  filter,
  hideModel,
  empty,
}: {
  filter: BatchFilter;
  hideModel?: boolean;
  empty?: ReactNode;
}) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useBatches(filter);
  const [chosen, setChosen] = useState<Batch[]>([]);
  const batches = data?.pages.flatMap((page) => page.items);
  const toggle = (batch: Batch, on: boolean) =>
    setChosen((before) =>
      on ? [...before, batch].slice(-MOST) : before.filter((other) => other.id !== batch.id),
    );
  const [a, b] = chosen;
  const isPair = a && b && a.job_id === b.job_id;
  return (
    <>
      <Card className="overflow-hidden">
        {error ? (
          <div className="p-4">
            <Problem error={error} retry={refetch} />
          </div>
        ) : null}
        {!batches && !error ? <SkeletonRows rows={4} label="Loading batches" /> : null}
        {batches?.length === 0
          ? (empty ?? (
              <Empty icon={<Layers aria-hidden="true" strokeWidth={1.75} />} title="No batches yet">
                Each scored file stands here with its answers, its drift and its downloads.
              </Empty>
            ))
          : null}
        {batches && batches.length > 0 ? (
          <Table role="table" className="max-md:block">
            <caption className="sr-only max-md:block">Batches, newest first</caption>
            <thead className="max-md:sr-only">
              <tr>
                <Th className="w-9 pr-0">
                  <span className="sr-only">Compare</span>
                </Th>
                <Th>File{hideModel ? "" : " and model"}</Th>
                <Th>Status</Th>
                <Th n>Rows</Th>
                <Th className="max-lg:hidden">What came of it</Th>
                <Th>Drift</Th>
                <Th n>When</Th>
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              </tr>
            </thead>
            <tbody className="max-md:block">
              {batches.map((batch) => (
                <BatchRow
                  key={batch.id}
                  batch={batch}
                  hideModel={hideModel}
                  isChosen={chosen.some((other) => other.id === batch.id)}
                  onChoose={toggle}
                />
              ))}
            </tbody>
          </Table>
        ) : null}
        {hasNextPage ? (
          <div className="card-pad flex border-t border-line py-2.5">
            <Button
              size="sm"
              className="ml-auto"
              disabled={isFetchingNextPage}
              onClick={() => fetchNextPage()}
            >
              Show 25 more
            </Button>
          </div>
        ) : null}
      </Card>
      {chosen.length > 0 ? (
        <div className="sticky bottom-4 z-10 mt-3 flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface px-4 py-2.5 shadow-float">
          <span role="status" className="min-w-0 flex-1 text-table">
            {chosen.length < MOST
              ? "Tick a second batch to compare them"
              : isPair
                ? "Two batches of one model"
                : "These batches are of different models"}
          </span>
          <Button size="sm" look="ghost" onClick={() => setChosen([])}>
            Clear
          </Button>
          {isPair ? (
            <ButtonLink
              size="sm"
              look="primary"
              href={`/batches/compare?a=${a.id}&b=${b.id}`}
              prefetch={false}
            >
              Compare
            </ButtonLink>
          ) : null}
        </div>
      ) : null}
    </>
  );
}
