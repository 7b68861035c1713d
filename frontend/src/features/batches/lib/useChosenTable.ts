"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";

/** The table that the address names, and how to choose another. */
export function useChosenTable(): [string, (dataset: string) => void] {
  const router = useRouter();
  const path = usePathname();
  const search = useSearchParams();
  const choose = (dataset: string) => {
    const next = new URLSearchParams(search);
    if (dataset) next.set("data", dataset);
    else next.delete("data");
    router.replace(next.size > 0 ? `${path}?${next}` : path, { scroll: false });
  };
  return [search.get("data") ?? "", choose];
}
