"use client";

import type { ReactNode } from "react";
import { ApiError } from "@/lib/api";
import { Empty } from "./Empty";
import { Problem } from "./Note";
import { SkeletonPage } from "./Skeleton";

type Loaded<T> = { data: T | undefined; error: Error | null; refetch: () => unknown };

/** Draw `children` of what `query` loads; says that it loads, that there is no such thing (`why`, and a way on), or what went wrong. */
export function Gate<T>({
  query: { data, error, refetch },
  what,
  why = "It may have been deleted, or the address has a typing error.",
  action,
  children,
}: {
  query: Loaded<T>;
  what: string;
  why?: string;
  action: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (data !== undefined) return <>{children(data)}</>;
  if (error instanceof ApiError && (error.status === 404 || error.status === 422)) {
    return (
      <Empty heading title={`There is no such ${what}`} action={action}>
        {why}
      </Empty>
    );
  }
  if (error) {
    return (
      <div className="pt-8">
        <Problem error={error} retry={refetch} />
      </div>
    );
  }
  return <SkeletonPage label={`Loading the ${what}`} />;
}
