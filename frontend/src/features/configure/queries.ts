import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { http, type Schemas, unwrap } from "@/lib/api";

/** What a training would take in time, memory and money. */
export const useEstimate = (body: Schemas["TrainIn"], enabled: boolean) =>
  useQuery({
    queryKey: ["estimate", body],
    queryFn: ({ signal }) => unwrap(http.POST("/train/estimate", { body, signal })),
    enabled,
    staleTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });

export const useStart = () => {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (body: Schemas["TrainIn"]) => unwrap(http.POST("/train", { body })),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["jobs", "list"] });
      client.invalidateQueries({ queryKey: ["system"] });
    },
  });
};
