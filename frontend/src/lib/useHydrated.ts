"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False while React takes over what the server rendered, true from then on. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
