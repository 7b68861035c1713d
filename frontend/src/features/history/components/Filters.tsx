"use client";

import { ArrowDownWideNarrow, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, Input, Menu, Segmented } from "@/components/ui";
import { useSystem } from "@/features/shell";
import { number } from "@/lib/format";
import type { SortBy, StatusChoice, View } from "../view";

const SORTS: Record<SortBy, string> = {
  newest: "Newest",
  name: "Name",
  score: "Best score",
  duration: "Longest",
};
const TYPING = 250; // ms without a key before the search is sent

/** Search, state, tag and order of the list. */
export function Filters({ view, show }: { view: View; show: (change: Partial<View>) => void }) {
  const { data } = useSystem();
  const jobs = data?.jobs;
  const choices: { value: StatusChoice; word: string; count?: number }[] = [
    { value: "all", word: "All", count: jobs && Object.values(jobs).reduce((sum, count) => sum + count, 0) },
    { value: "running", word: "Training", count: jobs?.running },
    { value: "completed", word: "Done", count: jobs?.completed },
    { value: "deployed", word: "Deployed" },
    { value: "cancelled", word: "Stopped", count: jobs?.cancelled },
    { value: "failed", word: "Failed", count: jobs?.failed },
  ];
  return (
    <div className="card-pad flex flex-wrap items-center gap-2 border-b border-line py-3">
      <div className="w-full md:w-60">
        <Search key={view.q === "" ? "empty" : "filled"} value={view.q} onSearch={(q) => show({ q })} />
      </div>
      <Segmented
        label="State"
        value={view.status}
        onChange={(status) => show({ status })}
        options={choices.map((choice) => ({
          value: choice.value,
          label: (
            <>
              {choice.word}
              {choice.count ? (
                <span className="num font-normal text-ink-3">{number(choice.count)}</span>
              ) : null}
            </>
          ),
        }))}
      />
      <div className="ml-auto flex items-center gap-2">
        {view.tag ? (
          <Button
            size="sm"
            onClick={() => show({ tag: "" })}
            aria-label={`Show runs without the tag ${view.tag} too`}
          >
            <bdi className="max-w-32 truncate">{view.tag}</bdi>
            <X aria-hidden="true" />
          </Button>
        ) : null}
        <Menu
          trigger={
            <Button size="sm" aria-label={`Order: ${SORTS[view.sort]}`}>
              <ArrowDownWideNarrow aria-hidden="true" strokeWidth={1.75} />
              {SORTS[view.sort]}
            </Button>
          }
          items={(Object.keys(SORTS) as SortBy[]).map((sort) => ({
            label: SORTS[sort],
            onSelect: () => show({ sort }),
          }))}
        />
      </div>
    </div>
  );
}

function Search({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  // The address follows a moment after the last key.
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onSearch(typed.trim()), TYPING);
    return () => clearTimeout(timer);
  }, [typed, value, onSearch]);
  return (
    <Input
      label="Search runs"
      hideLabel
      type="search"
      placeholder="Search name, data, target or tag"
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
