"use client";

import { Menu as MenuIcon, Plus, X } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { Button, ButtonLink } from "@/components/ui";
import { Logo } from "./Logo";
import { Machine } from "./Machine";
import { Navigation } from "./Navigation";
import { ThemeButton } from "./ThemeButton";

/** Sidebar or top bar around every page. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[216px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to the content
      </a>
      <SideBar />
      <TopBar />
      <main id="content" tabIndex={-1} className="min-w-0 px-4 pb-24 outline-none md:px-8 md:pb-16">
        <div className="mx-auto max-w-[1180px]">{children}</div>
      </main>
    </div>
  );
}

function Brand() {
  return (
    <Link href="/" prefetch={false} className="flex items-center gap-2.5 font-semibold tracking-[-0.01em]">
      <Logo />
      AutoML Lite
    </Link>
  );
}

function SideBar() {
  return (
    <header className="sticky top-0 flex h-dvh flex-col border-r border-line bg-bg px-3 py-3.5 max-md:hidden">
      <div className="px-2 pb-4">
        <Brand />
      </div>
      <ButtonLink href="/" prefetch={false} full className="mb-3.5">
        <Plus aria-hidden="true" strokeWidth={1.75} />
        New run
      </ButtonLink>
      <Navigation />
      <div className="mt-auto flex items-end gap-2 border-t border-line px-2 pt-3">
        <Machine />
        <div className="ml-auto">
          <ThemeButton />
        </div>
      </div>
    </header>
  );
}

function TopBar() {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-bg md:hidden">
      <div className="flex h-[52px] items-center gap-1 pr-2 pl-4">
        <Brand />
        <div className="ml-auto flex items-center gap-1">
          <ThemeButton />
          <Button
            look="ghost"
            icon
            aria-expanded={open}
            aria-controls="menu"
            aria-label={open ? "Close the menu" : "Open the menu"}
            onClick={() => setOpen(!open)}
          >
            {open ? <X aria-hidden="true" /> : <MenuIcon aria-hidden="true" />}
          </Button>
        </div>
      </div>
      <div
        id="menu"
        hidden={!open}
        className="absolute inset-x-0 top-[52px] border-b border-line bg-surface px-3 py-2 shadow-float"
      >
        <Navigation onNavigate={() => setOpen(false)} />
        <div className="border-t border-line px-2 pt-3 pb-1">
          <Machine />
        </div>
      </div>
    </header>
  );
}
