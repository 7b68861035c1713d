// Puts onnxruntime-web's WebAssembly into public/ort: loaded only where somebody runs a model in the browser.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const from = join(root, "node_modules", "onnxruntime-web");
const to = join(root, "public", "ort");
const files = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"];

mkdirSync(to, { recursive: true });
for (const name of files) copyFileSync(join(from, "dist", name), join(to, name));
copyFileSync(join(root, "ort", "worker.mjs"), join(to, "worker.mjs"));
const { version, license } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
const wasm_bytes = statSync(join(to, files[1])).size;
writeFileSync(
  join(to, "about.json"),
  `${JSON.stringify({ name: "onnxruntime-web", version, license, wasm_bytes })}\n`,
);
