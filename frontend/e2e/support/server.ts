/** The real platform on a free port with a data folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const STARTS_WITHIN = 60; // seconds

export type Platform = { url: string; folder: string; stop: () => Promise<void> };

/** Start `automl-lite serve`; `folder` is kept when it was given. */
export async function startPlatform(folder?: string): Promise<Platform> {
  const data = folder ?? mkdtempSync(join(tmpdir(), "automl-lite-e2e-"));
  const port = await freePort();
  const server = spawn(
    join(ROOT, ".venv", "bin", "automl-lite"),
    ["serve", "--port", String(port), "--data-dir", data],
    {
      stdio: ["ignore", "ignore", "pipe"],
      // Tests listen to webhooks on this machine.
      env: { ...process.env, AUTOML_LITE_WEBHOOK_HOSTS: "127.0.0.1" },
    },
  );
  let said = "";
  server.stderr?.on("data", (piece) => {
    said = (said + piece).slice(-4000);
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < STARTS_WITHIN * 4; tries++) {
    if (server.exitCode !== null) throw new Error(`automl-lite serve ended:\n${said}`);
    const isUp = await fetch(`${url}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return { url, folder: data, stop: () => stop(server, folder ? null : data) };
    await wait(250);
  }
  await stop(server, null);
  throw new Error(`automl-lite serve did not answer within ${STARTS_WITHIN} s:\n${said}`);
}

async function stop(server: ChildProcess, folder: string | null): Promise<void> {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await Promise.race([ended, wait(10_000).then(() => server.kill("SIGKILL"))]);
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
