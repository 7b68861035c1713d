"use client";

import { Database, FlaskConical, GitCompareArrows, House, List, Settings } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cx } from "@/lib/cx";
import { number } from "@/lib/format";
import { useSystem } from "./queries";

const ITEMS = [
  { href: "/", label: "Home", icon: House, under: ["/configure"] },
  { href: "/history", label: "Runs", icon: List, under: ["/results", "/training"] },
  { href: "/compare", label: "Compare", icon: GitCompareArrows, under: [] },
  { href: "/datasets", label: "Data", icon: Database, under: [] },
  { href: "/playground", label: "Playground", icon: FlaskConical, under: [] },
  { href: "/settings", label: "Settings", icon: Settings, under: [] },
] as const;

function isHere(path: string, item: (typeof ITEMS)[number]): boolean {
  const inside = (root: string) => path === root || path.startsWith(`${root}/`);
  return item.href === "/"
    ? path === "/" || item.under.some(inside)
    : [item.href, ...item.under].some(inside);
}

/** The main links; the page's own is marked. */
export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const path = usePathname();
  const { data } = useSystem();
  const total = data ? Object.values(data.jobs).reduce((sum, count) => sum + count, 0) : null;
  return (
    <nav aria-label="Main">
      <ul className="m-0 flex list-none flex-col gap-0.5 p-0">
        {ITEMS.map((item) => {
          const here = isHere(path, item);
          return (
            <li key={item.href}>
              <Link
                href={item.href}
                prefetch={false}
                onClick={onNavigate}
                aria-current={here ? "page" : undefined}
                className={cx(
                  "flex h-11 items-center gap-2.5 rounded-[7px] px-2 md:h-8",
                  here
                    ? "bg-surface font-[550] text-ink shadow-[0_0_0_1px_var(--line)]"
                    : "text-ink-2 hover:bg-sunken hover:text-ink",
                )}
              >
                <item.icon
                  aria-hidden="true"
                  strokeWidth={1.75}
                  className={cx("size-4", here && "text-accent-ink")}
                />
                {item.label}
                {item.href === "/history" && total ? (
                  <span className="num ml-auto text-meta text-ink-3">{number(total)}</span>
                ) : null}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
