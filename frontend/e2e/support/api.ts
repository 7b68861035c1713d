/** The API as the tests use it to prepare what a page shows. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Schemas } from "../../src/lib/api";
import { ROOT } from "./server";
import { url } from "./test";

export async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${url()}/api${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as Answer;
}

/** Upload bytes under a name and have them read. */
export async function upload(
  filename: string,
  bytes: string | Uint8Array,
): Promise<Schemas["DatasetDetail"]> {
  const body = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const ticket = await call<Schemas["UploadOut"]>("POST", "/upload", {
    filename,
    content_type: "text/csv",
    size_bytes: body.byteLength,
  });
  const sent = await fetch(new URL(ticket.upload_url, url()), {
    method: ticket.method,
    body: new Uint8Array(body),
  });
  if (!sent.ok) throw new Error(`PUT: ${sent.status} ${await sent.text()}`);
  return call("POST", `/datasets/${ticket.dataset_id}/confirm`, {});
}

export const uploadExample = (name: string) =>
  upload(basename(name), readFileSync(join(ROOT, "examples", name)));

/** Start a training; the answer is its id. */
export async function train(
  dataset: string,
  target: string,
  config: object = {},
  tags: string[] = [],
): Promise<string> {
  const run = await call<Schemas["TrainOut"]>("POST", "/train", {
    dataset_id: dataset,
    target_column: target,
    config,
    tags,
  });
  return run.job_id;
}

/** Wait until a job is over. */
export async function ended(id: string, seconds = 120): Promise<Schemas["JobDetail"]> {
  for (let passed = 0; passed < seconds; passed += 0.5) {
    const job = await call<Schemas["JobDetail"]>("GET", `/jobs/${id}`);
    if (!["pending", "running"].includes(job.status)) return job;
    await wait(500);
  }
  throw new Error(`Job ${id} is not over after ${seconds} s.`);
}

export const jobs = async (query = "") =>
  (await call<Schemas["JobPage"]>("GET", `/jobs?limit=100${query}`)).items;

/** Ask a model about rows of text one by one; what looks like a number is sent as one. */
export async function ask(job: string, rows: Record<string, string>[]): Promise<void> {
  const asSent = (text: string) => (text === "" ? null : Number.isNaN(Number(text)) ? text : Number(text));
  for (const row of rows) {
    const features = Object.fromEntries(Object.entries(row).map(([name, text]) => [name, asSent(text)]));
    await call("POST", `/predict/${job}`, { features });
  }
}
