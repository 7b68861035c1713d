"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { Chip, Combobox, Input } from "@/components/ui";
import { useModelInfo } from "@/features/jobs";
import type { Draft } from "../draft";

/** Whether single predictions are kept, how many of them, and without which columns. */
export function KeepFields({
  job,
  draft,
  problem,
  change,
}: {
  job: string;
  draft: Draft;
  problem?: string;
  change: (part: Partial<Draft>) => void;
}) {
  const { data } = useModelInfo(job);
  const left = data?.inputs.map((input) => input.name).filter((name) => !draft.without.includes(name)) ?? [];
  return (
    <fieldset id="keep" className="scroll-mt-4 space-y-3 border-0 border-t border-line p-0 pt-5">
      <legend className="float-left mb-2 w-full p-0 text-table font-semibold">Keep single predictions</legend>
      <div className="clear-both grid gap-4 sm:grid-cols-2">
        <Input
          label="Share that is kept"
          unit="%"
          inputMode="decimal"
          placeholder="none"
          className="num text-right"
          value={draft.kept}
          error={problem}
          hint="A sample of what is asked one by one, to look at later."
          onChange={(event) => change({ kept: event.target.value })}
        />
        {draft.kept.trim() ? (
          <div className="min-w-0">
            <Combobox
              label="Without these columns"
              value=""
              placeholder="Add a column"
              options={left.map((value) => ({ value }))}
              onChange={(name) => change({ without: [...draft.without, name] })}
            />
            <ul
              aria-label="Columns that are not kept"
              className="m-0 mt-2 flex list-none flex-wrap gap-1.5 p-0"
            >
              {draft.without.map((name) => (
                <li key={name} className="max-w-full">
                  <Chip className="pr-0.5">
                    <bdi className="truncate">{name}</bdi>
                    <button
                      type="button"
                      aria-label={`Keep ${name} after all`}
                      className="grid size-[18px] shrink-0 place-items-center rounded-sm text-ink-3 hover:bg-line hover:text-ink"
                      onClick={() => change({ without: draft.without.filter((other) => other !== name) })}
                    >
                      <X aria-hidden="true" className="!size-3" />
                    </button>
                  </Chip>
                </li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
      <p className="m-0 text-table text-ink-2">
        <Link href={`/kept/${job}`} prefetch={false} className="text-accent-ink hover:underline">
          Look at what was kept
        </Link>
      </p>
    </fieldset>
  );
}
