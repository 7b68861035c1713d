import { Check as CheckIcon, CircleX, Info, TriangleAlert } from "lucide-react";
import { Card, CardBody, CardHead, Skeleton } from "@/components/ui";
import { cx } from "@/lib/cx";
import { plural } from "@/lib/format";
import { type Line, linesOf } from "../lib/fit";
import type { Check } from "../queries";

const SHOWN = 30;
const ICONS = { good: CheckIcon, note: Info, warn: TriangleAlert, bad: CircleX } as const;
const COLOURS = { good: "text-accent-ink", note: "text-ink-3", warn: "text-warn", bad: "text-bad" } as const;

/** Whether the file fits what the model takes, point by point, before anything is scored. */
export function CheckCard({ check, wanted }: { check: Check; wanted: number }) {
  const lines = linesOf(check, wanted);
  return (
    <Card label="Does the file fit?">
      <CardHead
        title="Does the file fit?"
        sub={
          check.n_checked < check.n_rows
            ? `looked at ${plural(check.n_checked, "row")}`
            : plural(check.n_rows, "row")
        }
      />
      <CardBody className="!pt-1">
        <ul className="m-0 list-none divide-y divide-line p-0 text-table">
          {lines.slice(0, SHOWN).map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one check never move
            <CheckLine key={place} line={line} />
          ))}
        </ul>
        {lines.length > SHOWN ? (
          <p className="m-0 mt-2 text-meta text-ink-3">{plural(lines.length - SHOWN, "more point")}.</p>
        ) : null}
      </CardBody>
    </Card>
  );
}

function CheckLine({ line }: { line: Line }) {
  const Icon = ICONS[line.tone];
  return (
    <li className="flex gap-2.5 py-2.5">
      <Icon
        aria-hidden="true"
        className={cx("mt-[2px] size-4 shrink-0", COLOURS[line.tone])}
        strokeWidth={1.75}
      />
      <span className="break-anywhere min-w-0">
        <span className="block font-[550]">{line.title}</span>
        {line.text ? <span className="block text-ink-2">{line.text}</span> : null}
      </span>
    </li>
  );
}

export function CheckSkeleton() {
  return (
    <Card label="Does the file fit?">
      <CardHead title="Does the file fit?" sub="looking at it" />
      <CardBody className="space-y-3">
        <Skeleton className="h-9" />
        <Skeleton className="h-9" />
        <Skeleton className="h-9" />
      </CardBody>
    </Card>
  );
}
