"use client";

import { useSyncExternalStore } from "react";

function subscribe(changed: () => void) {
  const timer = setInterval(changed, 1000);
  return () => clearInterval(timer);
}

/** The current time in whole seconds since 1970; null while the page is rendered on a server. */
export function useNow(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => Math.floor(Date.now() / 1000),
    () => null,
  );
}
