"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { http, unwrap } from "@/lib/api";
import { confirmDataset, type Sent, uploadFile } from "./upload";

export type Uploading = { name: string; sent: Sent | null; startedAt: number };

/** Upload a file or take a sample, then go to its configuration. */
export function useUpload() {
  const router = useRouter();
  const client = useQueryClient();
  const [state, setState] = useState<Uploading | null>(null);
  const abort = useRef<AbortController | null>(null);

  const open = (id: string, target?: string) => {
    client.invalidateQueries({ queryKey: ["datasets"] });
    router.push(`/configure/${id}${target ? `?target=${encodeURIComponent(target)}` : ""}`);
  };

  const file = useMutation({
    meta: { quiet: true },
    mutationFn: async (picked: File) => {
      abort.current = new AbortController();
      const startedAt = Date.now();
      setState({ name: picked.name, sent: null, startedAt });
      return uploadFile(
        picked,
        (sent) => setState({ name: picked.name, sent, startedAt }),
        abort.current.signal,
      );
    },
    onSuccess: (dataset) => open(dataset.id),
    onSettled: () => setState(null),
  });

  const sample = useMutation({
    meta: { quiet: true },
    mutationFn: async ({ name }: { name: string; target: string }) => {
      const dataset = await unwrap(http.POST("/samples/{name}", { params: { path: { name } } }));
      return dataset.status === "ready" ? dataset : confirmDataset(dataset.id);
    },
    onSuccess: (dataset, { target }) => open(dataset.id, target),
  });

  const failure = file.error ?? sample.error;
  return {
    uploading: state,
    error: failure instanceof DOMException && failure.name === "AbortError" ? null : failure,
    failedName: file.error ? file.variables?.name : undefined,
    busySample: sample.isPending ? sample.variables.name : null,
    isBusy: file.isPending || sample.isPending || sample.isSuccess || file.isSuccess,
    sendFile: (picked: File) => {
      sample.reset();
      file.mutate(picked);
    },
    takeSample: (name: string, target: string) => {
      file.reset();
      sample.mutate({ name, target });
    },
    cancel: () => abort.current?.abort(),
    forget: () => {
      file.reset();
      sample.reset();
    },
  };
}

export type Upload = ReturnType<typeof useUpload>;
