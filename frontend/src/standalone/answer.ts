/** The answer and its reasons, drawn. */
import { effectText, figureText, valueText } from "@/features/playground/lib/whatif";
import { fixed, percent, significant } from "@/lib/format";
import type { Answer, Contract, Explanation } from "@/lib/model";
import { h } from "./dom";

const CLASSES = 8;
const REASONS = 8;

/** The question that the page answers. */
export function question({ task, target, positive }: Contract): string {
  if (task === "binary") return `Chance that ${target} is “${positive}”`;
  return task === "multiclass" ? `What ${target} is` : `Estimate of ${target}`;
}

/** The answer in words and as a bar. */
export function drawAnswer(answer: Answer, contract: Contract): HTMLElement {
  if (contract.task === "regression") return estimate(answer, contract);
  const share =
    contract.task === "binary"
      ? (answer.probabilities?.[contract.positive ?? ""] ?? 0)
      : (answer.probability ?? 0);
  if (contract.task === "binary") {
    const threshold = contract.threshold ?? 0.5;
    return h(
      "div",
      {},
      h("p", { class: "big" }, percent(share, share > 0.005 && share < 0.995 ? 0 : 1)),
      h(
        "p",
        {},
        "says ",
        h("bdi", { class: "strong" }, String(answer.prediction)),
        `; the line is at ${fixed(threshold, 2)}`,
      ),
      h(
        "div",
        { class: "track", "aria-hidden": "true" },
        h("span", { class: "fill", style: `width:${share * 100}%` }),
        h("span", { class: "line", style: `left:${threshold * 100}%` }),
      ),
    );
  }
  const ranked = Object.entries(answer.probabilities ?? {}).sort((a, b) => b[1] - a[1]);
  return h(
    "div",
    {},
    h("p", { class: "big" }, h("bdi", {}, String(answer.prediction))),
    h("p", {}, `with a chance of ${percent(answer.probability)}`),
    h(
      "ul",
      { class: "bars" },
      ...ranked
        .slice(0, CLASSES)
        .map(([name, value]) =>
          h(
            "li",
            {},
            h("bdi", { title: name }, name),
            h(
              "span",
              { class: "track", "aria-hidden": "true" },
              h("span", { class: "fill", style: `width:${value * 100}%` }),
            ),
            h("span", { class: "figure" }, percent(value)),
          ),
        ),
    ),
    ranked.length > CLASSES && h("p", { class: "quiet" }, `and ${ranked.length - CLASSES} less likely ones`),
  );
}

function estimate(answer: Answer, contract: Contract): HTMLElement {
  const value = Number(answer.prediction);
  const [low, high] = answer.interval ?? [value, value];
  const from = Math.min(contract.target_range?.min ?? low, low);
  const to = Math.max(contract.target_range?.max ?? high, high);
  const at = (x: number) => Math.min(100, Math.max(0, ((x - from) / (to - from || 1)) * 100));
  const unit = contract.unit ? ` ${contract.unit}` : "";
  const nine = Math.round((contract.interval_level ?? 0.9) * 10);
  return h(
    "div",
    {},
    h("p", { class: "big" }, `${significant(value, 4)}${unit}`),
    answer.interval &&
      h(
        "p",
        {},
        `${significant(low)} to ${significant(high)}${unit}: in ${nine} of 10 cases the truth lies there`,
      ),
    h(
      "div",
      { class: "track", "aria-hidden": "true" },
      h("span", { class: "band", style: `left:${at(low)}%;width:${at(high) - at(low)}%` }),
      h("span", { class: "line", style: `left:${at(value)}%` }),
    ),
  );
}

/** How each column moved the answer away from that of a typical row. */
export function drawReasons(explanation: Explanation, contract: Contract): HTMLElement {
  const { task } = contract;
  const shown = explanation.contributions.slice(0, REASONS);
  const top = Math.max(...shown.map((item) => Math.abs(item.contribution)), 1e-12);
  return h(
    "div",
    {},
    h(
      "p",
      { class: "quiet" },
      `A typical row gets ${figureText(explanation.base, task)}; these columns lead to ${figureText(explanation.value, task)}.`,
    ),
    h(
      "ul",
      { class: "bars reasons" },
      ...shown.map((item) => {
        const width = (Math.abs(item.contribution) / top) * 50;
        const left = item.contribution < 0 ? 50 - width : 50;
        return h(
          "li",
          {},
          h(
            "span",
            { class: "name", title: item.column },
            h("bdi", {}, item.column),
            " ",
            h("bdi", { class: "quiet" }, valueText(contract, item.column, item.value)),
          ),
          h(
            "span",
            { class: "zero", "aria-hidden": "true" },
            h("span", {
              class: item.contribution < 0 ? "lower" : "raise",
              style: `left:${left}%;width:${width}%`,
            }),
          ),
          h("span", { class: "figure" }, effectText(item.contribution, task)),
        );
      }),
    ),
    h(
      "p",
      { class: "quiet" },
      `${task === "regression" ? "In the unit of the answer" : "In points of the chance"}; Shapley values over ${explanation.n_background} typical rows. They say what moves the model, not what causes the outcome.`,
    ),
  );
}
