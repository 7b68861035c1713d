"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** The origin of this page; empty while the page is rendered on a server. */
export function useOrigin(): string {
  return useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "",
  );
}
