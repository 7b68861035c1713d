// The static export, put into the Python package: `make web`. Serving it needs no Node.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const to = join(root, "..", "src", "automl_lite", "server", "web");

function run(...args) {
  const env = { ...process.env, AUTOML_LITE_WEB: "static", NEXT_TELEMETRY_DISABLED: "1" };
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}

run("scripts/ort.mjs");
run("scripts/page.mjs");
run("node_modules/next/dist/bin/next", "build");

rmSync(to, { recursive: true, force: true });
cpSync(join(root, ".next-static"), to, { recursive: true });
