import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "@/lib/cx";

const CONTROL =
  "w-full rounded-[7px] border border-edge bg-surface px-2.5 text-ink hover:border-ink-3 focus:outline-2 focus:outline-offset-0 focus:outline-ring focus:border-transparent disabled:opacity-50 aria-invalid:border-bad h-10 md:h-[34px]";

type Shared = { label: ReactNode; hint?: ReactNode; error?: string; mono?: boolean; hideLabel?: boolean };

function useField(error?: string, hint?: ReactNode) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return {
    id,
    aria: { id, "aria-invalid": error ? true : undefined, "aria-describedby": described || undefined },
  };
}

function Frame({
  id,
  label,
  hint,
  error,
  mono,
  hideLabel,
  children,
}: Shared & { id: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <label
        htmlFor={id}
        className={cx(
          "mb-1 block truncate text-table font-medium",
          mono && "font-mono",
          hideLabel && "sr-only",
        )}
        title={typeof label === "string" ? label : undefined}
      >
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-error`} className="mt-1 text-meta text-bad">
          {error}
        </p>
      ) : null}
      {hint ? (
        <div id={`${id}-hint`} className="mt-1 text-meta text-ink-3">
          {hint}
        </div>
      ) : null}
    </div>
  );
}

/** A text input with its label, hint and error; `unit` stands inside at the right. */
export function Input({
  label,
  hint,
  error,
  mono,
  hideLabel,
  unit,
  className,
  ...rest
}: Shared & { unit?: string } & Omit<ComponentProps<"input">, "id">) {
  const { id, aria } = useField(error, hint);
  return (
    <Frame {...{ id, label, hint, error, mono, hideLabel }}>
      <div className="relative">
        <input className={cx(CONTROL, unit && "pr-11", className)} {...aria} {...rest} />
        {unit ? (
          <span className="pointer-events-none absolute inset-y-0 right-[11px] flex items-center text-meta text-ink-3">
            {unit}
          </span>
        ) : null}
      </div>
    </Frame>
  );
}

export function Textarea({
  label,
  hint,
  error,
  mono,
  hideLabel,
  className,
  ...rest
}: Shared & ComponentProps<"textarea">) {
  const { id, aria } = useField(error, hint);
  return (
    <Frame {...{ id, label, hint, error, mono, hideLabel }}>
      <textarea className={cx(CONTROL, "!h-auto resize-y py-2", className)} {...aria} {...rest} />
    </Frame>
  );
}

/** A native select: for short lists; long ones use Combobox. */
export function Select({
  label,
  hint,
  error,
  mono,
  hideLabel,
  className,
  children,
  ...rest
}: Shared & ComponentProps<"select">) {
  const { id, aria } = useField(error, hint);
  return (
    <Frame {...{ id, label, hint, error, mono, hideLabel }}>
      <div className="relative">
        <select className={cx(CONTROL, "appearance-none truncate pr-8", className)} {...aria} {...rest}>
          {children}
        </select>
        <svg
          aria-hidden="true"
          viewBox="0 0 10 6"
          className="pointer-events-none absolute top-1/2 right-3 h-1.5 w-2.5 -translate-y-1/2 fill-ink-3"
        >
          <path d="M0 0h10L5 6z" />
        </svg>
      </div>
    </Frame>
  );
}

/** A native checkbox with its words. */
export function Checkbox({ label, className, ...rest }: { label: ReactNode } & ComponentProps<"input">) {
  return (
    <label className={cx("inline-flex min-h-6 items-center gap-2 text-table", className)}>
      <input type="checkbox" className="m-0 size-4 accent-accent" {...rest} />
      {label}
    </label>
  );
}

/** A native range input; `words` is what a screen reader says for the value. */
export function Slider({
  label,
  words,
  ...rest
}: { label: string; words?: string } & ComponentProps<"input">) {
  return <input type="range" aria-label={label} aria-valuetext={words} className="slider" {...rest} />;
}
