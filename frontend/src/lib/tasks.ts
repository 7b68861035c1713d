/** The words for problem types and column kinds. */
import type { Schemas } from "@/lib/api";

export type Task = NonNullable<Schemas["JobOut"]["problem_type"]>;
export type Kind = Schemas["ColumnOut"]["kind"];

export const TASKS: Record<Task, { label: string; answer: string }> = {
  binary: { label: "Two classes", answer: "one of two answers" },
  multiclass: { label: "Several classes", answer: "one of several answers" },
  regression: { label: "Number", answer: "a number" },
};

export const KINDS: Record<Kind, string> = {
  number: "number",
  integer: "whole number",
  boolean: "yes / no",
  category: "category",
  datetime: "date",
  text: "text",
  id: "identifier",
};
