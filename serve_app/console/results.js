// Tool calls: what was asked, what came out, as tables and figures, and on what it stands.

import { h } from "./elements.js";
import { count, sheetShape, shown, tableShape, tabulate } from "./tables.js";
import { format, words } from "./text.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Call} Call */
/** @typedef {import("./elements.js").Shape} Shape */

/**
 * @param {Run} run
 * @returns {Shape[]} one for each call
 */
export function callShapes(run) {
  return run.calls.map((call) => {
    const figures = run.figures.filter((figure) => figure.call === call.id);
    const choice = run.choices.find((one) => (one.path[0] ?? "") === call.subgoal);
    return callShape(call, figures, choice?.data);
  });
}

/**
 * @param {Call} call
 * @param {import("./run.js").Figure[]} figures
 * @param {Object} [choice] how its operation was chosen
 * @returns {Shape}
 */
function callShape(call, figures, choice) {
  const { args, answer, id } = call;
  const operation = String(args.operation ?? call.tool);
  const { sheets, tables } = answer.success ? tabulate(answer.result ?? {}, "result") : { sheets: [], tables: [] };
  return h(
    "article",
    { class: "call", id: `call-${id}`, "data-success": String(Boolean(answer.success)), tabindex: -1 },
    h(
      "h3",
      {},
      h("code", {}, id),
      ` ${words(operation)} `,
      h(
        "span",
        { class: "faint" },
        `${call.tool} · ${format(1000 * call.seconds)} ms${answer.n_used ? ` · n = ${answer.n_used}` : ""}`,
      ),
    ),
    answer.success ? null : h("p", { class: "fault" }, String(answer.error ?? "The call failed and gave no reason.")),
    answer.conclusion ? h("p", { class: "conclusion", "data-path": "conclusion" }, answer.conclusion) : null,
    figures.map(figureShape),
    sheets.map(sheetShape),
    tables.map(tableShape),
    list("Assumptions", answer.assumptions, (one, place) =>
      h(
        "li",
        { "data-path": `assumptions[${place}]` },
        h(
          "span",
          { class: `mark ${one.holds ? "pass" : one.holds === false ? "fail" : "not_applicable"}` },
          one.holds ? "holds" : one.holds === false ? "does not hold" : "not checked",
        ),
        ` ${one.name}: ${one.detail}`,
      ),
    ),
    list("Warnings", answer.warnings, (one, place) => h("li", { "data-path": `warnings[${place}].message` }, one.message)),
    basis(call),
    choice === undefined ? null : chosen(choice),
  );
}

function figureShape(figure) {
  // As an image nothing inside of it can run or load.
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(figure.svg)}`;
  return h("figure", { class: "drawing" }, h("img", { src: address, alt: figure.title }), h("figcaption", {}, figure.title));
}

function list(title, entries, draw) {
  if (!Array.isArray(entries) || entries.length === 0) return null;
  return h("div", { class: "notes" }, h("h4", {}, title), h("ul", { class: "plain" }, entries.map(draw)));
}

/** Method, conventions, arguments: folded away, since an audit asks for them and a first look does not. */
function basis({ args, answer }) {
  const pair = (name, value, path) =>
    value === undefined || value === ""
      ? null
      : h("div", { "data-path": path ?? null }, h("dt", {}, words(name)), h("dd", {}, shown(value)));
  const group = (title, object, prefix) =>
    Object.keys(object ?? {}).length === 0
      ? null
      : [
          h("h4", {}, title),
          h(
            "dl",
            { class: "pairs" },
            Object.entries(object).map(([name, value]) => pair(name, value, `${prefix}${name}`)),
          ),
        ];
  const { operation, ...given } = args;
  return h(
    "details",
    { class: "basis" },
    h("summary", {}, "Method, conventions and arguments"),
    h("dl", { class: "pairs" }, pair("method", answer.method), pair("reference", answer.source), pair("unit", answer.unit)),
    group("Arguments", given, ""),
    group("Conventions", answer.conventions, "conventions."),
    group("Undefined", answer.undefined, "undefined."),
    group("Versions", answer.versions, "versions."),
  );
}

function chosen({ shares = [], chosen: place }) {
  if (shares.length < 2) return null;
  const percent = (share) => (share < 0.001 ? "under 0.1%" : `${format(Number((100 * share).toPrecision(3)))}%`);
  return h(
    "p",
    { class: "faint" },
    `Chosen among ${count(shares.length, "operation")}: `,
    shares
      .map((share, number) => `${words(share.operation)} ${percent(share.probability)}${number === place ? " (taken)" : ""}`)
      .join(", "),
  );
}
