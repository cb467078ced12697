// Advocate beside attack, what the pragmatist made of them, and whether repetitions came to the same.

import { h } from "./elements.js";
import { inside } from "./run.js";
import { count } from "./tables.js";
import { format, words } from "./text.js";

/** @typedef {import("./run.js").Run} Run */

/**
 * @param {Run} run
 * @returns {import("./elements.js").Shape|null} null where there was no debate
 */
export function debateShape(run) {
  const said = (step) =>
    run.blocks
      .filter((block) => block.step === step)
      .map((block) => inside(block).trim())
      .join("\n");
  if (!run.blocks.some((block) => ["advocate", "attack", "pragmatist"].includes(block.step))) return null;
  const side = (step, title) =>
    h("div", { class: "side", "data-step": step }, h("h3", {}, title), h("p", {}, said(step) || "…"));
  return h(
    "div",
    { class: "debate" },
    side("advocate", "Advocate"),
    side("attack", "Attack"),
    side("pragmatist", "Pragmatist"),
    run.debate === null ? null : outcome(run.debate),
    run.chrono === null ? null : repetitions(run.chrono),
  );
}

function outcome({ verdict, support, cautions = [] }) {
  const remedies = cautions.filter((caution) => caution.remedy);
  return h(
    "div",
    { class: "outcome" },
    h(
      "p",
      {},
      h("strong", {}, `Verdict: ${words(verdict)}`),
      h(
        "span",
        { class: "faint" },
        ` · ${Math.round(100 * support)}% of the weight of arguments is in favour · ${count(cautions.length, "reservation")}`,
      ),
    ),
    remedies.length === 0
      ? null
      : h(
          "ul",
          {},
          remedies.map((caution) => h("li", {}, `${words(caution.code)}: ${caution.remedy}`)),
        ),
  );
}

function repetitions({ rounds = [], share, conclusion }) {
  const agree = rounds.filter((round) => round.agrees).length;
  const others = rounds.filter((round) => !round.agrees);
  return h(
    "div",
    { class: "outcome" },
    h(
      "p",
      {},
      h("strong", {}, `Stability: ${agree} of ${rounds.length} repetitions agree`),
      h("span", { class: "faint" }, ` · ${format(100 * share)}% · ${conclusion}`),
    ),
    others.length === 0
      ? null
      : h(
          "ul",
          {},
          others.map((round) => h("li", {}, `Another came to: ${round.conclusion}`)),
        ),
  );
}
