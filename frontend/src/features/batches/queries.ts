import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { ApiError, http, type Schemas, unwrap } from "@/lib/api";

export type Batch = Schemas["BatchOut"];
export type BatchDetail = Schemas["BatchDetail"];
export type Check = Schemas["CheckOut"];
export type Summary = Schemas["SummaryOut"];
export type Validation = Schemas["ValidationOut"];

const path = (batch_id: string) => ({ params: { path: { batch_id } } });
const isActive = (batch?: Batch) => batch?.status === "pending" || batch?.status === "running";

/** One batch; asked again every second until it is over. */
export const useBatch = (id: string) =>
  useQuery({
    queryKey: ["batches", id],
    queryFn: () => unwrap(http.GET("/batches/{batch_id}", path(id))),
    enabled: id !== "",
    refetchInterval: ({ state }) => (isActive(state.data) ? 1_000 : false), // ms
  });

export type BatchFilter = { job_id?: string; kind?: Batch["kind"]; status?: Batch["status"]; q?: string };

/** Batches, newest first; asked again every three seconds while one of them goes on. */
export const useBatches = (filter: BatchFilter, limit = 25) =>
  useInfiniteQuery({
    queryKey: ["batches", "list", filter, limit],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(http.GET("/batches", { params: { query: { ...filter, limit, next_token: pageParam } } })),
    getNextPageParam: (page) => page.next_token ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isActive)) ? 3_000 : false, // ms
  });

const BUSY_TRIES = 60;

/** Whether a table fits the model, before anything is scored; a large one is asked for until it has been read. */
export const useCheck = (job_id: string, dataset_id: string) =>
  useQuery({
    queryKey: ["jobs", job_id, "check", dataset_id],
    queryFn: () =>
      unwrap(
        http.POST("/predict/{job_id}/batch/check", { params: { path: { job_id } }, body: { dataset_id } }),
      ),
    enabled: dataset_id !== "",
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => error instanceof ApiError && error.code === "busy" && count < BUSY_TRIES,
    retryDelay: 2_000, // ms
  });

export const useSummary = (id: string) =>
  useQuery({
    queryKey: ["batches", id, "summary"],
    queryFn: () => unwrap(http.GET("/batches/{batch_id}/summary", path(id))),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useValidation = (id: string) =>
  useQuery({
    queryKey: ["batches", id, "validation"],
    queryFn: () => unwrap(http.GET("/batches/{batch_id}/validation", path(id))),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useBatchComparison = (id: string, other: string) =>
  useQuery({
    queryKey: ["batches", id, "compare", other],
    queryFn: () =>
      unwrap(
        http.GET("/batches/{batch_id}/compare", {
          params: { path: { batch_id: id }, query: { other } },
        }),
      ),
    enabled: id !== "" && other !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });

function useBatchMutation<Variables>(mutationFn: (variables: Variables) => Promise<BatchDetail>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: (batch) => {
      client.setQueryData(["batches", batch.id], batch);
      return client.invalidateQueries({ queryKey: ["batches", "list"] });
    },
  });
}

export type Start = {
  job_id: string;
  dataset_id: string;
  allow_problems: boolean;
  validate?: { challenger_id: string };
};

/** Score a table, or measure the model on it where the true answers are in it. */
export const useStart = () =>
  useBatchMutation(({ job_id, dataset_id, allow_problems, validate }: Start) => {
    const params = { path: { job_id } };
    return validate
      ? unwrap(
          http.POST("/predict/{job_id}/validate", {
            params,
            body: { dataset_id, allow_problems, name: "", metric: "", challenger_id: validate.challenger_id },
          }),
        )
      : unwrap(
          http.POST("/predict/{job_id}/batch", { params, body: { dataset_id, allow_problems, name: "" } }),
        );
  });

export const useCancelBatch = (id: string) =>
  useBatchMutation(() => unwrap(http.POST("/batches/{batch_id}/cancel", path(id))));

export const useRetryBatch = (id: string) =>
  useBatchMutation(() => unwrap(http.POST("/batches/{batch_id}/retry", path(id))));

export const useDeleteBatch = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(http.DELETE("/batches/{batch_id}", path(id))),
    onSuccess: (_answer, id) => {
      client.removeQueries({ queryKey: ["batches", id] });
      return client.invalidateQueries({ queryKey: ["batches", "list"] });
    },
  });
};
