"use client";

import { BellRing } from "lucide-react";
import { useState } from "react";
import {
  Button,
  Card,
  CardBody,
  CardFoot,
  CardHead,
  Checkbox,
  Input,
  Problem,
  Segmented,
  toast,
} from "@/components/ui";
import type { JobDetail } from "@/features/jobs";
import { bodyOf, type Draft, type DriftLevel, draftOf, problemsOf } from "../draft";
import { type Monitor, useResetMonitor, useSaveMonitor } from "../queries";
import { KeepFields } from "./KeepFields";
import { ScheduleFields } from "./ScheduleFields";
import { WebhookFields } from "./WebhookFields";

const LEVELS: { value: DriftLevel | "off"; label: string }[] = [
  { value: "off", label: "Never" },
  { value: "slight", label: "Slight" },
  { value: "moderate", label: "Moderate" },
  { value: "strong", label: "Strong" },
];

/** When to raise an alert, whom to tell, when to train again. */
export function MonitorForm({ job, monitor }: { job: JobDetail; monitor: Monitor }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(monitor));
  const [secret, setSecret] = useState("");
  const save = useSaveMonitor(job.id);
  const reset = useResetMonitor(job.id);
  const problems = problemsOf(draft);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const isClass = job.problem_type !== "regression";

  const submit = () =>
    save.mutate(bodyOf(draft), {
      onSuccess: (saved) => {
        setSecret(saved.webhook_secret ?? "");
        setDraft(draftOf(saved));
        toast("Saved. It is watched from the next batch on.");
      },
    });

  return (
    <Card label="What is watched">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (Object.keys(problems).length === 0) submit();
        }}
      >
        <CardHead title="What is watched" sub="after each batch and validation" />
        <CardBody className="space-y-6">
          <fieldset className="space-y-4 border-0 p-0">
            <legend className="mb-2 p-0 text-table font-semibold">Raise an alert when</legend>
            <div>
              <p className="m-0 mb-1 text-table font-medium">rows drift from training, from this level on</p>
              <Segmented
                label="Level of drift that raises an alert"
                value={draft.drift || "off"}
                options={LEVELS}
                onChange={(level) => change({ drift: level === "off" ? "" : level })}
              />
            </div>
            <div className="grid gap-4 sm:grid-cols-2">
              {isClass ? (
                <Input
                  label="estimated accuracy falls by"
                  unit="points"
                  inputMode="decimal"
                  placeholder="not watched"
                  className="num pr-14 text-right"
                  value={draft.drop}
                  error={problems.drop}
                  hint="Below that of the test, without true answers."
                  onChange={(event) => change({ drop: event.target.value })}
                />
              ) : null}
              <Input
                label="rows cannot be answered, over"
                unit="%"
                inputMode="decimal"
                placeholder="not watched"
                className="num text-right"
                value={draft.errors}
                error={problems.errors}
                hint="Of the rows of a batch."
                onChange={(event) => change({ errors: event.target.value })}
              />
            </div>
            <Checkbox
              label="a validation says “worse, beyond chance”"
              checked={draft.worse}
              onChange={(event) => change({ worse: event.target.checked })}
            />
          </fieldset>
          <WebhookFields
            job={job.id}
            draft={draft}
            problem={problems.webhook}
            hasSecret={monitor.has_secret}
            isSaved={monitor.webhook_url === draft.webhook && draft.webhook !== ""}
            secret={secret}
            change={change}
          />
          <ScheduleFields job={job} draft={draft} monitor={monitor} problems={problems} change={change} />
          <KeepFields job={job.id} draft={draft} problem={problems.kept} change={change} />
          {save.error ? <Problem error={save.error} /> : null}
        </CardBody>
        <CardFoot>
          <Button type="submit" look="primary" disabled={save.isPending || Object.keys(problems).length > 0}>
            <BellRing aria-hidden="true" strokeWidth={1.75} />
            {save.isPending ? "Saving" : "Save"}
          </Button>
          <Button
            disabled={reset.isPending}
            onClick={() =>
              reset.mutate(undefined, {
                onSuccess: (defaults) => {
                  setDraft(draftOf(defaults));
                  setSecret("");
                  toast("Back to the defaults.");
                },
              })
            }
          >
            Back to the defaults
          </Button>
        </CardFoot>
      </form>
    </Card>
  );
}
