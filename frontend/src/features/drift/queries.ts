import { useQuery } from "@tanstack/react-query";
import { http, unwrap } from "@/lib/api";

/** How far the rows of one batch are from those of training. */
export const useBatchDrift = (batch_id: string, enabled = true) =>
  useQuery({
    queryKey: ["batches", batch_id, "drift"],
    queryFn: () => unwrap(http.GET("/batches/{batch_id}/drift", { params: { path: { batch_id } } })),
    enabled: enabled && batch_id !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The latest batches of a model, oldest first, with each column's drift in each of them. */
export const useDriftHistory = (job_id: string, limit = 50) =>
  useQuery({
    queryKey: ["jobs", job_id, "drift", limit],
    queryFn: () =>
      unwrap(http.GET("/predict/{job_id}/drift", { params: { path: { job_id }, query: { limit } } })),
    enabled: job_id !== "",
  });
