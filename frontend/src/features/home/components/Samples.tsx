"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { MiniBars } from "@/components/charts";
import { Chip, Problem, SectionHead, Skeleton } from "@/components/ui";
import { http, type Schemas, unwrap } from "@/lib/api";
import { plural } from "@/lib/format";
import { TASKS } from "@/lib/tasks";
import type { Upload } from "../useUpload";

/** Small real tables to try things with. */
export function Samples({ upload }: { upload: Upload }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["samples"],
    queryFn: () => unwrap(http.GET("/samples")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data && data.items.length === 0) return null;
  return (
    <section className="mt-9">
      <SectionHead title="No file at hand?" sub="Small real tables to try it with." />
      {error ? <Problem error={error} retry={refetch} /> : null}
      <ul className="m-0 grid list-none gap-4 p-0 md:grid-cols-3">
        {data
          ? data.items.map((sample) => <SampleCard key={sample.name} sample={sample} upload={upload} />)
          : error
            ? null
            : ["a", "b", "c"].map((key) => (
                <li key={key}>
                  <Skeleton className="h-[168px]" />
                </li>
              ))}
      </ul>
    </section>
  );
}

function SampleCard({ sample, upload }: { sample: Schemas["SampleOut"]; upload: Upload }) {
  const isBusy = upload.busySample === sample.name;
  return (
    <li className="flex">
      <button
        type="button"
        disabled={upload.isBusy}
        onClick={() => upload.takeSample(sample.name, sample.target)}
        title={
          sample.source ? `Source: ${sample.source}${sample.licence ? `, ${sample.licence}` : ""}` : undefined
        }
        className="group flex w-full flex-col rounded-lg border border-line bg-surface p-4 text-left shadow-card transition-colors hover:border-edge disabled:cursor-wait disabled:opacity-60"
      >
        <span className="flex w-full items-center gap-2">
          <span className="min-w-0 flex-1 truncate font-semibold">{sample.title}</span>
          <Chip>{TASKS[sample.task].label}</Chip>
        </span>
        <span className="mt-1.5 mb-4 text-ink-2">{sample.question}</span>
        <span className="mt-auto block w-full">
          <MiniBars counts={sample.target_counts} color="var(--c1)" height={32} />
        </span>
        <span className="flex w-full items-center gap-2 pt-3 text-meta text-ink-3">
          <span className="num min-w-0 flex-1 truncate">
            <code>{sample.target}</code> · {plural(sample.n_rows, "row")} ·{" "}
            {plural(sample.n_columns, "column")}
          </span>
          {isBusy ? (
            <span role="status">opening</span>
          ) : (
            <ArrowRight
              aria-hidden="true"
              className="size-4 shrink-0 group-hover:text-accent-ink"
              strokeWidth={1.75}
            />
          )}
        </span>
      </button>
    </li>
  );
}
