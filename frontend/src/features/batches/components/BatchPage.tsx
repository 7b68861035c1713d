"use client";

import { RotateCcw, X } from "lucide-react";
import Link from "next/link";
import { Button, ButtonLink, Card, CardBody, CardHead, Note, Progress, Status, Time } from "@/components/ui";
import { PageHead } from "@/features/shell";
import { duration, percent, plural } from "@/lib/format";
import { isOver, kindOf, progressOf, stateOf } from "../lib/words";
import { type BatchDetail, useCancelBatch, useRetryBatch } from "../queries";
import { BatchGate } from "./BatchGate";
import { Predictions } from "./Predictions";
import { ValidationResult } from "./ValidationResult";

/** One batch: how far it is, then what came of it. */
export function BatchPage({ id }: { id: string }) {
  return (
    <BatchGate id={id}>
      {(batch) => (
        <>
          <BatchHead batch={batch} />
          {isOver(batch) ? null : <Going batch={batch} />}
          {batch.status === "failed" || batch.status === "cancelled" ? <Ended batch={batch} /> : null}
          {batch.status === "completed" && batch.kind === "predict" ? <Predictions batch={batch} /> : null}
          {batch.status === "completed" && batch.kind === "validate" ? (
            <ValidationResult batch={batch} />
          ) : null}
        </>
      )}
    </BatchGate>
  );
}

function BatchHead({ batch }: { batch: BatchDetail }) {
  const state = stateOf(batch);
  const seconds = batch.result?.seconds;
  return (
    <PageHead
      crumbs={[{ label: "Batches", href: "/batches" }, { label: batch.name }]}
      title={<bdi>{batch.name}</bdi>}
      badge={<Status tone={state.tone} word={state.word} />}
      sub={
        <>
          {kindOf(batch)} of{" "}
          <Link
            href={`/results/${batch.job_id}`}
            prefetch={false}
            className="text-accent-ink hover:underline"
          >
            <bdi>{batch.model_name}</bdi>
          </Link>
          {batch.challenger_id ? (
            <>
              {" against "}
              <Link
                href={`/results/${batch.challenger_id}`}
                prefetch={false}
                className="text-accent-ink hover:underline"
              >
                <bdi>{batch.challenger_name}</bdi>
              </Link>
            </>
          ) : null}
          {batch.dataset_name === batch.name ? null : (
            <>
              {" · "}
              <bdi>{batch.dataset_name}</bdi>
            </>
          )}
          {batch.result ? ` · ${plural(batch.result.n_rows, "row")}` : ""}
          {batch.finished_at ? (
            <>
              {" · "}
              <Time at={batch.finished_at} />
            </>
          ) : null}
          {seconds ? ` in ${duration(seconds)}` : ""}
          {batch.expires_at ? (
            <>
              {" · kept until "}
              <Time at={batch.expires_at} />
            </>
          ) : null}
        </>
      }
      actions={
        <ButtonLink
          href={batch.kind === "predict" ? `/batch/${batch.job_id}` : `/validate/${batch.job_id}`}
          prefetch={false}
        >
          Another file
        </ButtonLink>
      }
    />
  );
}

function Going({ batch }: { batch: BatchDetail }) {
  const cancel = useCancelBatch(batch.id);
  const { share } = batch.progress;
  return (
    <Card label="Progress">
      <CardHead
        title={stateOf(batch).word}
        actions={
          <Button
            size="sm"
            disabled={cancel.isPending || cancel.isSuccess}
            onClick={() => cancel.mutate(undefined)}
          >
            <X aria-hidden="true" strokeWidth={1.75} />
            {cancel.isPending || cancel.isSuccess ? "Cancelling" : "Cancel"}
          </Button>
        }
      />
      <CardBody>
        <p role="status" className="num m-0 mb-2 flex gap-3 text-table text-ink-2">
          <span className="min-w-0 flex-1">{progressOf(batch)}</span>
          <b className="font-[550] text-ink">{percent(share, 0)}</b>
        </p>
        <Progress share={share} label={`${stateOf(batch).word} ${batch.name}`} />
        <p className="m-0 mt-3 text-meta text-ink-3">
          You may leave this page. After a crash it goes on where it was; no row is scored twice.
        </p>
      </CardBody>
    </Card>
  );
}

function Ended({ batch }: { batch: BatchDetail }) {
  const retry = useRetryBatch(batch.id);
  const isFailed = batch.status === "failed";
  return (
    <Note
      live
      tone={isFailed ? "bad" : "warn"}
      title={isFailed ? (batch.error?.message ?? "It failed.") : "Stopped before the end."}
      action={
        <Button size="sm" disabled={retry.isPending} onClick={() => retry.mutate(undefined)}>
          <RotateCcw aria-hidden="true" strokeWidth={1.75} />
          Go on
        </Button>
      }
    >
      {isFailed ? batch.error?.hint : "What was done is kept: going on does not do it again."}
    </Note>
  );
}
