"use client";

import { type ReactNode, useDeferredValue, useState } from "react";
import { Button, Input, Scroll, Table, Td, Th, Tr } from "@/components/ui";
import { number, plural } from "@/lib/format";
import { gapsOf, rangeOf } from "../lib";
import type { Column } from "../queries";
import { ColumnSketch, KindLabel } from "./ColumnSketch";

const STEP = 50;

/** Every column as a row, searched and shown fifty at a time, so that thousands stay usable. */
export function ColumnTable({
  columns,
  target,
  action,
}: {
  columns: Column[];
  target?: string;
  action?: (column: Column) => ReactNode;
}) {
  const [typed, setTyped] = useState("");
  const [shown, setShown] = useState(STEP);
  const wanted = useDeferredValue(typed.trim().toLowerCase());
  const found = wanted ? columns.filter((column) => column.name.toLowerCase().includes(wanted)) : columns;
  return (
    <>
      {columns.length > 12 ? (
        <div className="card-pad max-w-sm py-3">
          <Input
            label="Search columns"
            hideLabel
            type="search"
            placeholder={`Search ${plural(columns.length, "column")}`}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setShown(STEP);
            }}
          />
        </div>
      ) : null}
      <Scroll label="List of columns">
        <Table>
          <thead>
            <tr>
              <Th>Column</Th>
              <Th className="w-36">Spread</Th>
              <Th>Values</Th>
              <Th>Gaps</Th>
              <Th className="max-md:hidden">Why this type</Th>
              {action ? <Th n>In the model</Th> : null}
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map((column) => (
              <Tr key={column.name}>
                <Td className="max-w-56">
                  <bdi className="block truncate font-[550]" title={column.name}>
                    {column.name}
                  </bdi>
                  <KindLabel kind={column.kind} />
                </Td>
                <Td>
                  <ColumnSketch column={column} isTarget={column.name === target} height={24} />
                </Td>
                <Td className="num whitespace-nowrap text-ink-2">{rangeOf(column)}</Td>
                <Td className="num whitespace-nowrap text-ink-2">{gapsOf(column)}</Td>
                <Td className="max-w-80 text-ink-3 max-md:hidden">{column.reason}</Td>
                {action ? <Td n>{action(column)}</Td> : null}
              </Tr>
            ))}
          </tbody>
        </Table>
      </Scroll>
      {found.length === 0 ? (
        <p className="card-pad m-0 py-4 text-ink-2">No column has “{typed}” in its name.</p>
      ) : null}
      {found.length > shown ? (
        <div className="card-pad flex items-center gap-3 border-t border-line py-2.5 text-table text-ink-2">
          {number(shown)} of {number(found.length)}
          <Button size="sm" className="ml-auto" onClick={() => setShown(shown + STEP)}>
            Show {Math.min(STEP, found.length - shown)} more
          </Button>
        </div>
      ) : null}
    </>
  );
}
