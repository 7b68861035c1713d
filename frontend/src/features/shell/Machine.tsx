"use client";

import { bytes, plural } from "@/lib/format";
import { useSystem } from "./queries";

/** Where training runs and how busy it is, at the foot of the navigation. */
export function Machine() {
  const { data, isError } = useSystem();
  if (isError) {
    return (
      <p className="m-0 text-meta text-bad">
        The server
        <br />
        does not answer
      </p>
    );
  }
  if (!data) return <p className="m-0 h-9 text-meta text-ink-3" />;
  const { machine, jobs } = data;
  return (
    <p className="m-0 text-meta text-ink-3">
      <span className="text-ink-2">
        {machine.kind === "local" ? "This computer" : machine.kind} · {plural(machine.cores, "core")}
      </span>
      <br />
      {machine.memory_used_bytes && machine.memory_total_bytes
        ? `${bytes(machine.memory_used_bytes)} of ${bytes(machine.memory_total_bytes)} in use`
        : plural(jobs.running, "run training", "runs training")}
    </p>
  );
}
