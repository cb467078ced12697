// Results as tables: single values by name, lists of equal length side by side, lists of records row by row.

import { h } from "./elements.js";
import { format, words } from "./text.js";

/** @typedef {{path: string, value: any}} Cell */
/** @typedef {{title: string, columns: string[], rows: Array<{head: string, cells: Cell[]}>}} Table */
/** @typedef {{title: string, cells: Array<Cell & {name: string}>}} Sheet single values of one object */

const MOST_ROWS = 200;
/** A single list that is shorter stands in one line with its name. */
const SHORT = 6;
/** Characters from which on a text gets a wide column. */
const LONG = 60;

/**
 * What a result holds, in the order in which it holds it.
 * @param {Object} result
 * @param {string} path of the result in its answer
 * @returns {{sheets: Sheet[], tables: Table[]}}
 */
export function tabulate(result, path) {
  /** @type {Sheet[]} */
  const sheets = [];
  /** @type {Table[]} */
  const tables = [];
  visit(result, path, "", sheets, tables);
  return { sheets, tables };
}

function visit(object, path, title, sheets, tables) {
  const entries = Object.entries(object).filter(([, value]) => value !== null && value !== undefined);
  const at = (name) => `${path}.${name}`;
  const lists = entries.filter(([, value]) => isColumn(value));
  const partners = (list) => lists.filter(([, other]) => other.length === list.length);
  const cells = entries
    .filter(
      ([, value]) =>
        isSingle(value) || (isColumn(value) && partners(value).length < 2 && value.length <= SHORT && value.every(isSingle)),
    )
    .map(([name, value]) => ({ name, path: at(name), value }));
  if (cells.length > 0) sheets.push({ title, cells });
  const inline = new Set(cells.map((cell) => cell.name));
  const drawn = new Set();
  for (const [name, value] of entries) {
    if (inline.has(name) || drawn.has(name)) continue;
    if (isColumn(value)) {
      const group = partners(value);
      group.forEach(([own]) => drawn.add(own));
      tables.push(fromColumns(title, group, at, object));
    } else if (isRecords(value)) {
      tables.push(
        fromRecords(
          join(title, name),
          value.map((record, row) => [`${row + 1}`, record, `${at(name)}[${row}]`]),
        ),
      );
    } else if (Array.isArray(value)) {
      tables.push(
        fromRecords(
          join(title, name),
          value.map((entry, row) => [`${row + 1}`, { value: entry }, `${at(name)}[${row}]`]),
        ),
      );
    } else if (isRecords(Object.values(value)) && Object.values(value).length > 1) {
      tables.push(
        fromRecords(
          join(title, name),
          Object.entries(value).map(([key, record]) => [key, record, `${at(name)}.${key}`]),
        ),
      );
    } else {
      visit(value, at(name), join(title, name), sheets, tables);
    }
  }
}

function join(title, name) {
  return title === "" ? words(name) : `${title}: ${words(name)}`;
}

function isSingle(value) {
  return value === null || typeof value !== "object";
}

/** A list of single values, or a matrix. */
function isColumn(value) {
  if (!Array.isArray(value) || value.length === 0) return false;
  return (
    value.every(isSingle) ||
    value.every((row) => Array.isArray(row) && row.length === value[0].length && row.every(isSingle))
  );
}

function isRecords(value) {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => !isSingle(entry) && !Array.isArray(entry));
}

/** Lists of one length, side by side. The columns of a matrix are called as a list of texts beside it says. */
function fromColumns(title, group, at, object) {
  const columns = group.flatMap(([name, list]) => {
    if (isSingle(list[0]))
      return [{ label: words(name), cell: (row) => ({ path: `${at(name)}[${row}]`, value: list[row] }) }];
    const labels = Object.values(object).find(
      (other) =>
        Array.isArray(other) && other.length === list[0].length && other.every((entry) => typeof entry === "string"),
    );
    return list[0].map((_, column) => ({
      label: `${words(name)} ${labels?.[column] ?? column + 1}`,
      cell: (row) => ({ path: `${at(name)}[${row}][${column}]`, value: list[row][column] }),
    }));
  });
  const rows = group[0][1].map((_, row) => ({ head: String(row + 1), cells: columns.map((column) => column.cell(row)) }));
  return { title, columns: columns.map((column) => column.label), rows };
}

function fromRecords(title, records) {
  const names = [...new Set(records.flatMap(([, record]) => Object.keys(record)))];
  const rows = records.map(([head, record, path]) => ({
    head,
    cells: names.map((name) => ({
      path: "value" in record && names.length === 1 ? path : `${path}.${name}`,
      value: record[name],
    })),
  }));
  return { title, columns: names.map(words), rows };
}

/**
 * @param {Table} table
 * @returns {import("./elements.js").Shape}
 */
export function tableShape(table) {
  const rows = table.rows.slice(0, MOST_ROWS);
  const left = table.rows.length - rows.length;
  return h(
    "figure",
    { class: "table" },
    h(
      "figcaption",
      {},
      table.title === "" ? "" : `${table.title} · `,
      h("span", { class: "faint" }, count(table.rows.length, "row")),
      left > 0 ? ` (the first ${MOST_ROWS}; the JSON export has all)` : "",
    ),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": table.title || "table" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "#"),
            table.columns.map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.head), row.cells.map(cellShape))),
        ),
      ),
    ),
  );
}

function cellShape({ path, value }) {
  const isNumber = typeof value === "number";
  const kind = isNumber ? "n" : String(value).length > LONG ? "long" : null;
  const attrs = {
    "data-path": path,
    class: kind,
    title: isNumber && format(value) !== String(value) ? String(value) : null,
  };
  return h("td", attrs, shown(value));
}

/**
 * @param {Sheet} sheet
 * @returns {import("./elements.js").Shape}
 */
export function sheetShape(sheet) {
  return h(
    "div",
    { class: "sheet" },
    sheet.title === "" ? null : h("h4", {}, sheet.title),
    h(
      "dl",
      {},
      sheet.cells.map(({ name, path, value }) =>
        h(
          "div",
          { "data-path": path },
          h("dt", {}, words(name)),
          h(
            "dd",
            { title: typeof value === "number" && format(value) !== String(value) ? String(value) : null },
            shown(value),
          ),
        ),
      ),
    ),
  );
}

/**
 * Any value in a line.
 * @param {any} value
 * @returns {string}
 */
export function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return value !== null && typeof value === "object" ? JSON.stringify(value) : format(value);
}

/**
 * @param {number} number
 * @param {string} noun
 */
export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
