/** The form of the page: one native control for each column, searched where there are many. */
import { hasTime, type Texts } from "@/features/playground/lib/form";
import { dataDate, number, significant } from "@/lib/format";
import type { InputColumn } from "@/lib/model";
import { own } from "@/lib/record";
import { fill, h } from "./dom";

const SHORT = 40; // levels of a plain select; more are typed, with suggestions
const SHOWN = 24;

export type Form = {
  element: HTMLElement;
  set: (texts: Texts) => void;
  tell: (problems: Record<string, string>, warnings: Record<string, string>) => void;
};

/** A form that calls `changed` with every change of a field. */
export function makeForm(
  columns: readonly InputColumn[],
  texts: Texts,
  changed: (name: string, text: string) => void,
): Form {
  let now = texts;
  let said: { problems: Record<string, string>; warnings: Record<string, string> } = {
    problems: {},
    warnings: {},
  };
  const list = h("div", { class: "fields" });
  const more = h("p", { class: "quiet" });
  const notes = new Map<string, HTMLElement>();
  const draw = (wanted: string) => {
    const found = wanted ? columns.filter((column) => column.name.toLowerCase().includes(wanted)) : columns;
    const shown = found.slice(0, SHOWN);
    notes.clear();
    fill(
      list,
      ...shown.map((column, index) => {
        const note = h("p", { class: "hint", id: `n${index}` });
        notes.set(column.name, note);
        return field(column, own(now, column.name) ?? "", index, note, (text) => changed(column.name, text));
      }),
    );
    fill(
      more,
      found.length > SHOWN
        ? `${SHOWN} of ${number(found.length)} columns; search for the others.`
        : found.length === 0
          ? "No column matches."
          : null,
    );
    tell(said.problems, said.warnings);
  };
  const tell: Form["tell"] = (problems, warnings) => {
    said = { problems, warnings };
    for (const [name, note] of notes) {
      const problem = own(problems, name);
      const warning = own(warnings, name);
      const text = problem ?? warning;
      const column = columns.find((each) => each.name === name);
      note.className = problem ? "hint bad" : warning ? "hint warn" : "hint";
      note.textContent = text ?? (column ? usual(column) : "");
    }
  };
  const search = h("input", {
    type: "search",
    "aria-label": "Find a column",
    placeholder: `Find one of ${number(columns.length)} columns`,
    oninput: (event) => draw((event.target as HTMLInputElement).value.trim().toLowerCase()),
  });
  draw("");
  const element = h("div", {}, columns.length > SHOWN && search, list, more);
  const set = (next: Texts) => {
    now = next;
    draw(search.value.trim().toLowerCase());
  };
  return { element, set, tell };
}

function usual({ min, max, kind }: InputColumn): string {
  if (typeof min === "number" && typeof max === "number") return `${significant(min)} to ${significant(max)}`;
  if (kind === "datetime" && typeof min === "string" && typeof max === "string")
    return `${dataDate(min).slice(0, 10)} to ${dataDate(max).slice(0, 10)}`;
  return "";
}

function field(
  column: InputColumn,
  text: string,
  index: number,
  note: HTMLElement,
  changed: (text: string) => void,
): HTMLElement {
  const id = `f${index}`;
  const oninput = (event: Event) => changed((event.target as HTMLInputElement).value.replace("−", "-"));
  const shared = { id, oninput, "aria-describedby": note.id, autocomplete: "off" };
  const label = h(
    "label",
    { for: id, title: column.name },
    h("bdi", {}, column.name),
    column.unit ? ` (${column.unit})` : "",
  );
  const levels = column.kind === "boolean" ? ["true", "false"] : (column.values ?? []);
  const isLevel = column.kind === "boolean" || column.kind === "category" || column.kind === "id";
  if (column.kind === "text") {
    const area = h("textarea", { ...shared, rows: 3, placeholder: "empty" });
    area.value = text;
    return h("div", { class: "field wide" }, label, area, note);
  }
  if (isLevel && levels.length > 0 && levels.length <= SHORT && (column.n_values ?? 0) <= SHORT) {
    const options = text && !levels.includes(text) ? [...levels, text] : levels;
    const words = (level: string) => (column.kind === "boolean" ? (level === "true" ? "yes" : "no") : level);
    const select = h(
      "select",
      shared,
      h("option", { value: "" }, "empty"),
      ...options.map((level) => h("option", { value: level }, words(level))),
    );
    select.value = text;
    return h("div", { class: "field" }, label, select, note);
  }
  const type = column.kind === "datetime" ? (hasTime(column) ? "datetime-local" : "date") : "text";
  const mode = column.type === "float" ? "decimal" : undefined;
  const input = h("input", {
    ...shared,
    type,
    inputmode: mode,
    step: type === "datetime-local" ? 1 : undefined,
    class: mode ? "figure" : undefined,
    placeholder: "empty",
    list: isLevel ? `l${index}` : undefined,
  });
  input.value = text;
  const suggestions = isLevel
    ? h(
        "datalist",
        { id: `l${index}` },
        ...levels.slice(0, 1000).map((level) => h("option", { value: level })),
      )
    : null;
  return h(
    "div",
    { class: type === "datetime-local" ? "field wide" : "field" },
    label,
    input,
    suggestions,
    note,
  );
}
