import type { CSSProperties, ReactNode } from "react";
import { type Domain, linear, type Scale, ticks } from "./scale";

export type Axis = {
  domain: Domain;
  /** In words: “bad loans caught”, not TPR. */
  label: string;
  format: (value: number) => string;
  ticks?: number[];
};

export type PlotNote = {
  x: number;
  y: number;
  text: ReactNode;
  align?: "left" | "right" | "center";
  color?: string;
};

/** Axes and hairlines around marks that `children` draws on a 100 × 100 plane; `alt` says in a sentence what is seen. */
export function Plot({
  x,
  y,
  alt,
  height = 220,
  left = 44,
  notes = [],
  children,
}: {
  x: Axis;
  y: Axis;
  alt: string;
  height?: number;
  left?: number;
  notes?: PlotNote[];
  children: (scales: { x: Scale; y: Scale }) => ReactNode;
}) {
  const toX = linear(x.domain);
  const toY = linear(y.domain, true);
  const xTicks = x.ticks ?? ticks(x.domain, 4);
  const yTicks = y.ticks ?? ticks(y.domain, 4);
  return (
    <div role="img" aria-label={alt} className="plot with-y" style={{ height, marginLeft: left }}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {yTicks.map((tick) => (
          <line key={tick} className="mark-grid" x1="0" x2="100" y1={toY(tick)} y2={toY(tick)} />
        ))}
        <line className="mark-axis" x1="0" x2="100" y1="100" y2="100" />
        {children({ x: toX, y: toY })}
      </svg>
      <span className="plot-text plot-ylabel" style={{ left: -left }}>
        {y.label}
      </span>
      {yTicks.map((tick) => (
        <span key={tick} className="plot-text plot-y" style={{ bottom: `${100 - toY(tick)}%` }}>
          {y.format(tick)}
        </span>
      ))}
      {xTicks.map((tick) => (
        <span key={tick} className="plot-text plot-x" style={{ left: `${toX(tick)}%` }}>
          {x.format(tick)}
        </span>
      ))}
      <span className="plot-text plot-xlabel">{x.label}</span>
      {notes.map((note, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: notes are a fixed list
        <span key={index} className="plot-text plot-note" style={noteStyle(note, toX, toY)}>
          {note.text}
        </span>
      ))}
    </div>
  );
}

function noteStyle(note: PlotNote, toX: Scale, toY: Scale): CSSProperties {
  const place = Math.min(100, Math.max(0, toX(note.x)));
  const shift = note.align === "right" ? "-100%" : note.align === "center" ? "-50%" : "0";
  return {
    left: `${place}%`,
    top: `${toY(note.y)}%`,
    transform: `translate(${shift}, -50%)`,
    color: note.color,
  };
}

/** A dot that stays round on a stretched plane. */
export function Mark({ x, y, size = 7, color }: { x: number; y: number; size?: number; color: string }) {
  return <path className="mark-dot" d={`M${x} ${y}h0.001`} stroke={color} strokeWidth={size} />;
}

export type LegendItem = { label: string; color: string; kind?: "line" | "dash" | "square" };

/** What each colour and stroke stands for. */
export function Legend({ items }: { items: LegendItem[] }) {
  return (
    <ul className="m-0 flex list-none flex-wrap gap-x-3.5 gap-y-1 p-0 text-meta text-ink-2">
      {items.map((item) => (
        <li key={item.label} className="flex items-center gap-1.5">
          <svg aria-hidden="true" viewBox="0 0 12 9" className="h-[9px] w-3 shrink-0">
            {item.kind === "square" ? (
              <rect x="1" width="9" height="9" rx="1.5" fill={item.color} />
            ) : (
              <path
                d="M0 4.5h12"
                stroke={item.color}
                strokeWidth="2.5"
                strokeDasharray={item.kind === "dash" ? "4 3" : undefined}
              />
            )}
          </svg>
          {item.label}
        </li>
      ))}
    </ul>
  );
}
