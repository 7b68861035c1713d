/** A model, its form and its answer in one file. */
import { problemsOf, rowOf, type Texts, textsOf } from "@/features/playground/lib/form";
import type { Model } from "@/lib/model";
import { drawAnswer, drawReasons, question } from "./answer";
import { fill, h } from "./dom";
import { makeForm } from "./form";
import { type Facts, facts, openModel } from "./runtime";

const REST = 300; // ms without a change before the reasons are worked out
const EXPLAIN_ROWS = 500;

function start({ name, made_at, verdict, contract }: Facts): void {
  let texts: Texts = textsOf(contract.inputs, contract.example);
  let model: Model | null = null;
  let asked = 0;
  let timer = 0;
  let typical = 0;
  const answer = h(
    "div",
    { "aria-live": "polite", id: "answer" },
    h("p", { class: "quiet" }, "Unpacking the model"),
  );
  const reasons = h("div", {}, h("p", { class: "quiet" }, "Follows the answer"));

  const ask = async () => {
    const problems = problemsOf(contract, texts);
    if (Object.keys(problems).length > 0) form.tell(problems, {});
    if (!model || Object.keys(problems).length > 0) return;
    asked += 1;
    const turn = asked;
    const row = rowOf(contract.inputs, texts);
    const [found] = await model.answers([row]);
    if (turn !== asked || !found) return;
    form.tell({}, Object.fromEntries(found.warnings.map((warning) => [warning.column, warning.message])));
    fill(answer, drawAnswer(found, contract));
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const output = contract.task === "binary" ? (contract.positive ?? "") : String(found.prediction);
      const explanation = await model?.explain(row, output, EXPLAIN_ROWS);
      if (turn !== asked) return;
      if (explanation) fill(reasons, drawReasons(explanation, contract));
      else fill(reasons, h("p", { class: "quiet" }, "There are too many columns to work this out here."));
    }, REST);
  };
  const form = makeForm(contract.inputs, texts, (column, text) => {
    texts = { ...texts, [column]: text };
    run(ask);
  });
  const set = (next: Texts) => {
    texts = next;
    form.set(texts);
    run(ask);
  };
  const run = (task: () => Promise<void>) => {
    task().catch((error: unknown) =>
      fill(
        answer,
        h(
          "p",
          { class: "bad" },
          `This browser could not run the model: ${error instanceof Error ? error.message : String(error)}`,
        ),
      ),
    );
  };
  const background = contract.background ?? [];
  const shuffle = () =>
    set(textsOf(contract.inputs, background[typical++ % background.length] ?? contract.example));

  fill(
    document.getElementById("page") ?? document.body,
    h(
      "header",
      {},
      h("h1", {}, h("bdi", {}, name)),
      h("p", { class: "quiet" }, verdict),
      h("p", { class: "badge" }, "Runs on your device: nothing that you type leaves this page"),
    ),
    h(
      "div",
      { class: "columns" },
      h(
        "section",
        { class: "card", "aria-label": "Row" },
        h(
          "div",
          { class: "head" },
          h("h2", {}, "Row"),
          background.length > 0 && h("button", { type: "button", onclick: shuffle }, "Typical row"),
          h("button", { type: "button", onclick: () => set(textsOf(contract.inputs, {})) }, "Clear"),
        ),
        form.element,
      ),
      h(
        "div",
        { class: "stack" },
        h(
          "section",
          { class: "card", "aria-label": "Answer" },
          h("h2", {}, h("bdi", {}, question(contract))),
          answer,
        ),
        h("section", { class: "card", "aria-label": "Why" }, h("h2", {}, "Why"), reasons),
      ),
    ),
    h(
      "footer",
      { class: "quiet" },
      [
        contract.model,
        made_at ? `trained ${made_at.slice(0, 10)}` : "",
        "made with AutoML Lite; runs with onnxruntime-web (MIT)",
      ]
        .filter(Boolean)
        .join(" · "),
    ),
  );
  run(async () => {
    model = await openModel(contract);
    await ask();
  });
}

start(facts());
