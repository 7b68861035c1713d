import { Note } from "@/components/ui";
import type { Schemas } from "@/lib/api";

const TONES = { error: "bad", warning: "warn", info: "neutral" } as const;

/** What was noticed about the rows, the gravest first. */
export function Notices({ notices }: { notices: Schemas["NoticeOut"][] }) {
  if (notices.length === 0) return null;
  return (
    <ul aria-label="Worth a look" className="m-0 list-none space-y-2 p-0">
      {notices.map((notice) => (
        <li key={`${notice.code} ${notice.column} ${notice.message}`}>
          <Note tone={TONES[notice.severity]}>
            <span className="text-ink">{notice.message}</span> {notice.remedy}
          </Note>
        </li>
      ))}
    </ul>
  );
}
