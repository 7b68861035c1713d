"use client";

import { Check, ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { cx } from "@/lib/cx";

export type Option = { value: string; label?: string; note?: string };

const SHOWN = 60;

/** A select with search, for lists of any length: the first 60 matches are drawn. */
export function Combobox({
  label,
  hint,
  value,
  options,
  placeholder = "Choose",
  mono,
  hideLabel,
  free,
  onSearch,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  value: string;
  options: Option[];
  placeholder?: string;
  mono?: boolean;
  hideLabel?: boolean;
  /** Offer the typed text as a value of its own. */
  free?: boolean;
  /** Told of what is typed, where the options are only the first of many. */
  onSearch?: (text: string) => void;
  onChange: (value: string) => void;
}) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const listRef = useRef<HTMLDivElement>(null);

  const wanted = typed.trim().toLowerCase();
  const matches = wanted
    ? options.filter((option) => (option.label ?? option.value).toLowerCase().includes(wanted))
    : options;
  const extra =
    free && typed && !options.some((option) => option.value === typed)
      ? [{ value: typed, note: "new value" }]
      : [];
  const shown: Option[] = [...extra, ...matches.slice(0, SHOWN)];
  const chosen = options.find((option) => option.value === value);

  const pick = (next: string) => {
    onChange(next);
    setOpen(false);
    setTyped("");
  };
  const move = (step: number) => {
    const next = Math.min(shown.length - 1, Math.max(0, active + step));
    setActive(next);
    listRef.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) {
      event.preventDefault();
      move(steps[event.key] ?? 0);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = shown[active];
      if (option) pick(option.value);
    }
  };

  return (
    <div className="min-w-0">
      <label
        htmlFor={id}
        className={cx(
          "mb-1 block truncate text-table font-medium",
          mono && "font-mono",
          hideLabel && "sr-only",
        )}
        title={label}
      >
        {label}
      </label>
      <Popover.Root
        open={open}
        onOpenChange={(next) => {
          setOpen(next);
          setTyped("");
          onSearch?.("");
          setActive(
            Math.max(
              0,
              options.slice(0, SHOWN).findIndex((option) => option.value === value),
            ),
          );
        }}
      >
        <Popover.Trigger
          id={id}
          className="flex h-10 w-full items-center gap-2 rounded-[7px] border border-edge bg-surface px-2.5 text-left hover:border-ink-3 md:h-[34px]"
        >
          <span className={cx("min-w-0 flex-1 truncate", !value && "text-ink-3")}>
            {chosen?.label ?? (value || placeholder)}
          </span>
          <ChevronDown aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={4}
            className="z-30 w-[max(var(--radix-popover-trigger-width),220px)] max-w-[calc(100vw-32px)] rounded-md border border-line bg-surface shadow-float"
          >
            <input
              role="combobox"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={shown[active] ? `${id}-${active}` : undefined}
              aria-label={`Search ${label}`}
              placeholder={`Search ${options.length > SHOWN ? options.length : ""}`.trim()}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setActive(0);
                onSearch?.(event.target.value);
              }}
              onKeyDown={onKeyDown}
              className="h-10 w-full border-b border-line bg-transparent px-3 outline-none"
            />
            <div
              ref={listRef}
              id={`${id}-list`}
              role="listbox"
              aria-label={label}
              className="max-h-64 overflow-y-auto p-1"
            >
              {shown.map((option, index) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the search field above handles the keys
                <div
                  key={option.value}
                  id={`${id}-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={option.value === value}
                  className={cx(
                    "flex min-h-9 cursor-pointer items-center gap-2 rounded-sm px-2 text-table md:min-h-8",
                    index === active && "bg-hover",
                  )}
                  onPointerMove={() => setActive(index)}
                  onClick={() => pick(option.value)}
                >
                  <Check
                    aria-hidden="true"
                    className={cx("size-3.5 shrink-0", option.value !== value && "invisible")}
                  />
                  <span className="min-w-0 flex-1 truncate">
                    {option.label ?? (option.value || "(empty)")}
                  </span>
                  {option.note ? <span className="shrink-0 text-meta text-ink-3">{option.note}</span> : null}
                </div>
              ))}
            </div>
            {matches.length > SHOWN ? (
              <p className="border-t border-line px-3 py-2 text-meta text-ink-3">
                {SHOWN} of {matches.length} shown; type to narrow
              </p>
            ) : null}
            {shown.length === 0 ? <p className="px-3 pb-3 text-table text-ink-3">Nothing matches.</p> : null}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {hint ? <div className="mt-1 text-meta text-ink-3">{hint}</div> : null}
    </div>
  );
}
