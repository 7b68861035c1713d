"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Schemas } from "@/lib/api";
import { type Sent, uploadFile } from "./send";

export type Uploading = { name: string; sent: Sent | null; startedAt: number };

/** Send one file at a time and have it read; `onReady` gets the data set that it became. */
export function useSend(onReady: (dataset: Schemas["DatasetDetail"]) => void) {
  const client = useQueryClient();
  const [uploading, setUploading] = useState<Uploading | null>(null);
  const abort = useRef<AbortController | null>(null);
  const sending = useMutation({
    meta: { quiet: true },
    mutationFn: async (file: File) => {
      abort.current = new AbortController();
      const startedAt = Date.now();
      setUploading({ name: file.name, sent: null, startedAt });
      return uploadFile(
        file,
        (sent) => setUploading({ name: file.name, sent, startedAt }),
        abort.current.signal,
      );
    },
    onSuccess: (dataset) => {
      client.invalidateQueries({ queryKey: ["datasets", "list"] });
      onReady(dataset);
    },
    onSettled: () => setUploading(null),
  });
  const { error } = sending;
  return {
    uploading,
    error: error instanceof DOMException && error.name === "AbortError" ? null : error,
    failedName: error ? sending.variables?.name : undefined,
    isPending: sending.isPending,
    isSuccess: sending.isSuccess,
    send: (file: File) => sending.mutate(file),
    cancel: () => abort.current?.abort(),
    reset: sending.reset,
  };
}
