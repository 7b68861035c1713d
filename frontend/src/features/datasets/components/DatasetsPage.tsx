"use client";

import { Database, Plus, Trash2 } from "lucide-react";
import Link from "next/link";
import { useDeferredValue, useState } from "react";
import {
  Button,
  ButtonLink,
  Card,
  Confirm,
  Empty,
  Input,
  Problem,
  SkeletonRows,
  Status,
  Time,
  toast,
} from "@/components/ui";
import { PageHead } from "@/features/shell";
import { bytes, plural } from "@/lib/format";
import { type Dataset, useDatasets, useDeleteDataset } from "../queries";

const STATES = {
  waiting: { tone: "waiting", word: "Waiting for the file" },
  analysing: { tone: "running", word: "Reading" },
  ready: { tone: "done", word: "Ready" },
  rejected: { tone: "failed", word: "Not read" },
} as const;

const SEARCHED = 8; // tables from which a search is offered

/** Every table that was uploaded. */
export function DatasetsPage() {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDatasets(search);
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHead
        title="Data"
        sub="Tables that you brought; one can serve many runs."
        actions={
          <ButtonLink href="/" prefetch={false}>
            <Plus aria-hidden="true" />
            Add a table
          </ButtonLink>
        }
      />
      {error ? <Problem error={error} retry={refetch} /> : null}
      <Card className="overflow-hidden">
        {!items && !error ? <SkeletonRows rows={6} label="Loading data sets" /> : null}
        {items && (items.length > SEARCHED || search) ? (
          <div className="card-pad max-w-sm py-3">
            <Input
              label="Search tables"
              hideLabel
              type="search"
              placeholder="Search names"
              maxLength={200}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
        ) : null}
        {items?.length === 0 && search ? (
          <p className="card-pad border-t border-line py-4 text-ink-2">
            No table has “<bdi>{search}</bdi>” in its name.
          </p>
        ) : null}
        {items?.length === 0 && !search ? (
          <Empty
            icon={<Database aria-hidden="true" />}
            title="No tables yet"
            action={
              <ButtonLink look="primary" href="/" prefetch={false}>
                Drop your first table
              </ButtonLink>
            }
          >
            A CSV with a header line is enough.
          </Empty>
        ) : null}
        <ul className="m-0 list-none divide-y divide-line border-t border-line p-0 first:border-t-0">
          {items?.map((dataset) => (
            <DatasetRow key={dataset.id} dataset={dataset} />
          ))}
        </ul>
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
    </>
  );
}

function DatasetRow({ dataset }: { dataset: Dataset }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteDataset();
  const state = STATES[dataset.status];
  return (
    <li className="card-pad flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <Link href={`/datasets/${dataset.id}`} prefetch={false} className="font-[550] hover:underline">
          <bdi className="break-anywhere">{dataset.filename}</bdi>
        </Link>
        <p className="m-0 text-table text-ink-2">
          {dataset.status === "ready"
            ? `${plural(dataset.n_rows, "row")} · ${plural(dataset.n_columns, "column")} · ${bytes(dataset.size_bytes)}`
            : (dataset.error?.message ?? bytes(dataset.size_bytes))}
        </p>
      </div>
      <Status tone={state.tone} word={state.word} className="w-24" />
      <span className="w-20 text-right text-meta text-ink-3">
        <Time at={dataset.created_at} />
      </span>
      <div className="flex gap-1">
        {dataset.status === "ready" ? (
          <ButtonLink size="sm" href={`/configure/${dataset.id}`} prefetch={false}>
            Train
          </ButtonLink>
        ) : null}
        <Button
          size="sm"
          look="ghost"
          icon
          aria-label={`Delete ${dataset.filename}`}
          onClick={() => setAsking(true)}
        >
          <Trash2 aria-hidden="true" />
        </Button>
      </div>
      <Confirm
        open={asking}
        title={`Delete ${dataset.filename}?`}
        action="Delete the table"
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate(dataset.id, {
            onSuccess: () => toast(`${dataset.filename} is gone.`),
            onSettled: () => setAsking(false),
          })
        }
      >
        <p className="m-0">
          The file and what was learned about it go for good. Runs that used it must be deleted first.
        </p>
      </Confirm>
    </li>
  );
}
