// The subgoals as rows beside a gutter in which lines lead from a step to those that need it: readable at any width.

import { h } from "./elements.js";

/** @typedef {import("./run.js").Subgoal} Subgoal */

const ROW = 34, STEP = 18, RADIUS = 6;
const MARKS = { done: "✓", failed: "✕", skipped: "–" };

/**
 * How many steps lie before each subgoal.
 * @param {Subgoal[]} subgoals
 * @returns {number[]}
 */
export function depths(subgoals) {
  const places = new Map(subgoals.map((one, place) => [one.id, place]));
  const known = new Map();
  const depth = (place, seen) => {
    if (known.has(place)) return known.get(place);
    if (seen.has(place)) return 0;
    const before = subgoals[place].depends_on.filter((id) => places.has(id));
    const value = before.length === 0 ? 0 : 1 + Math.max(...before.map((id) => depth(places.get(id), new Set([...seen, place]))));
    known.set(place, value);
    return value;
  };
  return subgoals.map((_, place) => depth(place, new Set()));
}

/**
 * @param {Subgoal[]} subgoals
 */
export function graphShape(subgoals) {
  const levels = depths(subgoals);
  const places = new Map(subgoals.map((one, place) => [one.id, place]));
  const x = (place) => RADIUS + 3 + levels[place] * STEP;
  const y = (place) => ROW / 2 + place * ROW;
  const lines = subgoals.flatMap((one, place) => one.depends_on.filter((id) => places.has(id)).map((id) => {
    const from = places.get(id);
    return h("path", {
      class: `edge ${one.status}`,
      d: `M${x(from)} ${y(from) + RADIUS} C${x(from)} ${y(place) - 4}, ${x(from)} ${y(place)}, ${x(place) - RADIUS} ${y(place)}`,
    });
  }));
  const dots = subgoals.map((one, place) => h("g", { class: `node ${one.status}` },
    h("circle", { cx: x(place), cy: y(place), r: RADIUS }),
    MARKS[one.status] ? h("text", { x: x(place), y: y(place) + 3.5, "text-anchor": "middle" }, MARKS[one.status]) : null));
  const width = 2 * (RADIUS + 3) + Math.max(0, ...levels) * STEP, height = ROW * subgoals.length;
  const rows = subgoals.map((one) => h("li", { class: one.status, title: one.problem || null },
    h("span", { class: "title" }, one.title),
    h("span", { class: "faint" }, one.status === "running" ? "running" : one.problem || one.kind),
    h("span", { class: "visually-hidden" }, `, ${one.status}`)));
  return h("div", { class: "graph" },
    h("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, lines, dots),
    h("ol", {}, rows));
}
