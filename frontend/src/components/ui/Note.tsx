import { CircleX, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { type ApiError, asApiError } from "@/lib/api";
import { cx } from "@/lib/cx";
import { Button } from "./Button";
import type { Tone } from "./Chip";

const TONES: Record<Tone, string> = {
  neutral: "border-line bg-sunken",
  accent: "border-accent-line bg-accent-soft [&>svg]:text-accent-ink",
  warn: "border-warn-line bg-warn-soft [&>svg]:text-warn",
  bad: "border-bad-line bg-bad-soft [&>svg]:text-bad",
};
const ICONS = { neutral: Info, accent: Info, warn: TriangleAlert, bad: CircleX };

/** Something to know: a bold first clause, then the cause, then at most one button that fixes it. */
export function Note({
  title,
  children,
  tone = "neutral",
  icon,
  action,
  live,
}: {
  title?: ReactNode;
  children?: ReactNode;
  tone?: Tone;
  icon?: ReactNode;
  action?: ReactNode;
  live?: boolean;
}) {
  const Icon = ICONS[tone];
  return (
    <div
      role={live ? (tone === "bad" ? "alert" : "status") : undefined}
      className={cx(
        "flex gap-2.5 rounded-md border px-3 py-2.5 text-table text-ink-2 max-md:flex-wrap [&>svg]:mt-[2px] [&>svg]:size-4 [&>svg]:shrink-0",
        TONES[tone],
      )}
    >
      {icon ?? <Icon aria-hidden="true" strokeWidth={1.75} />}
      <div className="break-anywhere min-w-0 flex-1">
        {title ? <strong className="font-[550] text-ink">{title} </strong> : null}
        {children}
      </div>
      {action ? <div className="flex shrink-0 items-center gap-2 max-md:w-full">{action}</div> : null}
    </div>
  );
}

/** A failure of the API: what happened, why, what to press. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem: ApiError = asApiError(error);
  return (
    <Note
      live
      tone="bad"
      title={problem.message}
      action={
        retry ? (
          <Button size="sm" onClick={retry}>
            Try again
          </Button>
        ) : null
      }
    >
      {problem.hint}
      {problem.fields.map((field) => ` ${field.field}: ${field.message}.`)}
    </Note>
  );
}
