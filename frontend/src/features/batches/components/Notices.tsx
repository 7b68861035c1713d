"use client";

import { useState } from "react";
import { Button, Card, CardBody, CardHead } from "@/components/ui";
import type { Schemas } from "@/lib/api";
import { plural } from "@/lib/format";
import { Point } from "./Point";

const TONES = { error: "bad", warning: "warn", info: "note" } as const;
const SHOWN = 4;

/** What was noticed about the rows, the gravest first. */
export function Notices({ notices }: { notices: Schemas["NoticeOut"][] }) {
  const [isAll, setAll] = useState(false);
  if (notices.length === 0) return null;
  return (
    <Card label="Worth a look">
      <CardHead title="Worth a look" sub={plural(notices.length, "thing")} />
      <CardBody className="!pt-1 !pb-2">
        <ul className="m-0 list-none divide-y divide-line p-0 text-table">
          {notices.slice(0, isAll ? 100 : SHOWN).map((notice) => (
            <Point
              key={`${notice.code} ${notice.column} ${notice.message}`}
              point={{ tone: TONES[notice.severity], title: notice.message, text: notice.remedy }}
            />
          ))}
        </ul>
        {notices.length > SHOWN ? (
          <Button look="ghost" size="sm" className="mb-1 -ml-2.5" onClick={() => setAll(!isAll)}>
            {isAll ? "Show fewer" : `Show ${Math.min(100, notices.length) - SHOWN} more`}
          </Button>
        ) : null}
      </CardBody>
    </Card>
  );
}
