"use client";

import { useDeferredValue, useState } from "react";
import { Combobox } from "@/components/ui";
import { type JobDetail, scoreOf, useJobs } from "@/features/jobs";
import { moment } from "@/lib/format";

/** Another completed run that predicts the same column, searched by the server. */
export function ChallengerPicker({
  champion,
  value,
  onChange,
}: {
  champion: Pick<JobDetail, "id" | "target_column" | "problem_type">;
  value: string;
  onChange: (job: string) => void;
}) {
  const [wanted, setWanted] = useState("");
  const q = useDeferredValue(wanted.trim());
  const { data } = useJobs({ status: "completed", limit: 60, q: q || undefined });
  const rivals =
    data?.pages
      .flatMap((page) => page.items)
      .filter(
        (job) =>
          job.id !== champion.id &&
          job.target_column === champion.target_column &&
          job.problem_type === champion.problem_type,
      ) ?? [];
  return (
    <Combobox
      label="Another model"
      value={value}
      placeholder={rivals.length > 0 || q ? "None" : "No other run predicts this column"}
      hint="Both answer the same rows; only a difference beyond chance names a winner."
      options={[
        { value: "", label: "None" },
        ...rivals.map((job) => ({
          value: job.id,
          label: job.name,
          note: `${scoreOf(job)?.value ?? ""} · ${moment(job.finished_at ?? job.created_at)}`,
        })),
      ]}
      onSearch={setWanted}
      onChange={onChange}
    />
  );
}
