"use client";

import { Card, CardBody, CardHead, Kv } from "@/components/ui";
import { isOver, type JobDetail } from "@/features/jobs";
import { useSystem } from "@/features/shell";
import { bytes, duration, number, percent } from "@/lib/format";
import { metricLabel, metricValue } from "@/lib/metrics";

/** Whether waiting is worth it, in words, and what the run uses. */
export function SoFar({ job }: { job: JobDetail }) {
  const { data: system } = useSystem();
  const { progress } = job;
  const elapsed = isOver(job) ? (job.duration_s ?? progress.elapsed_s) : progress.elapsed_s;
  const perMinute = elapsed > 5 && progress.n_models > 0 ? (progress.n_models / elapsed) * 60 : null;
  const machine = system?.machine;
  return (
    <div className="flex flex-col gap-4">
      <Card label="So far">
        <CardHead title={isOver(job) ? "How it went" : "So far"} />
        <CardBody>
          <p className="m-0">{sentence(job)}</p>
          <p className="m-0 mt-2 text-table text-ink-3">
            The final score comes from rows that no model has seen and is usually a little worse.
          </p>
        </CardBody>
      </Card>
      <Card label="What it uses" className="flex-1">
        <CardHead title={machine?.kind === "local" ? "This computer" : "What it uses"} />
        <CardBody>
          <Kv
            rows={[
              ["Time", `${duration(elapsed)} of ${duration(job.estimated_time)}`],
              ["Models per minute", perMinute === null ? "–" : number(perMinute, perMinute < 10 ? 1 : 0)],
              ["Rows to learn from", job.n_train_rows > 0 ? number(job.n_train_rows) : "–"],
              ...(machine
                ? ([
                    ["Cores", number(machine.cores)],
                    [
                      "Memory in use",
                      machine.memory_used_bytes && machine.memory_total_bytes
                        ? `${bytes(machine.memory_used_bytes)} of ${bytes(machine.memory_total_bytes)}`
                        : "not measured",
                    ],
                  ] as [string, string][])
                : []),
              [
                "Cost",
                <span key="c" title={job.cost.basis}>
                  {job.cost.amount === 0 ? "free" : `${job.cost.amount.toFixed(2)} ${job.cost.currency}`}
                </span>,
              ],
            ]}
          />
        </CardBody>
      </Card>
    </div>
  );
}

function sentence(job: JobDetail) {
  const { curve, metric, progress } = job;
  const last = curve.at(-1);
  const first = curve[0];
  if (!last || !first) return <>No model has been tested yet.</>;
  const quiet = Math.max(0, progress.elapsed_s - last.elapsed_s);
  const gain = Math.abs(last.score - first.score);
  const relative = first.score !== 0 ? gain / Math.abs(first.score) : 0;
  return (
    <>
      Best is <b className="font-[550]">{last.name}</b> with {metricValue(metric, last.score)}{" "}
      {metricLabel(metric).toLowerCase()}
      {curve.length > 1 ? `, ${percent(relative)} better than the first model` : ""}.
      {!isOver(job) && quiet >= 20 ? ` Nothing better for ${duration(Math.round(quiet))}.` : ""}
    </>
  );
}
