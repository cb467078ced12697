// The stream as it is written: a block for each stretch between tags, tags visible.

import { h } from "./elements.js";

/** @typedef {import("./run.js").Block} Block */

const LABELS = {
  reason: "reasoning",
  tool_call: "tool call",
  tool_result: "result",
  advocate: "advocate",
  attack: "attack",
  pragmatist: "pragmatist",
  answer: "answer",
};

/**
 * @param {Block} block
 * @param {string} callId of the call that it shows; empty where there is none
 * @returns {import("./elements.js").Shape}
 */
export function blockShape(block, callId) {
  const place = block.step === "answer" ? "" : (block.path ?? []).join(" / ");
  return h(
    "section",
    { class: "block", "data-step": block.step, "data-subgoal": block.path?.[0] ?? null },
    h(
      "header",
      {},
      LABELS[block.step] ?? block.step,
      place === "" ? null : h("span", { class: "faint" }, ` ${place}`),
      callId === "" ? null : h("span", { class: "faint" }, ` ${callId}`),
    ),
    h("pre", {}, tagged(block)),
  );
}

/** The text with its own tags set apart. Only tags at the ends are the block's; others are text that looks like one. */
function tagged(block) {
  const text = block.text.replace(/\n+$/, "");
  if (block.step === "answer") return text;
  const opening = /^<[a-z]+>/.exec(text)?.[0] ?? "";
  const closing = /<\/[a-z]+>$/.exec(text.slice(opening.length))?.[0] ?? "";
  const tag = (name) => (name === "" ? null : h("span", { class: "tag" }, name));
  return [tag(opening), text.slice(opening.length, text.length - closing.length), tag(closing)];
}

/** Keeps a page's blocks up to date: only those that changed are drawn. */
export class Stream {
  /** @type {Block[]} */
  #drawn = [];

  /**
   * @param {HTMLElement} element that holds the blocks, and scrolls
   * @param {(shape: import("./elements.js").Shape) => Node} draw
   */
  constructor(element, draw) {
    this.element = element;
    this.draw = draw;
  }

  /**
   * @param {Block[]} blocks
   * @param {(place: number) => string} callId
   */
  show(blocks, callId) {
    const { element } = this;
    // Who has scrolled up to read is left there.
    const follows = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    blocks.forEach((block, place) => {
      if (this.#drawn[place] === block) return;
      const node = this.draw(blockShape(block, callId(place)));
      const old = element.children[place];
      if (old === undefined) element.append(node);
      else old.replaceWith(node);
    });
    while (element.children.length > blocks.length) element.lastElementChild?.remove();
    this.#drawn = blocks;
    if (follows) element.scrollTop = element.scrollHeight;
  }
}
