"use client";

import Link from "next/link";
import { Checkbox, Input, Segmented, Select, Time } from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import type { Draft, Promote, Rhythm } from "../draft";
import type { Monitor } from "../queries";

const RHYTHMS: { value: Rhythm; label: string }[] = [
  { value: "off", label: "Never" },
  { value: "daily", label: "Daily" },
  { value: "weekly", label: "Weekly" },
  { value: "monthly", label: "Monthly" },
  { value: "own", label: "Cron" },
];

/** Training again by the clock, on the newest table of a name. */
export function ScheduleFields({
  job,
  draft,
  monitor,
  problems,
  change,
}: {
  job: JobDetail;
  draft: Draft;
  monitor: Monitor;
  problems: Partial<Record<keyof Draft, string>>;
  change: (part: Partial<Draft>) => void;
}) {
  const isOn = draft.rhythm !== "off";
  return (
    <fieldset className="space-y-4 border-0 border-t border-line p-0 pt-5">
      <legend className="float-left mb-2 w-full p-0 text-table font-semibold">
        Train again by the clock
      </legend>
      <div className="clear-both">
        <Segmented
          label="How often to train again"
          value={draft.rhythm}
          options={RHYTHMS}
          onChange={(rhythm) =>
            change({ rhythm, filename: draft.filename || (rhythm === "off" ? "" : job.dataset_name) })
          }
        />
      </div>
      {isOn ? (
        <div className="grid gap-4 sm:grid-cols-2">
          {draft.rhythm === "own" ? (
            <Input
              mono
              label="Cron expression"
              value={draft.cron}
              error={problems.cron}
              hint="In UTC: minute, hour, day, month, weekday."
              onChange={(event) => change({ cron: event.target.value })}
            />
          ) : null}
          <Input
            label="Newest table with this name"
            value={draft.filename}
            error={problems.filename}
            hint="Nothing is trained where none is newer than the last one."
            onChange={(event) => change({ filename: event.target.value })}
          />
          <PromoteSelect value={draft.promote} onChange={(promote) => change({ promote })} />
          <div className="self-end pb-1.5">
            <Checkbox
              label="Add its rows to those of this run"
              checked={draft.append}
              onChange={(event) => change({ append: event.target.checked })}
            />
          </div>
        </div>
      ) : null}
      {monitor.next_at && isOn ? (
        <p className="m-0 text-table text-ink-2">
          Next at <Time at={monitor.next_at} />
          {monitor.last_at ? (
            <>
              {" · last at "}
              <Time at={monitor.last_at} />
            </>
          ) : null}
          {monitor.last_job_id ? (
            <>
              {", "}
              <Link
                href={`/training/${monitor.last_job_id}`}
                prefetch={false}
                className="text-accent-ink hover:underline"
              >
                its run
              </Link>
            </>
          ) : null}
          {monitor.last_note ? `. ${monitor.last_note}` : ""}
        </p>
      ) : null}
    </fieldset>
  );
}

/** What happens with the new model: the question that a schedule and a press of the button share. */
export function PromoteSelect({ value, onChange }: { value: Promote; onChange: (promote: Promote) => void }) {
  return (
    <Select
      label="When the new model is done"
      value={value}
      onChange={(event) => onChange(event.target.value as Promote)}
      hint="Both are measured on the same rows, which neither learned from."
    >
      <option value="better">promote it if better beyond chance</option>
      <option value="">only compare them</option>
      <option value="always">promote it in any case</option>
    </Select>
  );
}
