import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { http, type Schemas, unwrap } from "@/lib/api";

export type Dataset = Schemas["DatasetOut"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type Column = Schemas["ColumnOut"];
export type Notice = Schemas["NoticeOut"];
export type Target = Schemas["TargetOut"];

const isReading = (dataset?: Dataset) => dataset?.status === "waiting" || dataset?.status === "analysing";

/** A data set; asked again every second while it is being read. */
export const useDataset = (id: string) =>
  useQuery({
    queryKey: ["datasets", id],
    queryFn: () => unwrap(http.GET("/datasets/{dataset_id}", { params: { path: { dataset_id: id } } })),
    enabled: id !== "",
    refetchInterval: ({ state }) => (isReading(state.data) ? 1_000 : false), // ms
  });

export const useDatasets = (search = "") =>
  useInfiniteQuery({
    queryKey: ["datasets", "list", search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(
        http.GET("/datasets", {
          params: { query: { limit: 25, next_token: pageParam, q: search || undefined } },
        }),
      ),
    getNextPageParam: (page) => page.next_token ?? undefined,
    placeholderData: keepPreviousData,
  });

export const usePreview = (id: string, limit: number, enabled = true) =>
  useQuery({
    queryKey: ["datasets", id, "preview", limit],
    queryFn: () =>
      unwrap(
        http.GET("/datasets/{dataset_id}/preview", {
          params: { path: { dataset_id: id }, query: { limit } },
        }),
      ),
    enabled: enabled && id !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What predicting a column would mean. */
export const useTarget = (id: string, column: string) =>
  useQuery({
    queryKey: ["datasets", id, "target", column],
    queryFn: () =>
      unwrap(
        http.GET("/datasets/{dataset_id}/target", {
          params: { path: { dataset_id: id }, query: { column } },
        }),
      ),
    enabled: id !== "" && column !== "",
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });

export const useOverrideKinds = (id: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (kinds: Record<string, Column["kind"]>) =>
      unwrap(http.PATCH("/datasets/{dataset_id}", { params: { path: { dataset_id: id } }, body: { kinds } })),
    onSuccess: (dataset) => {
      client.setQueryData(["datasets", id], dataset);
      return client.invalidateQueries({ queryKey: ["datasets", id] });
    },
  });
};

export const useDeleteDataset = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(http.DELETE("/datasets/{dataset_id}", { params: { path: { dataset_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["datasets", "list"] }),
  });
};
