"use client";

import { CircleCheck, CircleX, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { current, dismiss, subscribe } from "./toast";

const NONE: ReturnType<typeof current> = [];

/** Where toasts appear; read out politely. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribe, current, () => NONE);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2 md:inset-x-auto md:right-5 md:items-end"
    >
      {toasts.map((toast) => (
        <div
          key={toast.id}
          className="pointer-events-auto flex max-w-md items-center gap-2.5 rounded-md border border-line bg-surface py-2 pr-2 pl-3 text-table shadow-float motion-safe:animate-[appear_140ms_ease-out]"
        >
          {toast.tone === "bad" ? (
            <CircleX aria-hidden="true" className="size-4 shrink-0 text-bad" />
          ) : (
            <CircleCheck aria-hidden="true" className="size-4 shrink-0 text-accent-ink" />
          )}
          <span className="min-w-0 flex-1">{toast.text}</span>
          {toast.action ? (
            <button type="button" className="px-1 font-medium text-accent-ink" onClick={toast.action.run}>
              {toast.action.label}
            </button>
          ) : null}
          <button
            type="button"
            aria-label="Dismiss"
            className="grid size-7 place-items-center rounded-sm text-ink-3 hover:bg-hover"
            onClick={() => dismiss(toast.id)}
          >
            <X aria-hidden="true" className="size-3.5" />
          </button>
        </div>
      ))}
    </div>
  );
}
