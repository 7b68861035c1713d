"use client";

import { usePathname } from "next/navigation";
import { type ReactNode, Suspense } from "react";
import { SkeletonPage } from "@/components/ui";

/** What stands in the path where the exported page was made, before the browser knows the real id. */
export const PLACEHOLDER = "_";

/**
 * The id at the end of the address. The static export has one page for all ids, so the id comes from the address and
 * not from the page's parameters.
 */
export function RouteId({ children }: { children: (id: string) => ReactNode }) {
  return (
    <Suspense fallback={<SkeletonPage />}>
      <Read>{children}</Read>
    </Suspense>
  );
}

function Read({ children }: { children: (id: string) => ReactNode }) {
  const id = decodeURIComponent(usePathname().split("/").filter(Boolean).at(-1) ?? "");
  return id === PLACEHOLDER ? <SkeletonPage /> : children(id);
}
