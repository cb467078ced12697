// The answer whose numbers can be clicked, where each comes from, and the question with what was read from it.

import { h } from "./elements.js";
import { inputs, numberChecks, origins } from "./facts.js";
import { answerText } from "./run.js";
import { cut, format, shorten, toUnits, words } from "./text.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Check} Check */
/** @typedef {import("./facts.js").Origin} Origin */
/** @typedef {import("./elements.js").Shape} Shape */

const CONTEXT = 60;

/**
 * The answer, its numbers as buttons, or as links to `origin-N` where the page has no script.
 * @param {Run} run
 * @param {boolean} interactive
 * @returns {Shape}
 */
export function answerShape(run, interactive) {
  const text = answerText(run);
  if (text.trim() === "") return h("p", { class: "faint" }, waiting(run));
  const checks = numberChecks(run);
  const pieces = cut(text, checks).map(({ text: piece, mark }) => {
    if (mark === null) return piece;
    const place = checks.indexOf(mark);
    const attrs = { class: "number", "data-status": mark.status, title: mark.detail };
    return interactive
      ? h("button", { ...attrs, type: "button", "data-check": place, "aria-pressed": "false" }, piece)
      : h("a", { ...attrs, href: `#origin-${place}` }, piece);
  });
  return h("p", { class: "answer-text" }, pieces);
}

function waiting(run) {
  if (run.status === "stopped") return "Stopped before there was an answer.";
  if (run.status === "failed") return "There is no answer.";
  return run.status === "done" ? "The answer is empty." : "Not written yet.";
}

/**
 * Where one number comes from.
 * @param {Run} run
 * @param {Check} check
 * @returns {Shape}
 */
export function originShape(run, check) {
  const answer = answerText(run);
  const [start, end] = toUnits(answer, [check.start, check.end]);
  const number = answer.slice(start, end);
  const [first, ...others] = origins(run, answer, check);
  const head = h("p", { class: "origin-head" }, h("strong", {}, number), verdict(check));
  if (first === undefined) {
    return h(
      "div",
      {},
      head,
      h("p", {}, check.status === "fail" ? `Nothing gives it: ${check.detail}.` : `${check.detail}.`),
    );
  }
  const more =
    others.length === 0
      ? null
      : h(
          "details",
          {},
          h("summary", {}, `The same value stands in ${others.length} more`),
          h(
            "ul",
            {},
            others.map((origin) =>
              h("li", {}, `${origin.name}: ${shorten(format(origin.value), CONTEXT)} (${place(origin)})`),
            ),
          ),
        );
  return h("div", {}, head, h("dl", { class: "pairs" }, rows(run, first)), more);
}

function verdict(check) {
  if (check.status === "pass") return h("span", { class: "mark pass" }, "has an origin");
  return h("span", { class: `mark ${check.status}` }, check.status === "fail" ? "fails the check" : "not checked");
}

function place(origin) {
  return [origin.source, origin.path].filter((part) => part !== "").join(" ");
}

function rows(run, origin) {
  const pair = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const isText = typeof origin.value === "string";
  const value = isText
    ? `“${origin.value}”`
    : `${origin.value ?? "not given: the operation's default"}${origin.unit === "" ? "" : ` ${origin.unit}`}`;
  const head = [pair("Name", words(origin.name)), pair(isText ? "Quoted from" : "Value in full", value)];
  if (origin.kind === "question")
    return [...head, pair("From", "the question: ", excerpt(run.text, origin), " ", showQuestion(origin))];
  if (origin.kind === "reasoning") return [...head, pair("From", `counted by the reasoner: ${words(origin.source)}`)];
  const call = run.calls.find((one) => one.id === origin.source);
  if (call === undefined)
    return [...head, pair("From", h("code", {}, place(origin)), " (a tool call whose record was not sent)")];
  const operation = `${call.tool} · ${call.args.operation ?? ""}`;
  const field = origin.kind === "argument" ? `argument ${origin.path}` : origin.path;
  const read = inputs(run, call);
  return [
    ...head,
    pair(
      "From",
      `${operation}, call `,
      h("code", {}, call.id),
      ", field ",
      h("code", {}, field),
      " ",
      h("button", { type: "button", class: "small", "data-call": call.id, "data-field": origin.path }, "Show in results"),
    ),
    call.answer.method ? pair("Method", call.answer.method) : null,
    call.answer.source ? pair("Reference", call.answer.source) : null,
    read.length === 0
      ? null
      : pair(
          "Computed from",
          h(
            "ul",
            { class: "plain" },
            read.map(({ path, evidence }) =>
              h("li", {}, h("code", {}, path), " = ", excerpt(run.text, evidence), " ", showQuestion(evidence)),
            ),
          ),
        ),
  ];
}

function showQuestion({ start, end }) {
  return h("button", { type: "button", class: "small", "data-start": start, "data-end": end }, "Show in question");
}

function excerpt(text, { start, end }) {
  const [from, to] = toUnits(text, [start, end]);
  return h("mark", {}, shorten(text.slice(from, to), CONTEXT));
}

/**
 * The text that spans count in, with everything that was read from it marked, and `lit` spans set off.
 * @param {Run} run
 * @param {Array<{start: number, end: number}>} lit
 * @returns {Shape}
 */
export function questionShape(run, lit) {
  const isLit = (mark) => lit.some((span) => span.start < mark.end && mark.start < span.end);
  const read = run.evidence.filter((item) => item.end > item.start).map((item) => ({ ...item, lit: isLit(item) }));
  const alone = lit
    .filter((span) => !read.some((item) => span.start < item.end && item.start < span.end))
    .map((span) => ({ ...span, lit: true, id: "", name: "", role: "", kind: "number", unit: "" }));
  const pieces = cut(run.text, [...alone, ...read]).map(({ text, mark }) => {
    if (mark === null) return text;
    const name = [mark.id, words(mark.name || mark.role || mark.kind), mark.unit].filter(Boolean).join(" · ");
    return h("mark", { class: mark.lit ? "lit" : null, title: name, "data-evidence": mark.id || null }, text);
  });
  return h("p", { class: "question-text" }, pieces);
}

/**
 * The spans of the question that a number rests on, its call's inputs included.
 * @param {Run} run
 * @param {Check} check
 * @returns {Array<{start: number, end: number}>}
 */
export function spansOf(run, check) {
  const [first] = origins(run, answerText(run), check);
  if (first === undefined) return [];
  if (first.kind === "question") return [first];
  const call = run.calls.find((one) => one.id === first.source);
  return call === undefined ? [] : inputs(run, call).map(({ evidence }) => evidence);
}
