import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http, unwrap } from "@/lib/api";

type Log = { lines: string[]; offset: number; isComplete: boolean };

/** The log so far; while the run goes on, what is new is read every two seconds and appended. */
export const useLog = (id: string, enabled: boolean) => {
  const client = useQueryClient();
  const queryKey = ["jobs", id, "log"];
  return useQuery({
    queryKey,
    enabled: enabled && id !== "",
    refetchInterval: ({ state }) => (state.data?.isComplete ? false : 2_000), // ms
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Log> => {
      const before = client.getQueryData<Log>(queryKey) ?? { lines: [], offset: 0, isComplete: false };
      const piece = await unwrap(
        http.GET("/jobs/{job_id}/log", {
          params: { path: { job_id: id }, query: { offset: before.offset } },
        }),
      );
      return {
        lines: [...before.lines, ...piece.lines],
        offset: piece.next_offset,
        isComplete: piece.complete,
      };
    },
  });
};
