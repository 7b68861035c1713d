// Runs a model file away from the page: one message in, one message out, in order. Served by us beside onnxruntime-web.
import * as ort from "./ort.wasm.bundle.min.mjs";

let session;

async function open({ wasm, model }) {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = wasm;
  session = await ort.InferenceSession.create(new Uint8Array(model), { executionProviders: ["wasm"] });
  return {};
}

async function run({ feed, n, outputs }) {
  const tensors = Object.create(null); // a column may be called __proto__
  for (const [name, values] of Object.entries(feed)) {
    tensors[name] = new ort.Tensor(Array.isArray(values) ? "string" : "float32", values, [n, 1]);
  }
  const started = performance.now();
  const found = await session.run(tensors, outputs);
  const plain = Object.create(null);
  for (const name of outputs) plain[name] = { data: found[name].data, dims: found[name].dims };
  return { outputs: plain, milliseconds: performance.now() - started };
}

let queue = Promise.resolve();
self.onmessage = ({ data: { id, kind, ...rest } }) => {
  queue = queue.then(async () => {
    try {
      self.postMessage({ id, answer: await (kind === "open" ? open(rest) : run(rest)) });
    } catch (error) {
      self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
};
