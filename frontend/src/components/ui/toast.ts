/** Short messages that pass: a list outside React that the Toaster shows. */

export type Toast = {
  id: number;
  text: string;
  tone: "done" | "bad";
  action?: { label: string; run: () => void };
};

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]) {
  toasts = next;
  for (const changed of listeners) changed();
}

/** Show a message for six seconds, ten if it offers something to press. */
export function toast(
  text: string,
  { tone = "done", action }: Partial<Omit<Toast, "id" | "text">> = {},
): void {
  last += 1;
  const id = last;
  set([...toasts.slice(-2), { id, text, tone, action }]);
  setTimeout(() => dismiss(id), action ? 10_000 : 6_000);
}

export function dismiss(id: number): void {
  set(toasts.filter((item) => item.id !== id));
}

export function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

export function current(): readonly Toast[] {
  return toasts;
}
