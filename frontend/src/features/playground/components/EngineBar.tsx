"use client";

import { Rocket } from "lucide-react";
import { Button, Note, Problem, Progress, Segmented } from "@/components/ui";
import { useDeploy } from "@/features/jobs";
import { bytes } from "@/lib/format";
import type { Engine, Opened } from "../engine";

/** Where answers come from: this server, or the browser itself. */
export function EngineBar({
  jobId,
  deployed,
  kind,
  opened,
  onChange,
}: {
  jobId: string;
  deployed: boolean;
  kind: Engine["kind"];
  opened: Opened;
  onChange: (kind: Engine["kind"]) => void;
}) {
  const deploy = useDeploy(jobId);
  const { loaded } = opened;
  const share = loaded?.total ? loaded.received / loaded.total : 0;
  return (
    <div className="mb-4 space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Segmented
          label="Where the answer is made"
          value={kind}
          options={[
            { value: "server", label: "This server", disabled: !deployed },
            { value: "device", label: "Your device" },
          ]}
          onChange={onChange}
        />
        <p className="m-0 min-w-0 flex-1 basis-56 text-table text-ink-3">
          {kind === "device"
            ? "The model file answers in this browser; the values you type stay here."
            : "The deployed model answers over HTTP, as your programs would ask it."}
        </p>
        {!deployed ? (
          <Button
            size="sm"
            disabled={deploy.isPending}
            onClick={() => deploy.mutate(true, { onSuccess: () => onChange("server") })}
          >
            <Rocket aria-hidden="true" strokeWidth={1.75} />
            Deploy to the server
          </Button>
        ) : null}
      </div>
      {kind === "device" && !opened.engine && !opened.error ? (
        <Note title="Fetching the model and its runtime, once.">
          <span className="num">
            {loaded
              ? `${bytes(loaded.received)}${loaded.total ? ` of ${bytes(loaded.total)}` : ""}`
              : "Starting"}
          </span>
          <div className="mt-2">
            <Progress share={share} label="Fetching the model" />
          </div>
        </Note>
      ) : null}
      {opened.error ? <Problem error={opened.error} retry={opened.retry} /> : null}
    </div>
  );
}
