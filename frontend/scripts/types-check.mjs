// Are the API types those of openapi.json? Fails with the command that makes them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "types-"));
const fresh = join(folder, "schema.d.ts");
const args = ["node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", fresh];
const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
const isSame =
  status === 0 && readFileSync(fresh, "utf8") === readFileSync("src/lib/api/schema.d.ts", "utf8");
rmSync(folder, { recursive: true, force: true });
if (status !== 0) console.error(stderr);
else if (!isSame) console.error("src/lib/api/schema.d.ts is not made of openapi.json: run `pnpm types`.");
process.exit(isSame ? 0 : 1);
