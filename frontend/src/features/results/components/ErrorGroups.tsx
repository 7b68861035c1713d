import { Card, CardFoot, CardHead, Scroll, Table, Td, Th, Tr } from "@/components/ui";
import { cx } from "@/lib/cx";
import { compact, percent, significant } from "@/lib/format";
import type { ErrorGroup } from "../lib/evidence";

/** The test rows in equal groups by true value: where ranges do not hold and estimates lean to one side. */
export function ErrorGroups({
  groups,
  target,
  level,
  relative,
}: {
  groups: ErrorGroup[];
  target: string;
  level?: number;
  relative: boolean;
}) {
  const hasRanges = level !== undefined && groups.some((group) => group.coverage !== null);
  const isShort = (group: ErrorGroup) =>
    level !== undefined && group.coverage !== null && (group.coverage_high ?? group.coverage) < level;
  return (
    <Card label="Where it works less well" className="overflow-hidden">
      <CardHead
        title="Where it works less well"
        sub={`test rows in ${groups.length} equal groups by ${target}`}
      />
      <Scroll label="Errors by group" className="pt-2">
        <Table>
          <thead>
            <tr>
              <Th className="max-w-40 truncate">{target}</Th>
              {hasRanges ? <Th>Inside the {percent(level, 0)} range</Th> : null}
              <Th n>Typical error</Th>
              <Th n>Tilt</Th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <Tr key={`${group.from}-${group.to}`}>
                <Td className="num whitespace-nowrap">
                  {compact(group.from)} – {compact(group.to)}
                </Td>
                {hasRanges ? (
                  <Td className="w-[38%] min-w-36">
                    <span className="flex items-center gap-3">
                      <span aria-hidden="true" className="relative h-2 min-w-0 flex-1 rounded-full bg-line">
                        <span
                          className={cx(
                            "absolute inset-y-0 left-0 rounded-full",
                            isShort(group) ? "bg-c2" : "bg-c1",
                          )}
                          style={{ width: `${(group.coverage ?? 0) * 100}%` }}
                        />
                        <span
                          className="absolute -inset-y-0.5 border-l border-ink"
                          style={{ left: `${(level ?? 0) * 100}%` }}
                        />
                      </span>
                      <span className={cx("num w-11 text-right", isShort(group) && "font-[550] text-warn")}>
                        {percent(group.coverage, 0)}
                      </span>
                    </span>
                  </Td>
                ) : null}
                <Td n>{significant(group.typical_error)}</Td>
                <Td n className={group.tilt_is_real ? "" : "text-ink-3"}>
                  {tilt(group.tilt, relative)}
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </Scroll>
      <CardFoot className="text-meta">
        Tilt: how much the middle estimate lies above (+) or below (−) the truth; grey where that may be
        chance.
      </CardFoot>
    </Card>
  );
}

function tilt(value: number, relative: boolean): string {
  const text = relative ? percent(value) : significant(value);
  return value > 0 ? `+${text}` : text;
}
