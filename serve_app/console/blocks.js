// The transcript: each block with its tag, advocate beside attack.

import { h } from "./elements.js";
import { inside } from "./run.js";

/** @typedef {import("./run.js").Block} Block */

const TAGS = {
  reason: "reason", tool_call: "tool", tool_result: "result", advocate: "advocate", attack: "attack", pragmatist: "pragmatist",
  answer: "answer",
};
const SIDES = ["advocate", "attack"];

/**
 * Blocks in groups that are drawn together: two sides of a debate in one, all others alone.
 * @param {Block[]} blocks
 * @returns {Block[][]}
 */
export function groups(blocks) {
  /** @type {Block[][]} */
  const result = [];
  for (const block of blocks) {
    const last = result[result.length - 1];
    const isSide = SIDES.includes(block.step);
    if (isSide && last && SIDES.includes(last[0].step) && last[0].step !== block.step && last.length === 1) last.push(block);
    else result.push([block]);
  }
  return result;
}

/**
 * @param {Block} block
 */
export function blockShape(block) {
  const tag = TAGS[block.step] ?? block.step;
  const where = (block.path ?? []).length > 0 && block.step !== "answer" ? h("span", { class: "faint" }, block.path.join(" / ")) : null;
  const body = block.step === "tool_call" || block.step === "tool_result" ? pretty(inside(block)) : inside(block);
  return h("section", { class: `block ${block.step}` },
    h("header", {}, h("code", {}, block.step === "answer" ? "answer" : `<${tag}>`), where),
    h("div", { class: "text" }, body.trim()));
}

/**
 * @param {Block[]} blocks
 */
export function transcriptShape(blocks) {
  return h("div", { class: "transcript" }, groups(blocks.filter((block) => block.text.trim() !== "")).map((group) =>
    group.length === 2 ? h("div", { class: "debate" }, group.map(blockShape)) : blockShape(group[0])));
}

/** JSON with a line per argument where it is complete; while it is being written, as it is. */
function pretty(text) {
  try {
    const value = JSON.parse(text);
    return JSON.stringify(value, null, 1).replace(/\[\s+((?:-?[\d.eE+]+,?\s*)+)\]/g, (_, list) => `[${list.trim().replace(/\s+/g, " ")}]`);
  } catch {
    return text;
  }
}
