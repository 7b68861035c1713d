"use client";

import { Shuffle } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { Button, Card, CardBody, CardHead, Input } from "@/components/ui";
import { number } from "@/lib/format";
import type { InputColumn, Warning } from "@/lib/model";
import type { Texts } from "../lib/form";
import { FormField } from "./FormField";

const SHOWN = 14;
const MOST = 60; // fields drawn at once; more are reached by searching
const SEARCH_FROM = 20;

/** The row to ask about: a field for each column, those that matter most first. */
export function RowForm({
  columns,
  texts,
  problems,
  warnings,
  onChange,
  onShuffle,
  onClear,
}: {
  columns: InputColumn[];
  texts: Texts;
  problems: Record<string, string>;
  warnings: readonly Warning[];
  onChange: (name: string, text: string) => void;
  onShuffle?: () => void;
  onClear: () => void;
}) {
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed);
  const [isAll, setAll] = useState(false);
  const found = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    return text ? columns.filter((column) => column.name.toLowerCase().includes(text)) : columns;
  }, [columns, wanted]);
  const shown = found.slice(0, isAll || wanted ? MOST : SHOWN + 2 >= found.length ? found.length : SHOWN);
  const told = new Map(warnings.map((warning) => [warning.column, warning.message]));
  return (
    <Card label="The row to ask about">
      <CardHead
        title="Row"
        actions={
          <>
            {onShuffle ? (
              <Button look="ghost" size="sm" onClick={onShuffle}>
                <Shuffle aria-hidden="true" strokeWidth={1.75} />
                Typical row
              </Button>
            ) : null}
            <Button look="ghost" size="sm" onClick={onClear}>
              Clear
            </Button>
          </>
        }
      />
      <CardBody>
        {columns.length > SEARCH_FROM ? (
          <div className="mb-3">
            <Input
              label="Find a column"
              hideLabel
              placeholder={`Find one of ${number(columns.length)} columns`}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
        ) : null}
        <div className="grid grid-cols-2 items-start gap-x-3 gap-y-3.5">
          {shown.map((column) => (
            <FormField
              key={column.name}
              column={column}
              text={texts[column.name] ?? ""}
              error={problems[column.name]}
              warning={told.get(column.name)}
              onChange={onChange}
            />
          ))}
        </div>
        {found.length === 0 ? <p className="m-0 text-table text-ink-3">No column matches.</p> : null}
        {!wanted && found.length > shown.length && !isAll ? (
          <Button look="ghost" size="sm" className="mt-3 -ml-2.5" onClick={() => setAll(true)}>
            Show {number(Math.min(MOST, found.length) - shown.length)} more columns
          </Button>
        ) : null}
        {(isAll || wanted) && found.length > MOST ? (
          <p className="m-0 mt-3 text-meta text-ink-3">
            {MOST} of {number(found.length)} shown; search for the others. All of them are part of the row.
          </p>
        ) : null}
      </CardBody>
    </Card>
  );
}
