"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { confirmDataset, useSend } from "@/features/uploads";
import { http, unwrap } from "@/lib/api";

/** Upload a file or take a sample, then go to its configuration. */
export function useUpload() {
  const router = useRouter();
  const client = useQueryClient();

  const open = (id: string, target?: string) => {
    client.invalidateQueries({ queryKey: ["datasets"] });
    router.push(`/configure/${id}${target ? `?target=${encodeURIComponent(target)}` : ""}`);
  };

  const file = useSend((dataset) => open(dataset.id));
  const sample = useMutation({
    meta: { quiet: true },
    mutationFn: async ({ name }: { name: string; target: string }) => {
      const dataset = await unwrap(http.POST("/samples/{name}", { params: { path: { name } } }));
      return dataset.status === "ready" ? dataset : confirmDataset(dataset.id);
    },
    onSuccess: (dataset, { target }) => open(dataset.id, target),
  });

  return {
    uploading: file.uploading,
    error: file.error ?? sample.error,
    failedName: file.failedName,
    busySample: sample.isPending ? sample.variables.name : null,
    isBusy: file.isPending || sample.isPending || sample.isSuccess || file.isSuccess,
    sendFile: (picked: File) => {
      sample.reset();
      file.send(picked);
    },
    takeSample: (name: string, target: string) => {
      file.reset();
      sample.mutate({ name, target });
    },
    cancel: file.cancel,
    forget: () => {
      file.reset();
      sample.reset();
    },
  };
}

export type Upload = ReturnType<typeof useUpload>;
