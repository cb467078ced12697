// The answer with its numbers as links to their origins, the question with what was read from it, and the verification.

import { h } from "./elements.js";
import { allFacts, numberChecks, origins } from "./facts.js";
import { answerText } from "./run.js";
import { cut, format, words } from "./text.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./facts.js").Origin} Origin */

/**
 * @param {Run} run
 * @param {boolean} interactive whether numbers can be clicked; in an exported page they lead to their place instead
 */
export function answerShape(run, interactive) {
  const text = answerText(run);
  if (text.trim() === "") return h("p", { class: "faint" }, run.status === "running" ? "being worked out …" : run.error || "no answer");
  const checks = numberChecks(run);
  const pieces = cut(text, checks).map(({ text: piece, mark }) => {
    if (mark === null) return piece;
    const place = checks.indexOf(mark);
    const from = origins(run, text, mark)[0];
    const label = from ? describe(from) : "without an origin";
    const attrs = { class: `number ${mark.status}`, title: label };
    return interactive
      ? h("button", { ...attrs, type: "button", "data-check": place }, piece)
      : h("a", { ...attrs, href: `#${from?.kind === "question" ? "question" : from ? `call-${from.source}` : "verification"}` }, piece);
  });
  return h("p", { class: "answer-text" }, pieces);
}

/**
 * @param {Run} run
 * @param {number} place of the check among those of numbers
 * @returns {{shape: any, spans: Array<{start: number, end: number}>, calls: string[]}}
 */
export function originShape(run, place) {
  const text = answerText(run);
  const check = numberChecks(run)[place];
  const found = origins(run, text, check);
  const rows = found.map((origin) => h("li", {}, h("strong", {}, format(origin.value), origin.unit ? ` ${origin.unit}` : ""), ` ${describe(origin)}`));
  return {
    shape: h("div", {},
      h("p", {}, check.detail),
      rows.length > 0 ? h("ul", {}, rows) : h("p", { class: "faint" }, "The report names no more than this.")),
    spans: found.filter((origin) => origin.kind === "question" && origin.end > origin.start),
    calls: found.filter((origin) => origin.kind === "result" || origin.kind === "argument").map((origin) => origin.source),
  };
}

/**
 * @param {Origin} origin
 */
export function describe(origin) {
  if (origin.kind === "question") return `${words(origin.name)}, read in the question${origin.source ? ` (${origin.source}${origin.path})` : ""}`;
  if (origin.kind === "result") return `${words(origin.name)}, result of ${origin.source} (${origin.path})`;
  if (origin.kind === "argument") return `${words(origin.name)}, set in ${origin.source}`;
  return `${words(origin.name)}, counted`;
}

/**
 * The question with all that was read from it marked, and `spans` lit.
 * @param {Run} run
 * @param {Array<{start: number, end: number}>} spans
 */
export function questionShape(run, spans) {
  const marks = run.evidence.map((item) => ({ ...item, lit: spans.some((span) => span.start < item.end && item.start < span.end) }));
  const extra = spans.filter((span) => !marks.some((mark) => mark.lit && mark.start <= span.start && span.end <= mark.end))
    .map((span) => ({ ...span, name: "", kind: "number", role: "", lit: true }));
  const pieces = cut(run.question, [...extra, ...marks]).map(({ text, mark }) =>
    mark === null ? text : h("mark", { class: mark.lit ? "lit" : null, title: words(mark.name || mark.role || mark.kind) }, text));
  const assumed = run.assumed.length === 0 ? null : h("ul", { class: "assumed" }, run.assumed.map((one) => h("li", {}, `Assumed: ${one}`)));
  const routing = run.routing === null ? null
    : h("p", { class: "faint" }, `${run.routing.budget}. ${(run.routing.reasons ?? []).join(" ")}`);
  return h("div", { id: "question" }, h("p", { class: "question-text" }, pieces), assumed, routing);
}

/**
 * @param {Run} run
 */
export function verificationShape(run) {
  if (run.verification === null) return null;
  const checks = run.verification.checks.filter((check) => check.status !== "not_applicable");
  const faults = checks.filter((check) => check.status === "fail").length;
  const verdict = faults === 0 ? `All ${checks.length} checks passed.` : `${faults} of ${checks.length} checks failed.`;
  const order = [...checks].sort((one, other) => Number(one.status === "pass") - Number(other.status === "pass"));
  const stability = run.chrono === null ? null : h("p", {}, `Repeated under noise: ${format(run.chrono.share * 100)}% agree.`);
  return h("div", { id: "verification-report" },
    h("p", { class: faults === 0 ? "passed" : "failed" }, verdict, ` Ended: ${words(run.terminationReason)}.`), stability,
    h("details", { open: faults > 0 }, h("summary", {}, "Every check"),
      h("ul", { class: "checks" }, order.map((check) => h("li", { class: check.status },
        h("span", { class: "visually-hidden" }, `${check.status}: `), h("strong", {}, words(check.name)), ` ${check.detail}`)))));
}

/**
 * @param {Run} run
 */
export function factsShape(run) {
  const facts = allFacts(run);
  return h("table", {}, h("thead", {}, h("tr", {}, ["name", "value", "unit", "origin"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, facts.map((fact) => h("tr", {}, [words(fact.name), format(fact.value), fact.unit, describe(fact)].map((cell) => h("td", {}, cell))))));
}
