"use client";

import { useDeferredValue, useState } from "react";
import { Combobox } from "@/components/ui";
import { useJobs } from "@/features/jobs";
import { moment } from "@/lib/format";
import { MOST } from "../lib/limits";

/** Add a completed run by its name; the server searches, so that the oldest is found too. */
export function RunPicker({ chosen, onAdd }: { chosen: string[]; onAdd: (id: string) => void }) {
  const [wanted, setWanted] = useState("");
  const q = useDeferredValue(wanted.trim());
  const { data } = useJobs({ status: "completed", limit: 60, q: q || undefined });
  const jobs = data?.pages.flatMap((page) => page.items).filter((job) => !chosen.includes(job.id)) ?? [];
  if (chosen.length >= MOST) return <p className="m-0 pt-1.5 text-table text-ink-3">Four runs at most.</p>;
  return (
    <div className="w-64 max-md:w-full">
      <Combobox
        label="Add a run"
        hideLabel
        value=""
        placeholder={jobs.length > 0 || q ? "Add a run" : "No other completed run"}
        onSearch={setWanted}
        options={jobs.map((job) => ({
          value: job.id,
          label: `${job.name} · ${job.target_column}`,
          note: moment(job.finished_at ?? job.created_at),
        }))}
        onChange={onAdd}
      />
    </div>
  );
}
