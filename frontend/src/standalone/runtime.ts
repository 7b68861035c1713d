/** The model in this very page: unpacked and run here, on one thread, without a request. */
import * as ort from "onnxruntime-web/wasm";
import type { Contract, Output, RunGraph } from "@/lib/model";
import { Model } from "@/lib/model";

export type Facts = { name: string; made_at: string; verdict: string; contract: Contract };

/** What the page was filled with. */
export function facts(): Facts {
  return JSON.parse(document.getElementById("facts")?.textContent ?? "{}");
}

/** Unpack runtime and model, and open them. */
export async function openModel(contract: Contract): Promise<Model> {
  const [wasm, model] = await Promise.all([unpack("wasm"), unpack("model")]);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmBinary = wasm;
  const session = await ort.InferenceSession.create(new Uint8Array(model), { executionProviders: ["wasm"] });
  let queue: Promise<unknown> = Promise.resolve();
  const run: RunGraph = (feed, n, outputs) => {
    // A session answers one call after the other.
    const turn = queue.then(async () => {
      const tensors = Object.fromEntries(
        Object.entries(feed).map(([name, values]) => [
          name,
          Array.isArray(values)
            ? new ort.Tensor("string", values, [n, 1])
            : new ort.Tensor("float32", values, [n, 1]),
        ]),
      );
      return (await session.run(tensors, outputs)) as unknown as Record<string, Output>;
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  return new Model(contract, run);
}

async function unpack(id: string): Promise<ArrayBuffer> {
  const block = document.getElementById(id);
  const text = atob(block?.textContent?.trim() ?? "");
  block?.remove();
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
