import { useQuery } from "@tanstack/react-query";
import { http, unwrap } from "@/lib/api";

/** How the model was made: what was left out, what to know, the capsule. */
export const useMetadata = (id: string) =>
  useQuery({
    queryKey: ["jobs", id, "metadata"],
    queryFn: () => unwrap(http.GET("/jobs/{job_id}/metadata", { params: { path: { job_id: id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
