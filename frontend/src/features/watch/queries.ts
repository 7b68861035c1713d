import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { http, type Schemas, unwrap } from "@/lib/api";

export type Monitor = Schemas["MonitorOut"];
export type MonitorIn = Schemas["MonitorIn"];
export type Alert = Schemas["AlertOut"];
export type RetrainIn = Schemas["RetrainIn"];
export type KeptPrediction = Schemas["KeptOut"];

const path = (job_id: string) => ({ params: { path: { job_id } } });

/** What is watched about a model; all off where nothing was set. */
export const useMonitor = (job_id: string) =>
  useQuery({
    queryKey: ["jobs", job_id, "monitor"],
    queryFn: () => unwrap(http.GET("/jobs/{job_id}/monitor", path(job_id))),
  });

export const useSaveMonitor = (job_id: string) => {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (body: MonitorIn) => unwrap(http.PUT("/jobs/{job_id}/monitor", { ...path(job_id), body })),
    onSuccess: (monitor) => client.setQueryData(["jobs", job_id, "monitor"], monitor),
  });
};

/** Back to the defaults; the answer is what is in force then. */
export const useResetMonitor = (job_id: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await unwrap(http.DELETE("/jobs/{job_id}/monitor", path(job_id)));
      return unwrap(http.GET("/jobs/{job_id}/monitor", path(job_id)));
    },
    onSuccess: (monitor) => client.setQueryData(["jobs", job_id, "monitor"], monitor),
  });
};

export const useTestWebhook = (job_id: string) =>
  useMutation({
    mutationFn: () => unwrap(http.POST("/jobs/{job_id}/monitor/test", path(job_id))),
  });

/** Alerts, newest first; asked again every half minute. */
export const useAlerts = (filter: { job_id?: string; open?: boolean }) =>
  useInfiniteQuery({
    queryKey: ["alerts", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(http.GET("/alerts", { params: { query: { ...filter, limit: 25, next_token: pageParam } } })),
    getNextPageParam: (page) => page.next_token ?? undefined,
    refetchInterval: 30_000, // ms
  });

export const useAcknowledge = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (alert_id: string) =>
      unwrap(http.POST("/alerts/{alert_id}/acknowledge", { params: { path: { alert_id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts"] }),
  });
};

export const useRetrain = (job_id: string) => {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (body: RetrainIn) => unwrap(http.POST("/jobs/{job_id}/retrain", { ...path(job_id), body })),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["jobs", "list"] });
      return client.invalidateQueries({ queryKey: ["system"] });
    },
  });
};

/** Single predictions that were kept, newest first; asked again every half minute. */
export const useKept = (job_id: string, query: { q?: string; limit: number }) =>
  useQuery({
    queryKey: ["jobs", job_id, "kept", query],
    queryFn: () => unwrap(http.GET("/predict/{job_id}/kept", { params: { path: { job_id }, query } })),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000, // ms
  });

export const useDeleteKept = (job_id: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(http.DELETE("/predict/{job_id}/kept", path(job_id))),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs", job_id, "kept"] }),
  });
};
