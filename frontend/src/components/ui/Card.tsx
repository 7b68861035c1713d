import type { ReactNode } from "react";
import { cx } from "@/lib/cx";

/** A surface with a hairline edge. */
export function Card({
  children,
  className,
  label,
  id,
}: {
  children: ReactNode;
  className?: string;
  label?: string;
  id?: string;
}) {
  const look = cx("min-w-0 rounded-lg border border-line bg-surface shadow-card", className);
  if (!label) {
    return (
      <div id={id} className={look}>
        {children}
      </div>
    );
  }
  return (
    <section aria-label={label} id={id} className={look}>
      {children}
    </section>
  );
}

/** Title line of a card: heading, a quiet sentence beside it, actions at the right. */
export function CardHead({
  title,
  sub,
  actions,
}: {
  title: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="card-pad flex flex-wrap items-baseline gap-x-2.5 gap-y-1 pt-3.5">
      <h2 className="text-section font-semibold tracking-[-0.008em]">{title}</h2>
      {sub ? <div className="text-table text-ink-3">{sub}</div> : null}
      {actions ? <div className="ml-auto flex items-center gap-2 self-center">{actions}</div> : null}
    </div>
  );
}

export function CardBody({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx("card-pad pt-3.5 pb-4 md:pb-5", className)}>{children}</div>;
}

export function CardFoot({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      className={cx(
        "card-pad flex flex-wrap items-center gap-2.5 border-t border-line py-2.5 text-table text-ink-2",
        className,
      )}
    >
      {children}
    </div>
  );
}

/** Heading of a part of the page, outside cards; `step` numbers it. */
export function SectionHead({
  title,
  sub,
  step,
  actions,
  id,
}: {
  title: string;
  sub?: ReactNode;
  step?: number;
  actions?: ReactNode;
  id?: string;
}) {
  return (
    <div className="mb-3 flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
      {step ? (
        <span
          aria-hidden="true"
          className="num inline-grid size-5 place-items-center self-center rounded-full bg-ink text-meta font-semibold text-bg"
        >
          {step}
        </span>
      ) : null}
      <h2 id={id} className="text-section font-semibold tracking-[-0.008em]">
        {title}
      </h2>
      {sub ? <div className="text-table text-ink-3 max-md:basis-full">{sub}</div> : null}
      {actions ? <div className="ml-auto text-table">{actions}</div> : null}
    </div>
  );
}
