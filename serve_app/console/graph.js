// The subgoals as a drawing: layer by layer, from left to right where there is room, else from top to bottom.

import { h } from "./elements.js";
import { shorten } from "./text.js";

/** @typedef {import("./run.js").Subgoal} Subgoal */
/** @typedef {{subgoal: Subgoal, x: number, y: number, lines: string[]}} Box */

const HEIGHT = 64;
const GAP = 12;
const LAYER_GAP = 30;
const LEAST_WIDTH = 124;
const MOST_WIDTH = 220;
const MOST_LINES = 3;
/** Room for edges that pass by whole layers. */
const DETOUR = 14;
/** Of a character of the titles' font, in pixels, on average and a little more. */
const CHARACTER = 6.3;

/**
 * The subgoals in layers: each stands behind all that it depends on. Names that do not exist, and circles, are passed over.
 * @param {Subgoal[]} subgoals
 * @returns {Subgoal[][]}
 */
export function layers(subgoals) {
  const known = new Set(subgoals.map((one) => one.id));
  const placed = new Set();
  const result = [];
  let rest = subgoals;
  while (rest.length > 0) {
    const free = rest.filter((one) => one.depends_on.every((id) => placed.has(id) || !known.has(id)));
    const layer = free.length > 0 ? free : rest;
    result.push(layer);
    layer.forEach((one) => placed.add(one.id));
    rest = rest.filter((one) => !placed.has(one.id));
  }
  return result;
}

/**
 * @param {Subgoal[]} subgoals
 * @param {number} width in pixels; the drawing is as wide
 * @param {boolean} [interactive] nodes can be reached by keyboard and clicked
 * @returns {import("./elements.js").Shape}
 */
export function graphShape(subgoals, width, interactive = false) {
  const plan = layers(subgoals);
  const layerOf = new Map(plan.flatMap((layer, number) => layer.map((one) => [one.id, number])));
  const links = subgoals.flatMap((to) => direct(to, subgoals).map((from) => ({ from, to })));
  const isLong = ({ from, to }) => layerOf.get(to.id) - layerOf.get(from.id) > 1;
  const room = links.some(isLong) ? DETOUR : 0;
  const across = plan.length * LEAST_WIDTH + (plan.length - 1) * LAYER_GAP + 2 <= width;
  const { boxes, boxWidth, height: used } = across ? fromLeft(plan, width) : fromTop(plan, width - room);
  const height = across ? used + room : used;
  const places = new Map(boxes.map((box) => [box.subgoal.id, box]));
  const edges = links.map((link) => {
    const [from, to] = [places.get(link.from.id), places.get(link.to.id)];
    if (!isLong(link)) return edgeShape(from, to, boxWidth, across);
    return across ? belowShape(from, to, boxWidth, height - 4) : besideShape(from, to, boxWidth, width - 4);
  });
  const done = subgoals.filter((one) => one.status === "done").length;
  const label = `Subgoals: ${done} of ${subgoals.length} done`;
  return h(
    "svg",
    { class: "graph", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label },
    edges,
    boxes.map((box) => nodeShape(box, boxWidth, interactive)),
  );
}

/** What a subgoal depends on, without what another of these depends on itself: that much is told by the drawing. */
function direct(subgoal, subgoals) {
  const before = subgoals.filter((one) => subgoal.depends_on.includes(one.id));
  return before.filter((one) => !before.some((other) => other !== one && leadsTo(one.id, other, subgoals, new Set())));
}

function leadsTo(id, subgoal, subgoals, seen) {
  if (seen.has(subgoal.id)) return false;
  seen.add(subgoal.id);
  return subgoal.depends_on.some((other) => {
    const before = subgoals.find((one) => one.id === other);
    return other === id || (before !== undefined && leadsTo(id, before, subgoals, seen));
  });
}

/** Layers as columns, centred. */
function fromLeft(plan, width) {
  const boxWidth = Math.min(MOST_WIDTH, (width - 2 - (plan.length - 1) * LAYER_GAP) / plan.length);
  const most = Math.max(...plan.map((layer) => layer.length));
  const height = most * HEIGHT + (most - 1) * GAP + 2;
  const boxes = plan.flatMap((layer, column) =>
    layer.map((subgoal, row) => {
      const used = layer.length * HEIGHT + (layer.length - 1) * GAP;
      const y = (height - used) / 2 + row * (HEIGHT + GAP);
      return box(subgoal, 1 + column * (boxWidth + LAYER_GAP), y, boxWidth);
    }),
  );
  return { boxes, boxWidth, height };
}

