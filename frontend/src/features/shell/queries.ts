import { useQuery } from "@tanstack/react-query";
import { http, unwrap } from "@/lib/api";

/** What the server is and can do, with the number of jobs in each state. */
export const useSystem = () =>
  useQuery({
    queryKey: ["system"],
    queryFn: () => unwrap(http.GET("/system")),
    refetchInterval: 15_000, // ms; the machine's load and the job counts
  });
