"use client";

import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";

/** A choice between a few: one is pressed, arrow keys move. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: { value: Value; label: ReactNode; disabled?: boolean }[];
  onChange: (value: Value) => void;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onChange(next as Value)}
      className="quiet-scroll inline-flex max-w-full gap-0.5 rounded-[7px] border border-line-2 bg-sunken p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          className="inline-flex h-8 shrink-0 items-center gap-1.5 rounded-sm px-2.5 text-table font-medium text-ink-2 hover:text-ink disabled:opacity-50 data-[state=on]:bg-surface data-[state=on]:text-ink data-[state=on]:ring-1 data-[state=on]:ring-line-2 md:h-7"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
