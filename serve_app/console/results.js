// Results of tool calls as tables: single values by name, lists of equal length and lists of records row by row.

import { h } from "./elements.js";
import { format, words } from "./text.js";

/** @typedef {import("./run.js").Call} Call */

const MAX_ROWS = 200;

/**
 * @param {Call} call
 */
export function callShape(call) {
  const answer = call.answer ?? {};
  const operation = String(call.args?.operation ?? call.tool);
  const args = Object.entries(call.args ?? {}).filter(([name]) => name !== "operation");
  return h("article", { class: "call", id: `call-${call.id}` },
    h("h3", {}, h("code", {}, call.id), ` ${words(operation)} `, h("span", { class: "faint" }, `${call.tool}, ${format(call.seconds)} s`)),
    answer.method ? h("p", {}, answer.method) : null,
    answer.success ? h("p", {}, answer.conclusion ?? "") : h("p", { class: "problem" }, answer.error ?? "failed"),
    answer.success ? valueShape(answer.result ?? {}, answer.unit ?? "") : null,
    notes("Assumptions", answer.assumptions, (one) => `${one.holds === false ? "✕" : one.holds ? "✓" : "?"} ${one.name}: ${one.detail}`),
    notes("Warnings", answer.warnings, (one) => one.message),
    notes("Conventions", answer.conventions, (one) => (typeof one === "string" ? one : JSON.stringify(one))),
    h("details", {}, h("summary", {}, "Arguments"), h("pre", {}, JSON.stringify(Object.fromEntries(args), null, 1))));
}

function notes(title, entries, say) {
  if (!Array.isArray(entries) || entries.length === 0) return null;
  return h("div", {}, h("h4", {}, title), h("ul", {}, entries.map((one) => h("li", {}, say(one)))));
}

/**
 * A value of any depth.
 * @param {any} value
 * @param {string} unit
 */
export function valueShape(value, unit) {
  if (value === null || typeof value !== "object") return h("p", {}, format(value));
  if (Array.isArray(value)) return listShape(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== null);
  const single = entries.filter(([, entry]) => typeof entry !== "object");
  const lists = entries.filter(([, entry]) => Array.isArray(entry) && entry.length > 0 && entry.every((one) => typeof one !== "object"));
  const columns = lists.filter(([, entry]) => lists.filter(([, other]) => other.length === entry.length).length > 1 && entry.length > 3);
  const rest = entries.filter((entry) => !single.includes(entry) && !columns.includes(entry));
  const lengths = [...new Set(columns.map(([, entry]) => entry.length))];
  return h("div", { class: "values" },
    single.length === 0 ? null : h("dl", { class: "pairs" }, single.map(([name, entry]) => h("div", {}, h("dt", {}, words(name)), h("dd", {}, format(entry))))),
    lengths.map((length) => {
      const own = columns.filter(([, entry]) => entry.length === length);
      const rows = Array.from({ length }, (_, row) => [String(row + 1), ...own.map(([, entry]) => format(entry[row]))]);
      return table(["", ...own.map(([name]) => words(name))], rows);
    }),
    rest.map(([name, entry]) => h("div", {}, h("h4", {}, words(name)), valueShape(entry, unit))));
}

function listShape(list) {
  if (list.length === 0) return h("p", { class: "faint" }, "none");
  if (list.every((one) => one !== null && typeof one === "object" && !Array.isArray(one))) {
    const names = [...new Set(list.flatMap((one) => Object.keys(one)))];
    return table(names.map(words), list.map((one) => names.map((name) => shown(one[name]))));
  }
  if (list.every((one) => Array.isArray(one))) return table([], list.map((row) => row.map(shown)));
  return h("p", { class: "numbers" }, list.slice(0, MAX_ROWS).map(shown).join(", "), list.length > MAX_ROWS ? ` … ${list.length} in all` : "");
}

function shown(value) {
  return value !== null && typeof value === "object" ? JSON.stringify(value) : format(value);
}

function table(header, rows) {
  const more = rows.length > MAX_ROWS ? h("p", { class: "faint" }, `${rows.length} rows; the first ${MAX_ROWS} are shown, the export as JSON has all.`) : null;
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "table" },
    h("table", {},
      header.length === 0 ? null : h("thead", {}, h("tr", {}, header.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.slice(0, MAX_ROWS).map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell)))))), more);
}
