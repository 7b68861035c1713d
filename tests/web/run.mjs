// Runs a model file in onnxruntime-web (WebAssembly): node run.mjs model.onnx rows.json → its outputs as JSON.
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";

const [modelPath, rowsPath] = process.argv.slice(2);
const rows = JSON.parse(readFileSync(rowsPath, "utf8"));
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(readFileSync(modelPath));

const feeds = {};
for (const { name, type } of session.inputMetadata) {
  const values = rows.map((row) => row[name] ?? null);
  const shape = [rows.length, 1];
  feeds[name] =
    type === "string"
      ? new ort.Tensor("string", values.map((v) => (v === null ? "" : String(v))), shape)
      : new ort.Tensor("float32", Float32Array.from(values, (v) => (v === null ? NaN : Number(v))), shape);
}
const started = performance.now();
const outputs = await session.run(feeds);
const took = performance.now() - started;
const found = Object.fromEntries(
  Object.entries(outputs).map(([name, { data, dims }]) => [name, { data: Array.from(data), dims }]),
);
process.stdout.write(JSON.stringify({ outputs: found, milliseconds: took }));
