import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { Fragment, type ReactNode } from "react";

export type Crumb = { label: string; href?: string };

/** The way here. */
function Crumbs({ items }: { items: Crumb[] }) {
  return (
    <nav aria-label="Path" className="pt-2.5 md:pt-3.5">
      <ol className="m-0 flex min-h-[30px] list-none items-center gap-1.5 p-0 text-table text-ink-3">
        {items.map((item, index) => (
          <Fragment key={item.label}>
            {index > 0 ? <ChevronRight aria-hidden="true" className="size-3.5 shrink-0" /> : null}
            <li className="min-w-0 truncate last:shrink-0">
              {item.href ? (
                <Link href={item.href} prefetch={false} className="text-ink-2 hover:underline">
                  <bdi>{item.label}</bdi>
                </Link>
              ) : (
                <bdi>{item.label}</bdi>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

/** Title of a page with its facts and at most three actions. */
export function PageHead({
  title,
  badge,
  sub,
  actions,
  crumbs,
}: {
  title: ReactNode;
  badge?: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
  crumbs?: Crumb[];
}) {
  return (
    <>
      {crumbs ? <Crumbs items={crumbs} /> : <div className="h-7 md:h-9" />}
      <header className="flex flex-wrap items-start gap-x-4 gap-y-3 pt-1 pb-5">
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <h1 className="break-anywhere m-0 text-page font-semibold tracking-[-0.018em]">{title}</h1>
            {badge}
          </div>
          {sub ? <div className="break-anywhere mt-1 text-ink-2">{sub}</div> : null}
        </div>
        {actions ? <div className="flex flex-wrap gap-2 max-md:w-full">{actions}</div> : null}
      </header>
    </>
  );
}
