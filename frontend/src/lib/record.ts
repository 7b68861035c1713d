/** Objects whose keys are names from data: a column may be called `__proto__` or `constructor`. */

/** An empty object that inherits nothing, so that any name can be set and looked up. */
export function record<Value>(): Record<string, Value> {
  return Object.create(null);
}

/** The value under a name, if the object itself has it. */
export function own<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
