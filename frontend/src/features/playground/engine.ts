"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { asApiError, http, type Schemas, unwrap } from "@/lib/api";
import { type Answer, type Contract, type Explanation, Model, type Row } from "@/lib/model";
import { type Device, type Loaded, openDevice } from "./device";

/** Something that answers rows: this server, or the browser itself. */
export type Engine = {
  kind: "server" | "device";
  answers: (rows: Row[]) => Promise<Answer[]>;
  explain: (row: Row, output: string) => Promise<Explanation | null>;
  /** Time of the last answer inside the runtime. */
  milliseconds: () => number | null;
};

type Info = Schemas["ModelInfoOut"];
type Body = Schemas["PredictIn"]; // one of rows and features, never both
// On the device a slider must not wait: fewer rows than the server takes, with a larger standard error.
const DEVICE_ROWS = 700;

/** What the model says of itself, as the browser's runtime takes it. */
export function contractOf(info: Info): Contract {
  const { outputs = {}, background = [] } = info.contract as Partial<
    Pick<Contract, "outputs" | "background">
  >;
  return { ...(info as unknown as Contract), outputs, background };
}

/** The deployed model over HTTP. */
function serverEngine(jobId: string): Engine {
  let last: number | null = null;
  const params = { path: { job_id: jobId } };
  const plain = (answer: Schemas["AnswerOut"]) =>
    ({ ...answer, prediction: answer.prediction ?? "" }) as unknown as Answer;
  return {
    kind: "server",
    answers: async (rows) => {
      const found = await unwrap(http.POST("/predict/{job_id}", { params, body: { rows } as Body }));
      last = found.inference_time_ms;
      return "predictions" in found ? found.predictions.map(plain) : [plain(found)];
    },
    explain: async (features) => {
      const found = await unwrap(
        http.POST("/predict/{job_id}", {
          params: { ...params, query: { explain: true } },
          body: { features } as Body,
        }),
      );
      return "explanation" in found ? ((found.explanation as Explanation | null) ?? null) : null;
    },
    milliseconds: () => last,
  };
}

function deviceEngine(info: Info, device: Device): Engine {
  const model = new Model(contractOf(info), device.run);
  return {
    kind: "device",
    answers: (rows) => model.answers(rows),
    explain: (row, output) => model.explain(row, output, DEVICE_ROWS),
    milliseconds: device.milliseconds,
  };
}

export type Opened = { engine: Engine | null; loaded: Loaded | null; error: Error | null; retry: () => void };

/** The engine that was chosen; the device's runtime is fetched when it is chosen first. */
export function useEngine(info: Info, kind: Engine["kind"]): Opened {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const device = useQuery({
    queryKey: ["device", info.job_id, info.model_bytes],
    enabled: kind === "device",
    queryFn: async ({ signal }) => {
      const device = await openDevice(info.onnx_url, info.model_bytes, setLoaded, signal);
      // The first run of a session is many times slower than the others: nobody should wait for it later.
      await new Model(contractOf(info), device.run).answers([contractOf(info).example]);
      return device;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    structuralSharing: false,
  });
  const opened = device.data;
  useEffect(() => () => opened?.close(), [opened]);
  const engine = useMemo(() => {
    if (kind === "server") return serverEngine(info.job_id);
    return opened ? deviceEngine(info, opened) : null;
  }, [kind, info, opened]);
  return {
    engine,
    loaded,
    error: kind === "device" && device.error ? asApiError(device.error) : null,
    retry: device.refetch,
  };
}
