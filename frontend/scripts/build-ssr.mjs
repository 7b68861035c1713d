// The server build for hosts with Node (Amplify): .next/standalone, complete with its static files.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function run(...args) {
  const env = { ...process.env, AUTOML_LITE_WEB: "ssr", NEXT_TELEMETRY_DISABLED: "1" };
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}

run("scripts/ort.mjs");
run("scripts/page.mjs");
run("node_modules/next/dist/bin/next", "build");
cpSync(join(root, ".next", "static"), join(root, ".next", "standalone", ".next", "static"), {
  recursive: true,
});
if (existsSync(join(root, "public")))
  cpSync(join(root, "public"), join(root, ".next", "standalone", "public"), { recursive: true });
