import { useQueries } from "@tanstack/react-query";
import { http, unwrap } from "@/lib/api";
import type { Run } from "./lib/compare";

/** Everything about each run; one that is missing or unfinished has its error in place of data. */
export const useRuns = (ids: readonly string[]) =>
  useQueries({
    queries: ids.map((id) => ({
      queryKey: ["compare", id],
      staleTime: 30_000,
      queryFn: async (): Promise<Run> => {
        const params = { path: { job_id: id } };
        const [job, evaluation, metadata] = await Promise.all([
          unwrap(http.GET("/jobs/{job_id}", { params })),
          unwrap(http.GET("/jobs/{job_id}/evaluation", { params })),
          unwrap(http.GET("/jobs/{job_id}/metadata", { params })),
        ]);
        return { job, evaluation, metadata };
      },
    })),
  });
