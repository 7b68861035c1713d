"use client";

import { Send } from "lucide-react";
import { Button, Checkbox, CodeBlock, Input, Note } from "@/components/ui";
import type { Draft } from "../draft";
import { useTestWebhook } from "../queries";

/** Where alerts are sent; a new secret is shown once. */
export function WebhookFields({
  job,
  draft,
  problem,
  hasSecret,
  isSaved,
  secret,
  change,
}: {
  job: string;
  draft: Draft;
  problem?: string;
  hasSecret: boolean;
  isSaved: boolean;
  /** The secret that was made just now, or empty. */
  secret: string;
  change: (part: Partial<Draft>) => void;
}) {
  const test = useTestWebhook(job);
  return (
    <fieldset className="space-y-3 border-0 border-t border-line p-0 pt-5">
      <legend className="float-left mb-2 w-full p-0 text-table font-semibold">Tell another program</legend>
      <div className="clear-both">
        <Input
          label="Webhook"
          type="url"
          placeholder="https://example.org/alerts"
          value={draft.webhook}
          error={problem}
          hint="Each alert is sent there as JSON, signed, and tried again where nobody answers."
          onChange={(event) => change({ webhook: event.target.value })}
        />
      </div>
      {hasSecret && draft.webhook ? (
        <Checkbox
          label="Make a new secret for the signature"
          checked={draft.newSecret}
          onChange={(event) => change({ newSecret: event.target.checked })}
        />
      ) : null}
      {secret ? (
        <Note live tone="accent" title="The secret of the signature, shown this once.">
          <div className="mt-2">
            <CodeBlock code={secret} label="Secret of the webhook" />
          </div>
        </Note>
      ) : null}
      {isSaved ? (
        <div className="flex flex-wrap items-center gap-3">
          <Button size="sm" disabled={test.isPending} onClick={() => test.mutate(undefined)}>
            <Send aria-hidden="true" strokeWidth={1.75} />
            {test.isPending ? "Sending" : "Send a test"}
          </Button>
          {test.data ? (
            <span
              role="status"
              className={test.data.delivered_at ? "text-table text-accent-ink" : "text-table text-bad"}
            >
              {test.data.delivered_at
                ? `Arrived, answered with ${test.data.status}.`
                : `Did not arrive: ${test.data.error || `answered with ${test.data.status}`}.`}
            </span>
          ) : null}
        </div>
      ) : null}
    </fieldset>
  );
}
