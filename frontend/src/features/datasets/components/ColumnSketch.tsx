import { CalendarDays, CaseSensitive, Hash, KeyRound, Text, ToggleLeft } from "lucide-react";
import { MiniBars, ShareBar } from "@/components/charts";
import { KINDS, type Kind } from "@/lib/tasks";
import type { Column } from "../queries";

const ICONS = {
  number: Hash,
  integer: Hash,
  boolean: ToggleLeft,
  category: CaseSensitive,
  datetime: CalendarDays,
  text: Text,
  id: KeyRound,
} satisfies Record<Kind, unknown>;

/** A column's kind with its sign. */
export function KindLabel({ kind }: { kind: Kind }) {
  const Icon = ICONS[kind];
  return (
    <span className="inline-flex items-center gap-1 text-meta whitespace-nowrap text-ink-3">
      <Icon aria-hidden="true" className="size-3.5" strokeWidth={1.75} />
      {KINDS[kind]}
    </span>
  );
}

/** How a column's values are spread, as a small drawing; the target's in colour. */
export function ColumnSketch({
  column,
  isTarget,
  height = 28,
}: {
  column: Column;
  isTarget?: boolean;
  height?: number;
}) {
  if (column.histogram && column.histogram.counts.length > 0) {
    return (
      <MiniBars
        counts={column.histogram.counts}
        height={height}
        color={isTarget ? "var(--c1)" : "var(--mute)"}
      />
    );
  }
  if (column.top_values.length > 0) {
    const shares = column.top_values.slice(0, 8).map((item) => item.share);
    const rest = 1 - shares.reduce((sum, share) => sum + share, 0);
    const colors = isTarget
      ? ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)"]
      : undefined;
    return (
      <div className="flex items-end" style={{ height }}>
        <div className="w-full">
          <ShareBar shares={rest > 0.005 ? [...shares, rest] : shares} colors={colors} />
        </div>
      </div>
    );
  }
  return <div style={{ height }} />;
}
