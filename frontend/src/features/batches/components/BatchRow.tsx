"use client";

import { Trash2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button, Confirm, Status, Td, Time, toast } from "@/components/ui";
import { SeverityChip } from "@/features/drift";
import { cx } from "@/lib/cx";
import { number } from "@/lib/format";
import { isOver, kindOf, outcomeOf, progressOf, stateOf } from "../lib/words";
import { type Batch, useDeleteBatch } from "../queries";

/** One batch; on phones the row folds into a card. */
export function BatchRow({
  batch,
  hideModel,
  isChosen,
  onChoose,
}: {
  batch: Batch;
  hideModel?: boolean;
  isChosen: boolean;
  onChoose: (batch: Batch, on: boolean) => void;
}) {
  const state = stateOf(batch);
  const canCompare = batch.status === "completed" && batch.kind === "predict";
  const outcome = isOver(batch) ? outcomeOf(batch) : progressOf(batch);
  const severity = batch.result?.drift?.severity;
  return (
    <tr
      role="row"
      className={cx(
        "group/row max-md:flex max-md:items-start max-md:border-b max-md:border-line max-md:last:border-b-0",
        isChosen ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <Td role="cell" className="pr-0 max-md:border-b-0 max-md:pt-[15px] md:w-9">
        <input
          type="checkbox"
          aria-label={`Compare ${batch.name}`}
          disabled={!canCompare}
          className="m-0 block size-4 accent-accent disabled:opacity-40"
          checked={isChosen}
          onChange={(event) => onChoose(batch, event.target.checked)}
        />
      </Td>
      <Td role="cell" className="max-md:min-w-0 max-md:flex-1 max-md:border-b-0 md:max-w-72">
        <Link
          href={`/batches/${batch.id}`}
          prefetch={false}
          className="block truncate font-[550] hover:underline"
        >
          <bdi title={batch.name}>{batch.name}</bdi>
        </Link>
        <span className="block truncate text-meta text-ink-2">
          {kindOf(batch)}
          {hideModel ? null : (
            <>
              {" · "}
              <bdi>{batch.model_name}</bdi>
            </>
          )}
        </span>
        <span className="mt-1.5 block space-y-1.5 md:hidden">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <Status tone={state.tone} word={state.word} />
            {severity ? <SeverityChip severity={severity} /> : null}
            <span className="text-meta text-ink-3">
              <Time at={batch.finished_at ?? batch.created_at} />
            </span>
          </span>
          <span className="break-anywhere line-clamp-3 text-meta text-ink-2">{outcome}</span>
        </span>
      </Td>
      <Td role="cell" className="max-md:hidden">
        <Status tone={state.tone} word={state.word} />
      </Td>
      <Td role="cell" n className="max-md:hidden">
        {batch.result ? number(batch.result.n_rows) : "–"}
      </Td>
      <Td role="cell" className="max-w-64 text-ink-2 max-lg:hidden">
        <span className="break-anywhere line-clamp-2">{outcome || "–"}</span>
      </Td>
      <Td role="cell" className="max-md:hidden">
        {severity ? <SeverityChip severity={severity} /> : <span className="text-ink-3">–</span>}
      </Td>
      <Td role="cell" n className="text-ink-2 max-md:hidden">
        <Time at={batch.finished_at ?? batch.created_at} />
      </Td>
      <Td role="cell" className="text-right max-md:border-b-0 md:w-12">
        <DeleteBatch batch={batch} />
      </Td>
    </tr>
  );
}

function DeleteBatch({ batch }: { batch: Batch }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteBatch();
  return (
    <>
      <Button size="sm" look="ghost" icon aria-label={`Delete ${batch.name}`} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden="true" strokeWidth={1.75} />
      </Button>
      <Confirm
        open={asking}
        title={`Delete ${batch.name}?`}
        action="Delete the batch"
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate(batch.id, {
            onSuccess: () => toast("The batch and its results are gone."),
            onSettled: () => setAsking(false),
          })
        }
      >
        <p className="m-0">
          Its results and its place in the history of drift go for good. The file that was scored stays.
        </p>
      </Confirm>
    </>
  );
}
