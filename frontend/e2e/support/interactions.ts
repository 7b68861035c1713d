/** How long pages let people wait after a press, a key or a click: Event Timing, as in Interaction to Next Paint. */
import type { Page } from "@playwright/test";

type Interaction = { what: string; duration: number };

export class Interactions {
  private seen: Interaction[] = [];

  /** Listen from here on, on every document of this page. */
  static async of(page: Page): Promise<Interactions> {
    const interactions = new Interactions();
    await page.exposeFunction("tellInteraction", (one: Interaction) => interactions.seen.push(one));
    await page.addInitScript(() => {
      const tell = (window as unknown as { tellInteraction: (one: object) => void }).tellInteraction;
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as PerformanceEventTiming[]) {
          if (!entry.interactionId) continue;
          const target = entry.target as Element | null;
          const label = target?.getAttribute?.("aria-label") ?? target?.textContent?.slice(0, 40) ?? "";
          tell({ what: `${entry.name} ${target?.nodeName ?? "?"} ${label}`, duration: entry.duration });
        }
      });
      observer.observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
    });
    return interactions;
  }

  /** The slowest since it was last asked (ms, in steps of 8; 0 where all were under 16), with what it was. */
  async slowest(page: Page): Promise<Interaction> {
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 250))); // entries come after the paint
    const none = { what: "all under 16 ms", duration: 0 };
    const slowest = this.seen.reduce((a, b) => (b.duration > a.duration ? b : a), none);
    this.seen = [];
    return slowest;
  }
}
