import { describe, expect, it } from "vitest";
import { bodyOf, draftOf, problemsOf, shareOf } from "./draft";
import type { Monitor } from "./queries";

const monitor = {
  job_id: "j",
  drift: "strong",
  accuracy_drop: 0.03,
  error_share: null,
  worse: false,
  log_share: 0.05,
  log_without: ["name"],
  webhook_url: "https://example.org/hook",
  schedule: { cron: "0 4 * * *", filename: "rows.csv", append: true, promote: "" },
} as unknown as Monitor;

const plain = { ...monitor, drift: "moderate", webhook_url: "", schedule: null } as Monitor;

describe("what is watched", () => {
  it("goes from the server to the form and back unchanged", () => {
    const draft = draftOf(monitor);
    expect(draft.rhythm).toBe("daily");
    expect(draft.drop).toBe("3");
    expect(bodyOf(draft)).toEqual({
      drift: "strong",
      accuracy_drop: 0.03,
      error_share: null,
      worse: false,
      log_share: 0.05,
      log_without: ["name"],
      webhook_url: "https://example.org/hook",
      new_secret: false,
      schedule: { cron: "0 4 * * *", filename: "rows.csv", append: true, promote: "" },
    });
  });

  it("has no schedule where none is set", () => {
    const draft = draftOf(plain);
    expect(draft.rhythm).toBe("off");
    expect(problemsOf(draft)).toEqual({});
    expect(bodyOf(draft).schedule).toBeNull();
  });

  it("keeps a rhythm of one's own", () => {
    const schedule = { cron: "30 6 * * 2", filename: "a.csv", append: false, promote: "better" };
    expect(draftOf({ ...monitor, schedule } as unknown as Monitor).rhythm).toBe("own");
  });

  it("says what is wrong where it is", () => {
    const draft = {
      ...draftOf(plain),
      drop: "120",
      kept: "101",
      webhook: "me@example.org",
      rhythm: "own" as const,
      cron: "0 4",
    };
    expect(Object.keys(problemsOf(draft)).sort()).toEqual(["cron", "drop", "filename", "kept", "webhook"]);
    expect(problemsOf({ ...draft, drop: "x" }).drop).toBe("Between 0 and 100");
  });
});

it("reads per cent as a share, with a comma too", () => {
  expect(shareOf(" 2,5 ")).toBe(0.025);
  expect(shareOf("")).toBeNull();
});
