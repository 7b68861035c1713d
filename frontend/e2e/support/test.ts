/** The tests' own page: it fails a test whose page wrote to the console or asked another host. */
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

export const url = () => process.env.AUTOML_LITE_URL ?? "";

export type Told = {
  messages: string[];
  /** Do not mind messages like this one in this test. */
  allow: (pattern: RegExp) => void;
  /** Mind the pages of one more browser context. */
  mind: (context: BrowserContext) => void;
};

function listen(page: Page, told: string[]): void {
  page.on("console", (message) => {
    const type = message.type();
    if (type === "error" || type === "warning")
      told.push(`${type}: ${message.text()} at ${message.location().url}`);
  });
  page.on("pageerror", (error) => told.push(`page error: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== url()) told.push(`asked another host: ${request.url()}`);
  });
}

export const test = base.extend<{ told: Told }>({
  baseURL: async ({ browserName: _ }, use) => use(url()),
  told: [
    async ({ context }: { context: BrowserContext }, use) => {
      const messages: string[] = [];
      const allowed: RegExp[] = [];
      const mind = (other: BrowserContext) => {
        other.on("page", (page) => listen(page, messages));
      };
      mind(context);
      await use({ messages, allow: (pattern) => allowed.push(pattern), mind });
      const left = messages.filter((message) => !allowed.some((pattern) => pattern.test(message)));
      expect(left, "console messages and requests to other hosts").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
