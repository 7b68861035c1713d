"use client";

import { FolderOpen } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { Button, Progress } from "@/components/ui";
import { useSystem } from "@/features/shell";
import { cx } from "@/lib/cx";
import { bytes, duration } from "@/lib/format";
import { useNow } from "@/lib/useNow";
import type { Uploading } from "../useSend";

const ACCEPT = ".csv,.tsv,.txt,.gz,.zip,.parquet,.json,.jsonl,.ndjson,.xlsx,.xls,.ods";

/** Where a table is dropped or chosen; shows the sending while it runs. `compact` for a place beside other things. */
export function DropZone({
  title,
  label = "Your table",
  note,
  compact,
  isBusy,
  uploading,
  onFile,
  onCancel,
}: {
  title: string;
  label?: string;
  note?: string;
  compact?: boolean;
  isBusy: boolean;
  uploading: Uploading | null;
  onFile: (file: File) => void;
  onCancel: () => void;
}) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { data: system } = useSystem();
  const isHere = system?.machine.kind === "local" && system.auth === "none";
  const size = system ? ` · up to ${bytes(system.limits.max_upload_bytes)}` : "";

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !isBusy) onFile(file);
  };

  return (
    <section
      aria-label={label}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={cx(
        "grid place-items-center rounded-lg border border-dashed px-5 text-center transition-colors",
        compact ? "min-h-[132px] py-5" : "min-h-[260px] py-9",
        over ? "border-accent bg-accent-soft" : "border-edge bg-surface",
      )}
    >
      {uploading ? (
        <Sending state={uploading} onCancel={onCancel} />
      ) : (
        <div>
          {compact ? null : <Drawing />}
          <h2 className={cx("m-0 font-semibold", compact ? "text-section" : "mt-4 text-[17px] leading-6")}>
            {over ? "Let go to read it" : title}
          </h2>
          <p className="m-0 mt-1.5 text-ink-2">
            {note ?? `or Excel, Parquet, JSON lines${size}`}
            {isHere ? " · never leaves this computer" : ""}
          </p>
          <input
            ref={input}
            type="file"
            accept={ACCEPT}
            className="sr-only"
            tabIndex={-1}
            aria-label="Table to read"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = "";
              if (file) onFile(file);
            }}
          />
          <Button
            look={compact ? "default" : "primary"}
            size={compact ? "md" : "lg"}
            className={compact ? "mt-3" : "mt-5"}
            disabled={isBusy}
            onClick={() => input.current?.click()}
          >
            <FolderOpen aria-hidden="true" strokeWidth={1.75} />
            Choose a file
          </Button>
        </div>
      )}
    </section>
  );
}

function Sending({ state, onCancel }: { state: Uploading; onCancel: () => void }) {
  const now = useNow();
  const { sent } = state;
  const isSent = sent !== null && sent.sent >= sent.total;
  const elapsed = now ? Math.max(1, now - state.startedAt / 1000) : 1;
  const left = sent && sent.sent > 0 ? ((sent.total - sent.sent) / sent.sent) * elapsed : null;
  return (
    <div className="w-full max-w-md text-left">
      <p className="m-0 mb-2 flex gap-3 font-medium">
        <bdi className="min-w-0 flex-1 truncate">{state.name}</bdi>
        <span className="num shrink-0 text-ink-2">
          {sent ? `${bytes(sent.sent)} of ${bytes(sent.total)}` : "starting"}
        </span>
      </p>
      <Progress share={sent ? sent.sent / Math.max(1, sent.total) : 0} label={`Sending ${state.name}`} />
      <div className="mt-3 flex items-center gap-3 text-table text-ink-3">
        <span role="status">
          {isSent
            ? "Reading it: columns, types, gaps"
            : left === null
              ? ""
              : `${duration(Math.ceil(left))} left`}
        </span>
        {isSent ? null : (
          <Button size="sm" className="ml-auto" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </div>
  );
}

function Drawing() {
  return (
    <svg aria-hidden="true" viewBox="0 0 64 52" className="mx-auto h-[52px] w-16" fill="none">
      <path d="M43 13.5h20V46a5 5 0 0 1-5 5H43z" fill="var(--accent-soft)" />
      <g stroke="var(--line-2)">
        <path d="M1 13.5h62M1 26h42M1 38.5h42M22 1v50M43 1v50" />
      </g>
      <rect x="1" y="1" width="62" height="50" rx="6" stroke="var(--line-input)" strokeWidth="1.5" />
      <path
        d="m48 42 4-5 3 2 4.5-9"
        stroke="var(--c1)"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
