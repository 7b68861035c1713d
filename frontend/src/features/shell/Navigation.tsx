"use client";

import {
  BellRing,
  Database,
  FlaskConical,
  GitCompareArrows,
  House,
  Layers,
  List,
  type LucideIcon,
  Settings,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import { number } from "@/lib/format";
import { useOpenAlerts, useSystem } from "./queries";

type Item = { href: string; label: string; icon: LucideIcon; under: string[] };

const ITEMS: Item[] = [
  { href: "/", label: "Home", icon: House, under: ["/configure"] },
  { href: "/history", label: "Runs", icon: List, under: ["/results", "/training"] },
  { href: "/compare", label: "Compare", icon: GitCompareArrows, under: [] },
  { href: "/datasets", label: "Data", icon: Database, under: [] },
];
const MODELS: Item[] = [
  { href: "/playground", label: "Playground", icon: FlaskConical, under: ["/kept"] },
  { href: "/batches", label: "Batches", icon: Layers, under: ["/batch", "/validate", "/duel"] },
  { href: "/alerts", label: "Alerts", icon: BellRing, under: ["/drift", "/watch"] },
];
const FOOT: Item[] = [{ href: "/settings", label: "Settings", icon: Settings, under: [] }];

function isHere(path: string, item: Item): boolean {
  const inside = (root: string) => path === root || path.startsWith(`${root}/`);
  return item.href === "/"
    ? path === "/" || item.under.some(inside)
    : [item.href, ...item.under].some(inside);
}

/** The main links; the page's own is marked. */
export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const { data } = useSystem();
  const total = data ? Object.values(data.jobs).reduce((sum, count) => sum + count, 0) : 0;
  const alerts = useOpenAlerts();
  const groups = [
    { items: ITEMS, label: "" },
    { items: MODELS, label: "Deployed models" },
    { items: FOOT, label: "" },
  ];
  return (
    <nav aria-label="Main">
      {groups.map((group) => (
        <div key={group.items[0]?.href} className="not-first:mt-3">
          {group.label ? (
            <p className="m-0 px-2 pb-1 text-meta text-ink-3 max-md:sr-only">{group.label}</p>
          ) : null}
          <ul className="m-0 flex list-none flex-col gap-0.5 p-0">
            {group.items.map((item) => (
              <NavigationLink key={item.href} item={item} onNavigate={onNavigate}>
                {item.href === "/history" && total ? (
                  <span className="num ml-auto text-meta text-ink-3">{number(total)}</span>
                ) : null}
                {item.href === "/alerts" && alerts ? (
                  <span className="num ml-auto rounded-full bg-warn-soft px-1.5 text-meta font-medium text-warn">
                    {alerts}
                    <span className="sr-only"> not seen</span>
                  </span>
                ) : null}
              </NavigationLink>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function NavigationLink({
  item,
  onNavigate,
  children,
}: {
  item: Item;
  onNavigate?: () => void;
  children: ReactNode;
}) {
  const here = isHere(usePathname(), item);
  return (
    <li>
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
        {children}
      </Link>
    </li>
  );
}
