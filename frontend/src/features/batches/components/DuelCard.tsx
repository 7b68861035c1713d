"use client";

import { Swords } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { RangeMark } from "@/components/charts";
import { Button, Card, CardBody, CardFoot, CardHead, Chip, Confirm, toast } from "@/components/ui";
import { useJob, usePromote } from "@/features/jobs";
import { metricLabel, metricTerm, metricValue } from "@/lib/metrics";
import type { BatchDetail } from "../queries";
import type { Duel } from "../types";

/** Champion and challenger on the same rows; the better one can take the place of the other. */
export function DuelCard({ batch, duel }: { batch: BatchDetail; duel: Duel }) {
  const { gap, low, high, verdict, reason } = duel.comparison;
  const most = Math.max(Math.abs(gap), Math.abs(low ?? 0), Math.abs(high ?? 0)) * 1.15 || 1;
  const range =
    low === null || high === null
      ? reason
      : `${metricValue(duel.metric, low)} to ${metricValue(duel.metric, high)}`;
  return (
    <Card label="Duel">
      <CardHead
        title="Champion and challenger"
        sub={<span title={metricTerm(duel.metric)}>{metricLabel(duel.metric)}, on the same rows</span>}
      />
      <CardBody>
        <div className="grid gap-4 md:grid-cols-2">
          <Side
            part="Champion"
            job={batch.job_id}
            name={batch.model_name}
            value={metricValue(duel.metric, duel.champion)}
            isWinner={verdict === "worse"}
          />
          <Side
            part="Challenger"
            job={batch.challenger_id}
            name={batch.challenger_name}
            value={metricValue(duel.metric, duel.challenger)}
            isWinner={verdict === "better"}
          />
        </div>
        <div className="mt-5 max-w-xl">
          <p className="num m-0 mb-1 flex justify-between text-meta text-ink-3">
            <span>champion better</span>
            <span>challenger better</span>
          </p>
          <RangeMark
            value={gap}
            low={low}
            high={high}
            baseline={0}
            domain={[-most, most]}
            color={verdict === "worse" ? "var(--c2)" : "var(--c1)"}
            alt={`The challenger is ahead by ${metricValue(duel.metric, gap)}, 95 % range ${range}.`}
          />
          <p className="num m-0 mt-1 text-table text-ink-2">
            Gap {metricValue(duel.metric, gap)} ({range}), by a paired comparison of the same rows.
          </p>
        </div>
      </CardBody>
      <CardFoot>
        <Promote batch={batch} duel={duel} />
      </CardFoot>
    </Card>
  );
}

function Side({
  part,
  job,
  name,
  value,
  isWinner,
}: {
  part: string;
  job: string;
  name: string;
  value: string;
  isWinner: boolean;
}) {
  return (
    <div className={isWinner ? "rounded-md bg-accent-soft px-4 py-3" : "rounded-md bg-sunken px-4 py-3"}>
      <p className="m-0 flex items-center gap-2 text-meta text-ink-2">
        {part}
        {isWinner ? <Chip tone="accent">better</Chip> : null}
      </p>
      <p className="num m-0 mt-1 text-tile font-semibold tracking-[-0.025em]">{value}</p>
      <Link href={`/results/${job}`} prefetch={false} className="break-anywhere text-table hover:underline">
        <bdi>{name}</bdi>
      </Link>
    </div>
  );
}

function Promote({ batch, duel }: { batch: BatchDetail; duel: Duel }) {
  const challenger = useJob(batch.challenger_id);
  const champion = useJob(batch.job_id);
  const promote = usePromote();
  const [asking, setAsking] = useState(false);
  const isDone = challenger.data?.deployed === true && champion.data?.deployed === false;
  if (isDone) {
    return (
      <span>
        <bdi className="font-[550]">{batch.challenger_name}</bdi> has taken the champion’s place.
      </span>
    );
  }
  return (
    <>
      <span className="min-w-0 flex-1">
        {duel.promote
          ? "The challenger is better beyond chance."
          : "Nothing here speaks for a change; you may still make it."}
      </span>
      <Button look={duel.promote ? "primary" : "default"} onClick={() => setAsking(true)}>
        <Swords aria-hidden="true" strokeWidth={1.75} />
        Promote the challenger
      </Button>
      <Confirm
        open={asking}
        title={`Put ${batch.challenger_name} in the place of ${batch.model_name}?`}
        action="Promote it"
        keep="Leave it"
        busy={promote.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          promote.mutate(
            { winner: batch.challenger_id, replaces: batch.job_id },
            {
              onSuccess: () => toast(`${batch.challenger_name} answers from now on.`),
              onSettled: () => setAsking(false),
            },
          )
        }
      >
        <p className="m-0">
          The challenger is deployed and the champion no longer answers. Both runs stay, so it can be turned
          back.
        </p>
      </Confirm>
    </>
  );
}
