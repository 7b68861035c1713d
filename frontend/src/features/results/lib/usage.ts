/** Code to copy: how to ask this model from a shell, Python and JavaScript, and offline. */
import type { Schemas } from "@/lib/api";

type Row = Schemas["ModelInfoOut"]["example"];

export type Snippet = { id: string; title: string; code: string };

/** Columns that a snippet shows; those left out count as missing. */
export const MOST_COLUMNS = 24;

/** Snippets that send the example row to the deployed model, or ask the file itself. */
export function snippets(origin: string, jobId: string, row: Row): Snippet[] {
  const example = Object.fromEntries(Object.entries(row).slice(0, MOST_COLUMNS));
  const url = `${origin}/api/predict/${jobId}`;
  const json = JSON.stringify({ features: example }, null, 2);
  return [
    { id: "python", title: "Python", code: python(url, example) },
    {
      id: "curl",
      title: "curl",
      code: `curl ${url} \\\n  -H 'Content-Type: application/json' \\\n  -d '${json.replaceAll("'", "'\\''")}'`,
    },
    {
      id: "javascript",
      title: "JavaScript",
      code: `const answer = await fetch("${url}", {\n  method: "POST",\n  headers: { "Content-Type": "application/json" },\n  body: JSON.stringify(${indent(json)}),\n}).then((response) => response.json());\n\nconsole.log(answer.prediction);`,
    },
    {
      id: "offline",
      title: "Without a server",
      code: `from automl_lite import Predictor\n\npredictor = Predictor("model.onnx")\nanswer = predictor.answer(${pythonDict(example)})\nprint(answer.prediction)`,
    },
  ];
}

function python(url: string, example: Row): string {
  return `import json\nfrom urllib.request import Request, urlopen\n\nfeatures = ${pythonDict(example)}\nrequest = Request(\n    "${url}",\n    data=json.dumps({"features": features}).encode(),\n    headers={"Content-Type": "application/json"},\n)\nanswer = json.load(urlopen(request))\nprint(answer["prediction"])`;
}

function pythonDict(row: Row): string {
  const entries = Object.entries(row).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${pythonValue(value)},`,
  );
  return `{\n${entries.join("\n")}\n}`;
}

function pythonValue(value: Row[string]): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  return JSON.stringify(value);
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
