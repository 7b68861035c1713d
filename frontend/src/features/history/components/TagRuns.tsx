"use client";

import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button, Dialog, Input } from "@/components/ui";
import type { Job } from "@/features/jobs";
import { plural } from "@/lib/format";
import { useTagJobs } from "../queries";

const MOST = 10; // tags a run can have

/** Give one or several runs a tag, or take one away. */
export function TagRuns({ jobs: given, onClose }: { jobs: Job[]; onClose: () => void }) {
  const [jobs, setJobs] = useState(given);
  const change = useTagJobs();
  const [typed, setTyped] = useState("");
  const tags = [...new Set(jobs.flatMap((job) => job.tags))];
  const tag = typed.trim();
  const isFull = jobs.some((job) => job.tags.length >= MOST && !job.tags.includes(tag));

  const put = (name: string, on: boolean) =>
    change.mutate(
      { jobs, tag: name, on },
      {
        onSuccess: (after) => {
          setJobs(after);
          setTyped("");
          if (on) onClose();
        },
      },
    );
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (tag && !isFull) put(tag, true);
  };
  return (
    <Dialog
      open
      title={jobs.length === 1 ? `Tags of ${jobs[0]?.name}` : `Tag ${plural(jobs.length, "run")}`}
      onClose={onClose}
    >
      {tags.length > 0 ? (
        <ul className="mb-4 flex list-none flex-wrap gap-1.5 p-0">
          {tags.map((name) => (
            <li key={name}>
              <Button
                size="sm"
                aria-label={`Take the tag ${name} away`}
                disabled={change.isPending}
                onClick={() => put(name, false)}
              >
                <bdi className="max-w-40 truncate">{name}</bdi>
                <X aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <form onSubmit={onSubmit} className="flex items-end gap-2">
        <div className="flex-1">
          <Input
            label="New tag"
            maxLength={40}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            error={isFull && tag ? `A run can have ${MOST} tags.` : undefined}
          />
        </div>
        <Button type="submit" look="primary" disabled={!tag || isFull || change.isPending}>
          Add
        </Button>
      </form>
    </Dialog>
  );
}
