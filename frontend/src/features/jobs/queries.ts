import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { http, type Schemas, unwrap } from "@/lib/api";
import { isFollowed } from "./live";

export type Job = Schemas["JobOut"];
export type JobDetail = Schemas["JobDetail"];
export type Evaluation = Schemas["EvaluationOut"];
export type JobState = Job["status"];

export const isOver = (job?: { status: JobState }) =>
  job?.status === "completed" || job?.status === "failed" || job?.status === "cancelled";

const POLL = 1_000; // ms
const POLL_FOLLOWED = 20_000; // ms; a stream that went silent is noticed

const path = (job_id: string) => ({ params: { path: { job_id } } });

/** A job; asked again every second while it runs, unless a stream of events tells of it. */
export const useJob = (id: string) =>
  useQuery({
    queryKey: ["jobs", id],
    queryFn: () => unwrap(http.GET("/jobs/{job_id}", path(id))),
    enabled: id !== "",
    refetchInterval: ({ state }) =>
      state.data && !isOver(state.data) ? (isFollowed(id) ? POLL_FOLLOWED : POLL) : false,
  });

export type JobFilter = {
  limit?: number;
  status?: JobState;
  q?: string;
  tag?: string;
  deployed?: boolean;
  dataset_id?: string;
};

const isAnyActive = (items: Job[]) => items.some((job) => !isOver(job));

/** Pages of jobs, newest first; asked again every three seconds while one of them runs. */
export const useJobs = (filter: JobFilter) =>
  useInfiniteQuery({
    queryKey: ["jobs", "list", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrap(http.GET("/jobs", { params: { query: { ...filter, next_token: pageParam } } })),
    getNextPageParam: (page) => page.next_token ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => isAnyActive(page.items)) ? 3_000 : false, // ms
  });

export const useEvaluation = (id: string, enabled = true) =>
  useQuery({
    queryKey: ["jobs", id, "evaluation"],
    queryFn: () => unwrap(http.GET("/jobs/{job_id}/evaluation", path(id))),
    enabled: enabled && id !== "",
    staleTime: 60_000,
  });

/** What a form, a snippet or a browser needs to ask the model. */
export const useModelInfo = (id: string, enabled = true) =>
  useQuery({
    queryKey: ["jobs", id, "info"],
    queryFn: () => unwrap(http.GET("/predict/{job_id}/info", path(id))),
    enabled: enabled && id !== "",
    staleTime: 60_000,
  });

function useJobMutation<Variables>(mutationFn: (variables: Variables) => Promise<JobDetail>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: (job) => {
      client.setQueryData(["jobs", job.id], job);
      client.invalidateQueries({ queryKey: ["jobs", job.id, "info"] });
      client.invalidateQueries({ queryKey: ["jobs", "list"] });
      client.invalidateQueries({ queryKey: ["system"] });
    },
  });
}

export const useDeploy = (id: string) =>
  useJobMutation((deploy: boolean) =>
    unwrap(http.POST("/jobs/{job_id}/deploy", { ...path(id), body: { deploy } })),
  );

export const useCancel = (id: string) =>
  useJobMutation((keep_best: boolean) =>
    unwrap(http.POST("/jobs/{job_id}/cancel", { ...path(id), body: { keep_best } })),
  );

export const useRetry = (id: string) =>
  useJobMutation(() => unwrap(http.POST("/jobs/{job_id}/retry", path(id))));

export const useAnnotate = (id: string) =>
  useJobMutation((body: Schemas["JobPatch"]) => unwrap(http.PATCH("/jobs/{job_id}", { ...path(id), body })));

/** Delete jobs one after the other; the first refusal ends it. */
export const useDeleteJobs = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, data }: { ids: string[]; data: boolean }) => {
      for (const job_id of ids) {
        await unwrap(
          http.DELETE("/jobs/{job_id}", { params: { path: { job_id }, query: { delete_data: data } } }),
        );
      }
    },
    onSettled: (_data, _error, { ids }) => {
      for (const id of ids) client.removeQueries({ queryKey: ["jobs", id] });
      client.invalidateQueries({ queryKey: ["jobs", "list"] });
      client.invalidateQueries({ queryKey: ["system"] });
    },
  });
};

/** Deploy the winner in the place of the other model. */
export const usePromote = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ winner, replaces }: { winner: string; replaces: string }) =>
      unwrap(
        http.POST("/jobs/{job_id}/promote", { params: { path: { job_id: winner } }, body: { replaces } }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs"] }),
  });
};
