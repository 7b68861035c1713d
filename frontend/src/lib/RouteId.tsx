"use client";

import { usePathname } from "next/navigation";
import { type ComponentType, Suspense } from "react";
import { SkeletonPage } from "@/components/ui";
import { PLACEHOLDER } from "./placeholder";

type Page = ComponentType<{ id: string }>;

/**
 * Draw a page for the id at the end of the address. The static export has one page for all ids, so the id comes from
 * the address and not from the page's parameters.
 */
export function RouteId({ page }: { page: Page }) {
  return (
    <Suspense fallback={<SkeletonPage />}>
      <Read page={page} />
    </Suspense>
  );
}

function Read({ page: Page }: { page: Page }) {
  const id = idOf(usePathname());
  return id === PLACEHOLDER ? <SkeletonPage /> : <Page key={id} id={id} />;
}

/** The last part of a path, decoded where it can be. */
function idOf(path: string): string {
  const last = path.split("/").filter(Boolean).at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
