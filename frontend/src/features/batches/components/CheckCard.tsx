import { Card, CardBody, CardHead, Skeleton } from "@/components/ui";
import { plural } from "@/lib/format";
import { linesOf } from "../lib/fit";
import type { Check } from "../queries";
import { Point } from "./Point";

const SHOWN = 30;

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
            <Point key={place} point={line} />
          ))}
        </ul>
        {lines.length > SHOWN ? (
          <p className="m-0 mt-2 text-meta text-ink-3">{plural(lines.length - SHOWN, "more point")}.</p>
        ) : null}
      </CardBody>
    </Card>
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
