"use client";

import { Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button, Card, CardBody, CardHead, Chip, Textarea } from "@/components/ui";
import { type JobDetail, useAnnotate } from "@/features/jobs";

const MAX_TAGS = 10;
const MAX_TAG = 40;
const MAX_NOTES = 1000;

/** Tags and notes; notes are saved when the field is left. */
export function Annotations({ job }: { job: JobDetail }) {
  const save = useAnnotate(job.id);
  const [notes, setNotes] = useState(job.notes);
  const isChanged = notes !== job.notes;
  return (
    <Card label="Tags and notes">
      <CardHead title="Tags" />
      <CardBody className="pt-2.5">
        <Tags tags={job.tags} busy={save.isPending} onChange={(tags) => save.mutate({ tags })} />
        <div className="mt-4">
          <Textarea
            label="Notes"
            rows={3}
            maxLength={MAX_NOTES}
            value={notes}
            placeholder="What should be remembered about this run?"
            onChange={(event) => setNotes(event.target.value)}
            onBlur={() => isChanged && save.mutate({ notes })}
          />
          <p aria-live="polite" className="m-0 mt-1 min-h-[18px] text-meta text-ink-3">
            {save.isPending
              ? "Saving"
              : isChanged
                ? "Saved when you leave the field"
                : save.isSuccess
                  ? "Saved"
                  : ""}
          </p>
        </div>
      </CardBody>
    </Card>
  );
}

function Tags({
  tags,
  busy,
  onChange,
}: {
  tags: string[];
  busy: boolean;
  onChange: (tags: string[]) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = typed.trim();
    if (tag && !tags.includes(tag)) onChange([...tags, tag]);
    setTyped("");
    setOpen(false);
  };
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {tags.map((tag) => (
        <Chip key={tag} className="pr-0.5">
          <bdi className="truncate">{tag}</bdi>
          <button
            type="button"
            aria-label={`Remove the tag ${tag}`}
            disabled={busy}
            className="grid size-[18px] shrink-0 place-items-center rounded-sm text-ink-3 hover:bg-line hover:text-ink"
            onClick={() => onChange(tags.filter((other) => other !== tag))}
          >
            <X aria-hidden="true" className="!size-3" />
          </button>
        </Chip>
      ))}
      {isOpen ? (
        <form onSubmit={add} className="flex min-w-0 items-center gap-1.5">
          <input
            // biome-ignore lint/a11y/noAutofocus: it was asked for by the press before
            autoFocus
            aria-label="New tag"
            value={typed}
            maxLength={MAX_TAG}
            className="h-7 w-28 rounded-[6px] border border-edge bg-surface px-2 text-table"
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
          />
          <Button size="sm" type="submit">
            Add
          </Button>
        </form>
      ) : tags.length < MAX_TAGS ? (
        <Button look="ghost" size="sm" disabled={busy} onClick={() => setOpen(true)}>
          <Plus aria-hidden="true" />
          Add
        </Button>
      ) : null}
    </div>
  );
}
