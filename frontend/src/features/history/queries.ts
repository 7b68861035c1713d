import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { isOver, type Job, type JobFilter } from "@/features/jobs";
import { http, unwrap } from "@/lib/api";

/** One page of runs; asked again every three seconds while one of them runs. */
export const useJobsPage = (filter: JobFilter, after: string) =>
  useQuery({
    queryKey: ["jobs", "list", "page", filter, after],
    queryFn: () =>
      unwrap(http.GET("/jobs", { params: { query: { ...filter, next_token: after || undefined } } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some((job) => !isOver(job)) ? 3_000 : false), // ms
  });

/** Give runs a tag more, or take one away; the others stay. */
export const useTagJobs = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ jobs, tag, on }: { jobs: Job[]; tag: string; on: boolean }) => {
      const after: Job[] = [];
      for (const job of jobs) {
        const others = job.tags.filter((known) => known !== tag);
        const changed = await unwrap(
          http.PATCH("/jobs/{job_id}", {
            params: { path: { job_id: job.id } },
            body: { tags: on ? [...others, tag] : others },
          }),
        );
        after.push(changed);
      }
      return after;
    },
    onSettled: (_data, _error, { jobs }) => {
      for (const job of jobs) client.invalidateQueries({ queryKey: ["jobs", job.id] });
      return client.invalidateQueries({ queryKey: ["jobs", "list"] });
    },
  });
};
