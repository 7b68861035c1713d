"use client";

import { useState } from "react";
import { Card, CardHead, Checkbox, Scroll, Table, Td, Th, Tr } from "@/components/ui";
import { cx } from "@/lib/cx";
import { namesOf, type Run } from "../lib/compare";
import { settingsOf } from "../lib/settings";

/** What was set and what came of it; what differs is bold. */
export function SettingsDiff({ runs }: { runs: Run[] }) {
  const [isDiff, setDiff] = useState(false);
  const all = settingsOf(runs);
  const names = namesOf(runs);
  const lines = isDiff ? all.filter((line) => !line.isSame) : all;
  return (
    <Card label="Settings" className="overflow-hidden">
      <CardHead
        title="Settings"
        sub="what differs is bold"
        actions={
          <Checkbox
            label="Only differences"
            checked={isDiff}
            onChange={(event) => setDiff(event.target.checked)}
          />
        }
      />
      <Scroll label="Settings side by side" className="pt-2">
        <Table style={{ minWidth: 130 + runs.length * 120 }}>
          <thead>
            <tr>
              <Th>Setting</Th>
              {runs.map((run, place) => (
                <Th key={run.job.id} className="max-w-36 truncate" title={names[place]}>
                  <bdi>{names[place]}</bdi>
                </Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Tr key={line.name}>
                <Td className="whitespace-nowrap text-ink-3">{line.name}</Td>
                {line.values.map((value, place) => (
                  <Td
                    key={runs[place]?.job.id}
                    className={cx("break-anywhere max-w-48", line.isSame ? "text-ink-2" : "font-[550]")}
                  >
                    <bdi>{value}</bdi>
                  </Td>
                ))}
              </Tr>
            ))}
          </tbody>
        </Table>
      </Scroll>
      {lines.length === 0 ? <p className="card-pad m-0 py-5 text-ink-2">No setting differs.</p> : null}
    </Card>
  );
}
