// JavaScript that each route loads before it can be used, gzipped; over 250 KiB fails. Run after `pnpm build:static`.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 250; // KiB
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "src", "automl_lite", "server", "web");
if (!existsSync(join(root, "index.html"))) {
  console.error("There is no build to measure: run `make web` first.");
  process.exit(1);
}

const packed = new Map();
function sizeOf(path) {
  if (!packed.has(path)) packed.set(path, gzipSync(readFileSync(join(root, path)), { level: 6 }).length);
  return packed.get(path);
}

const pages = readdirSync(root, { recursive: true })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".html") && !name.startsWith("_next/"))
  .sort();
let isOver = false;
for (const page of pages) {
  const html = readFileSync(join(root, page), "utf8");
  const scripts = new Set(
    [...html.matchAll(/<script\b([^>]*)>/g)]
      .filter(([, rest]) => !/\bnomodule\b/i.test(rest))
      .map(([, rest]) => /\bsrc="\/([^"?]+)/.exec(rest)?.[1])
      .filter((name) => name?.endsWith(".js")),
  );
  const size = [...scripts].reduce((sum, name) => sum + sizeOf(name), 0) / 1024;
  isOver ||= size > LIMIT;
  const route = `/${page
    .replace(/(^|\/)index\.html$/, "")
    .replace(/\.html$/, "")
    .replace(/\/_$/, "/[id]")}`;
  console.log(
    `${route.padEnd(32)} ${size.toFixed(1).padStart(7)} KiB ${size > LIMIT ? `over ${LIMIT}` : ""}`,
  );
}
process.exit(isOver ? 1 : 0);
