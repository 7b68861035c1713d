import { Check, CircleX, Info, TriangleAlert } from "lucide-react";
import { Button, Chip } from "@/components/ui";
import type { Notice } from "@/features/datasets";
import { cx } from "@/lib/cx";
import type { Change } from "../draft";
import type { Fix } from "../notices";

const ICONS = { error: CircleX, warning: TriangleAlert, info: Info };
const COLORS = { error: "text-bad", warning: "text-warn", info: "text-ink-3" };

/** A warning with its reason and the button that answers it. */
export function NoticeRow({
  notice,
  fix,
  change,
}: {
  notice: Notice;
  fix: Fix | null;
  change: (change: Change) => void;
}) {
  const Icon = ICONS[notice.severity];
  return (
    <li className="card-pad flex flex-wrap items-start gap-x-3 gap-y-2 py-3">
      <Icon
        aria-hidden="true"
        className={cx("mt-0.5 size-4 shrink-0", COLORS[notice.severity])}
        strokeWidth={1.75}
      />
      <div className="break-anywhere min-w-0 flex-1 basis-56">
        <p className="m-0 font-[550]">{notice.message}</p>
        {notice.remedy ? <p className="m-0 mt-0.5 text-table text-ink-2">{notice.remedy}</p> : null}
      </div>
      {fix ? (
        <div className="flex items-center gap-1 max-sm:pl-7">
          {fix.isDone ? (
            <>
              <Chip tone="accent">
                <Check aria-hidden="true" />
                Done
              </Chip>
              <Button look="ghost" size="sm" onClick={() => change(fix.undo)}>
                Undo
              </Button>
            </>
          ) : (
            <Button size="sm" onClick={() => change(fix.apply)}>
              {fix.label}
            </Button>
          )}
        </div>
      ) : null}
    </li>
  );
}
