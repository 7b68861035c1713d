/** onnxruntime-web in a worker, fetched only when somebody asks for it. */
import type { Feed, Output, RunGraph } from "@/lib/model";

const HOME = "/ort";

export type Loaded = { received: number; total: number | null };
export type Device = { run: RunGraph; close: () => void; milliseconds: () => number };

type Reply = { outputs?: Record<string, Output>; milliseconds?: number };

/** Load the runtime and the model file; `onProgress` counts bytes. Raises Error with a sentence. */
export async function openDevice(
  onnxUrl: string,
  modelBytes: number,
  onProgress: (loaded: Loaded) => void,
  signal: AbortSignal,
): Promise<Device> {
  const about = (await (await ask(`${HOME}/about.json`, signal)).json()) as { wasm_bytes: number };
  const received = { wasm: 0, model: 0 };
  const tell = () =>
    onProgress({ received: received.wasm + received.model, total: about.wasm_bytes + modelBytes });
  const counting = (part: keyof typeof received) => (bytes: number) => {
    received[part] = bytes;
    tell();
  };
  const [wasm, model] = await Promise.all([
    read(await ask(`${HOME}/ort-wasm-simd-threaded.wasm`, signal), counting("wasm")),
    read(await ask(onnxUrl, signal), counting("model")),
  ]);
  const worker = new Worker(`${HOME}/worker.mjs`, { type: "module" });
  const call = caller(worker);
  try {
    await call("open", { wasm, model }, [wasm, model]);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  let last = 0;
  const run = async (feed: Feed, n: number, outputs: string[]) => {
    const reply = await call("run", { feed, n, outputs });
    last = reply.milliseconds ?? 0;
    return reply.outputs ?? {};
  };
  return { run, close: () => worker.terminate(), milliseconds: () => last };
}

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal });
  if (!response.ok)
    throw new Error(
      `The file ${url.split("?")[0]?.split("/").at(-1)} is not there (status ${response.status}).`,
    );
  return response;
}

async function read(response: Response, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  const reader = response.body?.getReader();
  if (!reader) return response.arrayBuffer();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    parts.push(piece.value);
    size += piece.value.byteLength;
    onBytes(size);
  }
  return new Blob(parts).arrayBuffer();
}

function caller(worker: Worker) {
  let last = 0;
  const open = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  worker.onmessage = ({ data }: MessageEvent<{ id: number; answer?: Reply; error?: string }>) => {
    const call = open.get(data.id);
    open.delete(data.id);
    if (data.error) call?.reject(new Error(data.error));
    else call?.resolve(data.answer ?? {});
  };
  worker.onerror = (event) => {
    for (const call of open.values()) call.reject(new Error(event.message || "The runtime did not start."));
    open.clear();
  };
  return (kind: "open" | "run", body: object, moved: Transferable[] = []) =>
    new Promise<Reply>((resolve, reject) => {
      last += 1;
      open.set(last, { resolve, reject });
      worker.postMessage({ id: last, kind, ...body }, moved);
    });
}
