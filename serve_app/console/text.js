// Places in texts. The server counts characters as Python does (code points), JavaScript counts UTF-16 units: after one
// "𝑝" or an emoji in a question the two disagree.

/**
 * Places in code points as places in UTF-16 units.
 * @param {string} text
 * @param {number[]} places in any order
 * @returns {number[]}
 */
export function toUnits(text, places) {
  if (!/[\ud800-\udbff]/.test(text)) return places.map((place) => Math.min(place, text.length));
  const starts = [0];
  for (const character of text) starts.push(starts[starts.length - 1] + character.length);
  return places.map((place) => starts[Math.min(place, starts.length - 1)]);
}

/**
 * @template T
 * @typedef {{text: string, mark: T|null}} Piece
 */

/**
 * A text cut at marked spans. Of spans that overlap the first one counts.
 * @template {{start: number, end: number}} T
 * @param {string} text
 * @param {T[]} marks places in code points
 * @returns {Array<Piece<T>>} in the order of the text; together they are all of it
 */
export function cut(text, marks) {
  const units = toUnits(
    text,
    marks.flatMap((mark) => [mark.start, mark.end]),
  );
  const spans = marks.map((mark, index) => ({ mark, start: units[2 * index], end: units[2 * index + 1] }));
  spans.sort((one, other) => one.start - other.start);
  /** @type {Array<Piece<T>>} */
  const pieces = [];
  let at = 0;
  for (const { mark, start, end } of spans) {
    if (start < at || end <= start) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), mark: null });
    pieces.push({ text: text.slice(start, end), mark });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), mark: null });
  return pieces;
}

/**
 * A value as people read it: six significant digits, no binary dust. The minus is the one that spreadsheets take.
 * @param {any} value
 * @returns {string}
 */
export function format(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(6)));
}

/**
 * A field's name as words.
 * @param {string} name
 */
export function words(name) {
  return name.replaceAll("_", " ");
}

/**
 * At most `most` characters, with dots where something is left out.
 * @param {string} text
 * @param {number} most
 */
export function shorten(text, most) {
  const characters = [...text];
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}
