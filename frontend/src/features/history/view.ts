/** What of the list is shown: it lives in the address, so that it can be sent, and Back brings it back. */
import type { JobFilter, JobState } from "@/features/jobs";

export const PAGE = 50; // runs

export type StatusChoice = JobState | "all" | "deployed";
export type SortBy = "newest" | "name" | "score" | "duration";

export type View = {
  q: string;
  status: StatusChoice;
  tag: string;
  sort: SortBy;
  after: string;
  page: number;
};

const STATUSES: StatusChoice[] = [
  "all",
  "running",
  "completed",
  "deployed",
  "cancelled",
  "failed",
  "pending",
];
const SORTS: SortBy[] = ["newest", "name", "score", "duration"];

const oneOf = <Value extends string>(values: Value[], value: string | null): Value =>
  values.find((known) => known === value) ?? (values[0] as Value);

/** The view that an address asks for; what it does not know is left out. */
export function viewOf(params: URLSearchParams): View {
  const page = Number(params.get("page") ?? 1);
  return {
    q: params.get("q") ?? "",
    status: oneOf(STATUSES, params.get("status")),
    tag: params.get("tag") ?? "",
    sort: oneOf(SORTS, params.get("sort")),
    after: params.get("after") ?? "",
    page: Number.isInteger(page) && page > 1 && params.get("after") ? page : 1,
  };
}

/** The query part of the address for a view, without what is usual. */
export function queryOf(view: View): string {
  const params = new URLSearchParams();
  if (view.q) params.set("q", view.q);
  if (view.status !== "all") params.set("status", view.status);
  if (view.tag) params.set("tag", view.tag);
  if (view.sort !== "newest") params.set("sort", view.sort);
  if (view.page > 1 && view.after) {
    params.set("after", view.after);
    params.set("page", String(view.page));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** Another filter starts again on the first page; another order stays on its page. */
export function viewWith(view: View, change: Partial<View>): View {
  const isFilter = "q" in change || "status" in change || "tag" in change;
  return { ...view, ...(isFilter ? { after: "", page: 1 } : {}), ...change };
}

export function filterOf(view: View): JobFilter {
  return {
    limit: PAGE,
    q: view.q || undefined,
    tag: view.tag || undefined,
    status: view.status === "all" || view.status === "deployed" ? undefined : view.status,
    deployed: view.status === "deployed" ? true : undefined,
  };
}

export const isFiltered = (view: View) => view.q !== "" || view.tag !== "" || view.status !== "all";
