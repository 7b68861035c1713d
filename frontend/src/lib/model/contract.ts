/** What a model file says about itself: its columns, its outputs, its classes. Shared by the playground and the file to send. */

export type Kind = "number" | "integer" | "boolean" | "category" | "id" | "text" | "datetime";
export type Value = number | string | boolean | null;
export type Row = Record<string, Value>;

export type InputColumn = {
  name: string;
  kind: Kind;
  type: "float" | "string";
  unit?: string;
  missing_share?: number;
  min?: number | string | null;
  max?: number | string | null;
  mean?: number | null;
  median?: number | string | null;
  quantiles?: number[] | null;
  integer?: boolean;
  values?: string[] | null;
  shares?: number[] | null;
  n_values?: number | null;
  example?: Value;
};

export type Contract = {
  task: "binary" | "multiclass" | "regression";
  target: string;
  inputs: InputColumn[];
  outputs: { label?: string; probabilities?: string; prediction?: string; interval?: string };
  classes?: string[] | null;
  positive?: string | null;
  threshold?: number | null;
  interval_level?: number | null;
  target_range?: {
    min?: number | null;
    max?: number | null;
    mean?: number | null;
    std?: number | null;
  } | null;
  example: Row;
  background?: Row[];
  unit?: string;
  model?: string;
};

export type Warning = { column: string; message: string };

/** The answer for one row. `prediction` is a label or a number. */
export type Answer = {
  prediction: string | number;
  probability: number | null;
  probabilities: Record<string, number> | null;
  interval: [number, number] | null;
  warnings: Warning[];
};

export type Contribution = {
  column: string;
  value: Value;
  contribution: number;
  standard_error: number | null;
};

export type Explanation = {
  output: string;
  base: number;
  value: number;
  contributions: Contribution[];
  n_rows: number;
  n_background: number;
};
