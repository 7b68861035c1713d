"use client";

import { ArrowLeft, ArrowRight } from "lucide-react";
import { Button } from "@/components/ui";
import { useSystem } from "@/features/shell";
import type { Schemas } from "@/lib/api";
import { number, plural } from "@/lib/format";
import { isFiltered, PAGE, queryOf, type View } from "../view";

// Where the pages that were seen begin, by filter and page: the API's cursors lead forward only.
const seen = new Map<string, string>();
const keyOf = (view: View, page: number) =>
  `${page}${queryOf({ ...view, after: "", page: 1, sort: "newest" })}`;

/** From page to page, newest first. */
export function Pager({
  view,
  data,
  show,
}: {
  view: View;
  data: Schemas["JobPage"];
  show: (change: Partial<View>) => void;
}) {
  const { data: system } = useSystem();
  const total =
    system && !isFiltered(view) ? Object.values(system.jobs).reduce((sum, n) => sum + n, 0) : null;
  const first = (view.page - 1) * PAGE + 1;
  const last = first + data.items.length - 1;
  if (view.page === 1 && data.items.length === 0) return null;

  const older = () => {
    if (!data.next_token) return;
    seen.set(keyOf(view, view.page), view.after);
    show({ after: data.next_token, page: view.page + 1 });
  };
  const newer = () => {
    const before = seen.get(keyOf(view, view.page - 1));
    show(before ? { after: before, page: view.page - 1 } : { after: "", page: 1 });
  };
  return (
    <nav
      aria-label="Pages of runs"
      className="card-pad flex flex-wrap items-center gap-2.5 border-t border-line py-2.5 text-table text-ink-2"
    >
      <span className="num">
        {view.page === 1 && !data.next_token
          ? plural(data.items.length, "run")
          : `${number(first)}–${number(last)}${total ? ` of ${number(total)}` : ""}`}
        {view.sort !== "newest" && (data.next_token || view.page > 1) ? ", ordered within this page" : ""}
      </span>
      {view.page > 1 || data.next_token ? (
        <span className="ml-auto flex gap-2">
          <Button size="sm" disabled={view.page === 1} onClick={newer}>
            <ArrowLeft aria-hidden="true" />
            Newer
          </Button>
          <Button size="sm" disabled={!data.next_token} onClick={older}>
            Older
            <ArrowRight aria-hidden="true" />
          </Button>
        </span>
      ) : null}
    </nav>
  );
}
