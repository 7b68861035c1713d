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

const COUNTED = 20; // alerts; more are “20+”

/** How many alerts nobody has seen, as text; null where there are none or it is not known yet. */
export const useOpenAlerts = (): string | null => {
  const query = useQuery({
    queryKey: ["alerts", "open"],
    queryFn: () => unwrap(http.GET("/alerts", { params: { query: { open: true, limit: COUNTED } } })),
    refetchInterval: 30_000, // ms
  });
  const isHydrated = useHydrated();
  const { items = [], next_token } = (isHydrated && query.data) || {};
  return items.length === 0 ? null : `${items.length}${next_token ? "+" : ""}`;
};
