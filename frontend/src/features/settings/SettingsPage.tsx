"use client";

import { BookOpen, FileJson } from "lucide-react";
import type { ReactNode } from "react";
import { ButtonAnchor, Card, CodeBlock, Kv, Problem, Skeleton, Tabs } from "@/components/ui";
import { PageHead, useSystem } from "@/features/shell";
import { API_BASE, type Schemas } from "@/lib/api";
import { bytes, number, plural } from "@/lib/format";
import { useOrigin } from "@/lib/useOrigin";
import { ThemeChoice } from "./ThemeChoice";
import { clients } from "./usage";

type System = Schemas["SystemOut"];

const SIGN_IN: Record<string, string> = {
  none: "none; only this computer can reach the server",
  local: "accounts and API keys of this server",
  oidc: "your organisation's sign-in",
};

/** What this installation is, may and can; how it looks. */
export function SettingsPage() {
  const { data, error, refetch } = useSystem();
  return (
    <>
      <PageHead title="Settings" sub="How it looks, where it runs, what it allows." />
      <div className="max-w-[860px] space-y-4">
        <Part title="Appearance" text="Kept in this browser.">
          <ThemeChoice />
        </Part>
        {error ? <Problem error={error} retry={refetch} /> : null}
        <Part title="Where it trains" text="Runs wait their turn when all places are taken.">
          {data ? <Machine system={data} /> : <Skeleton className="h-28" />}
        </Part>
        <Part
          title="Limits"
          text={
            <>
              Set by whoever runs the server; <code>automl-lite doctor</code> shows each setting&rsquo;s name.
            </>
          }
        >
          {data ? <Limits limits={data.limits} /> : <Skeleton className="h-36" />}
        </Part>
        <Part title="From your own programs" text="All that these pages do goes through the same API.">
          <Clients />
        </Part>
        <Part title="What leaves this page" text="">
          <p className="text-ink-2">
            Requests to this server, and nothing else: fonts, icons and the engine that runs models in the
            browser come from it too.
          </p>
        </Part>
      </div>
    </>
  );
}

function Part({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  return (
    <Card
      label={title}
      className="card-pad grid gap-x-8 gap-y-3 py-4 md:grid-cols-[220px_minmax(0,1fr)] md:py-5"
    >
      <div>
        <h2 className="text-section font-semibold tracking-[-0.008em]">{title}</h2>
        {text ? <p className="mt-1 text-table text-ink-3">{text}</p> : null}
      </div>
      <div className="min-w-0">{children}</div>
    </Card>
  );
}

function Machine({ system }: { system: System }) {
  const { machine, version, auth, jobs } = system;
  return (
    <Kv
      rows={[
        ["Place", machine.kind === "local" ? "this computer" : machine.kind],
        ["Processor", plural(machine.cores, "core")],
        ["Memory", machine.memory_total_bytes ? bytes(machine.memory_total_bytes) : "not known"],
        ["Side by side", plural(machine.concurrency, "run")],
        ["Now", `${number(jobs.running)} training, ${number(jobs.pending)} waiting`],
        ["Sign-in", SIGN_IN[auth] ?? auth],
        ["Version", version],
      ]}
    />
  );
}

function Limits({ limits }: { limits: System["limits"] }) {
  return (
    <Kv
      rows={[
        ["File", bytes(limits.max_upload_bytes)],
        ["Sent in parts from", bytes(limits.part_threshold_bytes)],
        ["Rows", number(limits.max_rows)],
        ["Columns", number(limits.max_columns)],
        ["Rows in one prediction request", number(limits.max_predict_rows)],
        ["Tags on a run", number(limits.max_tags)],
        ["Length of a note", `${number(limits.max_notes_chars)} characters`],
      ]}
    />
  );
}

function Clients() {
  const origin = useOrigin();
  return (
    <>
      <Tabs
        label="Ways to call the API"
        tabs={clients(API_BASE.startsWith("http") ? API_BASE : `${origin}${API_BASE}`).map((client) => ({
          id: client.id,
          title: client.title,
          panel: <CodeBlock code={client.code} label={`${client.title} example`} />,
        }))}
      />
      <div className="mt-4 flex flex-wrap gap-2">
        <ButtonAnchor href={`${API_BASE}/docs`}>
          <BookOpen aria-hidden="true" strokeWidth={1.75} />
          API reference
        </ButtonAnchor>
        <ButtonAnchor href={`${API_BASE}/openapi.json`}>
          <FileJson aria-hidden="true" strokeWidth={1.75} />
          OpenAPI document
        </ButtonAnchor>
      </div>
    </>
  );
}
