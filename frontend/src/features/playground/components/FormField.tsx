import { memo } from "react";
import { Combobox, Input, Select, Textarea } from "@/components/ui";
import { dataDate, significant } from "@/lib/format";
import type { InputColumn } from "@/lib/model";
import { hasTime } from "../lib/form";

const SHORT = 12; // levels that a plain select shows at once

type Props = {
  column: InputColumn;
  text: string;
  error?: string;
  warning?: string;
  onChange: (name: string, text: string) => void;
};

/** A field for one column, as its kind asks for. Empty is always allowed: a missing value. */
export const FormField = memo(function FormField({ column, text, error, warning, onChange }: Props) {
  const { name, kind } = column;
  const change = (next: string) => onChange(name, next);
  const hint = warning ? <span className="text-warn">{warning}</span> : undefined;
  if (kind === "number" || kind === "integer") {
    return (
      <Input
        mono
        label={name}
        hint={hint ?? rangeHint(column)}
        error={error}
        inputMode={kind === "integer" ? "numeric" : "decimal"}
        autoComplete="off"
        placeholder="empty"
        unit={column.unit || undefined}
        className="num text-right"
        value={text}
        onChange={(event) => change(event.target.value.replace("−", "-"))}
      />
    );
  }
  if (kind === "datetime") {
    return (
      <div className={hasTime(column) ? "col-span-full" : "min-w-0"}>
        <Input
          mono
          label={name}
          hint={hint ?? dateHint(column)}
          error={error}
          type={hasTime(column) ? "datetime-local" : "date"}
          step={hasTime(column) ? 1 : undefined}
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      </div>
    );
  }
  if (kind === "text") {
    return (
      <div className="col-span-full">
        <Textarea
          mono
          label={name}
          hint={hint}
          rows={3}
          placeholder="empty"
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      </div>
    );
  }
  const levels = kind === "boolean" ? ["true", "false"] : (column.values ?? []);
  if (kind === "boolean" || (levels.length <= SHORT && (column.n_values ?? 0) <= SHORT)) {
    return (
      <Select mono label={name} hint={hint} value={text} onChange={(event) => change(event.target.value)}>
        <option value="">empty</option>
        {text !== "" && !levels.includes(text) ? <option value={text}>{text}</option> : null}
        {levels.map((level) => (
          <option key={level} value={level}>
            {kind === "boolean" ? (level === "true" ? "yes" : "no") : level}
          </option>
        ))}
      </Select>
    );
  }
  return (
    <Combobox
      mono
      free
      label={name}
      hint={hint}
      value={text}
      placeholder="empty"
      options={[{ value: "", label: "empty" }, ...levels.map((level) => ({ value: level }))]}
      onChange={change}
    />
  );
});

function rangeHint({ min, max }: InputColumn): string | undefined {
  return typeof min === "number" && typeof max === "number"
    ? `${significant(min)} to ${significant(max)}`
    : undefined;
}

function dateHint({ min, max }: InputColumn): string | undefined {
  return typeof min === "string" && typeof max === "string"
    ? `${dataDate(min).slice(0, 10)} to ${dataDate(max).slice(0, 10)}`
    : undefined;
}
