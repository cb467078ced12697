// A run as one file for the audit folder: a page that needs nothing else, the whole record as JSON, or Markdown.

import { answerShape, factsShape, questionShape, verificationShape } from "./answer.js";
import { transcriptShape } from "./blocks.js";
import { h, toMarkup } from "./elements.js";
import { graphShape } from "./graph.js";
import { callShape } from "./results.js";
import { answerText } from "./run.js";
import { figureShape } from "./figures.js";

/** @typedef {import("./run.js").Run} Run */

/**
 * One page with the style inside; opening it fetches nothing.
 * @param {Run} run
 * @param {string} style of the console
 */
export function asHtml(run, style) {
  const section = (title, shape) => (shape === null ? null : h("section", { class: "card" }, h("h2", {}, title), shape));
  const body = h("main", { class: "exported" },
    h("h1", {}, "HAVOC run"), h("p", { class: "faint" }, `${run.started}, ${run.status}`),
    section("Question", questionShape(run, [])),
    section("Answer", answerShape(run, false)),
    section("Verification", verificationShape(run)),
    section("Facts", factsShape(run)),
    run.subgoals.length === 0 ? null : section("Subgoals", graphShape(run.subgoals)),
    run.figures.length === 0 ? null : section("Figures", h("div", { class: "figures" }, run.figures.map(figureShape))),
    run.calls.length === 0 ? null : section("Tool calls and results", h("div", {}, run.calls.map(callShape))),
    section("Transcript", transcriptShape(run.blocks)));
  // In a script element only "</" could end the data.
  const record = JSON.stringify(recordOf(run)).replaceAll("<", "\\u003c");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`
    + `<title>HAVOC run</title><style>${style}</style></head><body>${toMarkup(body)}`
    + `<script type="application/json" id="record">${record}</script></body></html>`;
}

/**
 * @param {Run} run
 */
export function asJson(run) {
  return JSON.stringify(recordOf(run), null, 1);
}

/**
 * Answer, verification and calls as Markdown.
 * @param {Run} run
 */
export function asMarkdown(run) {
  const checks = (run.verification?.checks ?? []).filter((check) => check.status !== "not_applicable");
  const calls = run.calls.map((call) => `- ${call.id}: \`${JSON.stringify({ tool: call.tool, args: call.args })}\``);
  return [
    `**Question.** ${run.question.trim()}`, "", `**Answer.** ${answerText(run).trim()}`, "",
    `**Verification.** ${checks.filter((check) => check.status === "fail").length} of ${checks.length} checks failed.`,
    ...checks.map((check) => `- ${check.status === "pass" ? "ok" : "FAIL"} ${check.name}: ${check.detail}`),
    ...(calls.length === 0 ? [] : ["", "**Tool calls.**", ...calls]),
  ].join("\n");
}

function recordOf(run) {
  const { events, ...state } = run;
  return { format: "havoc-run-1", ...state, events };
}
