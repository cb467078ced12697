// The report of the checks, and the facts that the answer rests on.

import { h } from "./elements.js";
import { allFacts } from "./facts.js";
import { answerText } from "./run.js";
import { count } from "./tables.js";
import { format, shorten, toUnits, words } from "./text.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./elements.js").Shape} Shape */

const ORDER = ["fail", "pass", "not_applicable"];
const SAY = { fail: "failed", pass: "passed", not_applicable: "not applicable" };

/**
 * The outcome in a few words.
 * @param {Run} run
 * @returns {{status: "pass"|"fail"|"open", text: string}}
 */
export function summary(run) {
  const checks = run.verification?.checks ?? [];
  const number = (status) => checks.filter((check) => check.status === status).length;
  if (run.verification === null)
    return { status: "open", text: run.status === "running" ? "not verified yet" : "not verified" };
  if (run.verification.passed) return { status: "pass", text: `verified, ${count(number("pass"), "check")} passed` };
  return { status: "fail", text: `${count(number("fail"), "check")} failed` };
}

/**
 * @param {Run} run
 * @returns {Shape|null} null before there is a report
 */
export function verificationShape(run) {
  if (run.verification === null) return null;
  const { checks } = run.verification;
  const answer = answerText(run);
  const told = checks.filter((check) => check.status !== "not_applicable");
  const sorted = [...told].sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status));
  const without = [
    ...new Set(checks.filter((check) => check.status === "not_applicable").map((check) => words(check.name))),
  ];
  return h(
    "div",
    {},
    h(
      "div",
      { class: "scroll checks", tabindex: 0, role: "region", "aria-label": "Checks" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Outcome", "Check", "In the answer", "Detail"].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          sorted.map((check) =>
            h(
              "tr",
              { "data-status": check.status },
              h("td", {}, h("span", { class: `mark ${check.status}` }, SAY[check.status])),
              h("td", {}, words(check.name)),
              h("td", {}, quoted(answer, check)),
              h("td", {}, check.detail),
            ),
          ),
        ),
      ),
    ),
    without.length === 0 ? null : h("p", { class: "faint" }, `Not applicable: ${without.join(", ")}.`),
  );
}

function quoted(answer, { start, end }) {
  if (end <= start) return "";
  const [from, to] = toUnits(answer, [start, end]);
  return h("q", {}, shorten(answer.slice(from, to), 40));
}

/**
 * @param {Run} run
 * @returns {Shape|null} null before anything is known
 */
export function factsShape(run) {
  const facts = allFacts(run);
  if (facts.length === 0) return null;
  const kinds = { question: "question", result: "result", reasoning: "counted" };
  return h(
    "div",
    { class: "scroll facts", tabindex: 0, role: "region", "aria-label": "Facts" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Fact", "Value", "Unit", "From", "Source"].map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        facts.map((fact) =>
          h(
            "tr",
            {},
            h("td", {}, words(fact.name)),
            h("td", { class: typeof fact.value === "number" ? "n" : null }, format(fact.value)),
            h("td", {}, fact.unit),
            h("td", {}, kinds[fact.kind] ?? fact.kind),
            h("td", {}, h("code", {}, [fact.source, fact.path].filter(Boolean).join(" "))),
          ),
        ),
      ),
    ),
  );
}

/**
 * How the question was taken: kind, budget and reasons, and what was assumed.
 * @param {Run} run
 * @returns {Shape|null} null before it is known
 */
export function routingShape(run) {
  if (run.routing === null) return null;
  const { task_type: task, budget, reasons = [] } = run.routing;
  return h(
    "div",
    { class: "routing" },
    h("p", {}, h("strong", {}, words(task ?? "")), ` · ${budget}`, h("span", { class: "faint" }, ` ${reasons.join(" ")}`)),
    run.assumed.length === 0
      ? null
      : h(
          "ul",
          {},
          run.assumed.map((one) => h("li", {}, `Assumed: ${one}`)),
        ),
  );
}

/**
 * What the run cost, in a line.
 * @param {Run} run
 */
export function usageText(run) {
  if (run.usage === null) return "";
  const {
    seconds,
    tool_calls: calls = 0,
    prompt_tokens: read = 0,
    written_tokens: written = 0,
    forced_tokens: forced = 0,
  } = run.usage;
  return [
    `${words(run.terminationReason)} after ${format(Number(seconds.toPrecision(3)))} s`,
    count(calls, "tool call"),
    `tokens: ${read} read, ${written} written, ${forced} set by the runtime`,
  ].join(" · ");
}
