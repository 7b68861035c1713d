import { useQuery } from "@tanstack/react-query";
import { http, unwrap } from "@/lib/api";
import { useHydrated } from "@/lib/useHydrated";

/** What the server is and can do, with the number of jobs in each state. */
export const useSystem = () => {
  const query = useQuery({
    queryKey: ["system"],
    queryFn: () => unwrap(http.GET("/system")),
    refetchInterval: 15_000, // ms; the machine's load and the job counts
  });
  // The frame asks before the page inside it is hydrated: an answer in between must not meet the page's first render.
  const isHydrated = useHydrated();
  return { ...query, data: isHydrated ? query.data : undefined, isError: isHydrated && query.isError };
};
