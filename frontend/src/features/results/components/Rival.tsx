"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { Button, Note, toast } from "@/components/ui";
import { type JobDetail, useJob, usePromote } from "@/features/jobs";
import { plural } from "@/lib/format";

/** Of a retrained model: how it did against the one it was made from, and the way to take its place. */
export function Rival({ job }: { job: JobDetail }) {
  const { duel } = job;
  const champion = useJob(job.champion_id ?? "");
  const promote = usePromote();
  if (!job.champion_id) return null;
  const canPromote = duel !== null && !job.deployed && champion.data?.deployed === true;
  return (
    <Note
      tone={duel?.verdict === "worse" ? "warn" : "accent"}
      title={duel ? duel.message : "Made again from an earlier run; they were not compared."}
      action={
        canPromote ? (
          <Button
            size="sm"
            disabled={promote.isPending}
            onClick={() =>
              promote.mutate(
                { winner: job.id, replaces: job.champion_id ?? "" },
                { onSuccess: () => toast(`${job.name} answers from now on.`) },
              )
            }
          >
            <ArrowRight aria-hidden="true" strokeWidth={1.75} />
            Put it in its place
          </Button>
        ) : null
      }
    >
      {duel ? `On ${plural(duel.n_rows, "row")} that neither learned from. ` : ""}
      {duel?.promoted ? "It has taken the champion’s place. " : ""}
      {champion.data ? (
        <Link
          href={`/results/${champion.data.id}`}
          prefetch={false}
          className="text-accent-ink hover:underline"
        >
          <bdi>{champion.data.name}</bdi>
        </Link>
      ) : null}
    </Note>
  );
}
