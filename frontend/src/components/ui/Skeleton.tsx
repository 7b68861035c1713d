import { cx } from "@/lib/cx";

/** A sunken block where something will stand; it shows after 300 ms, so quick answers do not flicker. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden="true"
      data-skeleton
      className={cx(
        "rounded-md bg-line/70 opacity-0 [animation:skeleton_160ms_ease-out_300ms_forwards]",
        className,
      )}
    />
  );
}

/** Several lines of a list that is being loaded. */
export function SkeletonRows({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={row} className="card-pad flex items-center gap-4 py-4">
          <Skeleton className="h-4 w-2/5" />
          <Skeleton className="ml-auto h-4 w-16" />
          <Skeleton className="h-4 w-20 max-md:hidden" />
        </div>
      ))}
    </div>
  );
}

/** A page whose head is known and whose cards are not. */
export function SkeletonPage({ label = "Loading" }: { label?: string }) {
  return (
    <div role="status" aria-label={label} className="pt-6">
      <Skeleton className="h-7 w-64 max-w-full" />
      <Skeleton className="mt-3 h-4 w-96 max-w-full" />
      <Skeleton className="mt-8 h-40 w-full" />
      <div className="mt-4 grid gap-4 md:grid-cols-2">
        <Skeleton className="h-64" />
        <Skeleton className="h-64" />
      </div>
    </div>
  );
}