/** Layers as rows; one that has too many nodes for the width takes several. */
function fromTop(plan, width) {
  const most = Math.max(...plan.map((layer) => layer.length));
  const fit = Math.max(1, Math.floor((width - 2 + GAP) / (LEAST_WIDTH + GAP)));
  const perRow = Math.min(most, fit);
  const boxWidth = Math.min(perRow === 1 ? width - 2 : MOST_WIDTH, (width - 2 - (perRow - 1) * GAP) / perRow);
  const boxes = [];
  let y = 1;
  for (const layer of plan) {
    for (let first = 0; first < layer.length; first += perRow) {
      const row = layer.slice(first, first + perRow);
      const left = (width - row.length * boxWidth - (row.length - 1) * GAP) / 2;
      row.forEach((subgoal, place) => boxes.push(box(subgoal, left + place * (boxWidth + GAP), y, boxWidth)));
      y += HEIGHT + (first + perRow < layer.length ? GAP : LAYER_GAP - 8);
    }
  }
  return { boxes, boxWidth, height: y - (LAYER_GAP - 8) + 1 };
}

function box(subgoal, x, y, boxWidth) {
  return { subgoal, x, y, lines: wrap(subgoal.title, Math.floor((boxWidth - 18) / CHARACTER)) };
}

/** @returns {string[]} a title in lines of at most `most` characters, the rest left out */
function wrap(title, most) {
  const lines = [""];
  for (const word of title.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last === "") lines[lines.length - 1] = shorten(word, most);
    else if (last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(shorten(word, most));
  }
  const kept = lines.slice(0, MOST_LINES);
  if (lines.length > MOST_LINES) kept[MOST_LINES - 1] = shorten(`${kept[MOST_LINES - 1]} ${lines[MOST_LINES]}`, most);
  return kept;
}

function edgeShape(from, to, boxWidth, across) {
  const [x1, y1] = across ? [from.x + boxWidth, from.y + HEIGHT / 2] : [from.x + boxWidth / 2, from.y + HEIGHT];
  const [x2, y2] = across ? [to.x, to.y + HEIGHT / 2] : [to.x + boxWidth / 2, to.y];
  const bend = (across ? x2 - x1 : y2 - y1) / 2;
  const d = across
    ? `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
    : `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
  return h("path", { class: "edge", "data-status": from.subgoal.status, d });
}

/** Past the layers between two nodes, below them. */
function belowShape(from, to, boxWidth, y) {
  const [x1, y1, x2, y2] = [from.x + boxWidth, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  const [a, b] = [x1 + LAYER_GAP, x2 - LAYER_GAP];
  const d = `M${x1} ${y1} C${x1 + 15} ${y1} ${a - 15} ${y} ${a} ${y} H${b} C${b + 15} ${y} ${x2 - 15} ${y2} ${x2} ${y2}`;
  return h("path", { class: "edge", "data-status": from.subgoal.status, d });
}

/** Past the layers between two nodes, to the right of them. */
function besideShape(from, to, boxWidth, x) {
  const [x1, y1, x2, y2] = [from.x + boxWidth, from.y + HEIGHT / 2, to.x + boxWidth, to.y + HEIGHT / 2];
  const d = `M${x1} ${y1} C${x1 + 8} ${y1} ${x} ${y1} ${x} ${y1 + 16} V${y2 - 16} C${x} ${y2} ${x2 + 8} ${y2} ${x2} ${y2}`;
  return h("path", { class: "edge", "data-status": from.subgoal.status, d });
}

const MARKS = {
  pending: (x, y) => h("circle", { cx: x, cy: y, r: 5, class: "ring" }),
  running: (x, y) => [
    h("circle", { cx: x, cy: y, r: 5, class: "ring" }),
    h("circle", { cx: x, cy: y, r: 2.5, class: "pulse" }),
  ],
  done: (x, y) => [
    h("circle", { cx: x, cy: y, r: 6, class: "disc" }),
    h("path", { d: `M${x - 3} ${y} l2 2.4 l4 -4.6`, class: "sign" }),
  ],
  failed: (x, y) => [
    h("circle", { cx: x, cy: y, r: 6, class: "disc" }),
    h("path", { d: `M${x - 2.4} ${y - 2.4} l4.8 4.8 m0 -4.8 l-4.8 4.8`, class: "sign" }),
  ],
  skipped: (x, y) => [
    h("circle", { cx: x, cy: y, r: 5, class: "ring" }),
    h("path", { d: `M${x - 2.5} ${y} h5`, class: "dash" }),
  ],
};

function nodeShape({ subgoal, x, y, lines }, boxWidth, interactive) {
  const { id, kind, status, title, problem } = subgoal;
  const label = `${id}, ${kind}: ${title}. ${status}${problem ? `: ${problem}` : ""}`;
  const reach = interactive ? { tabindex: 0, role: "button" } : { role: "img" };
  return h(
    "g",
    { class: "node", "data-node": id, "data-kind": kind, "data-status": status, "aria-label": label, ...reach },
    h("title", {}, problem ? `${title}\n${problem}` : title),
    h("rect", { x, y, width: boxWidth, height: HEIGHT, rx: 5 }),
    (MARKS[status] ?? MARKS.pending)(x + boxWidth - 13, y + 12),
    h("text", { x: x + 9, y: y + 16, class: "kind" }, `${id} · ${kind}`),
    lines.map((line, row) => h("text", { x: x + 9, y: y + 31 + 13 * row }, line)),
  );
}
