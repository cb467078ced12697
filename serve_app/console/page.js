// What the page shows of a run, and where it leads from a number to its origin.

import { answerShape, originShape, questionShape, spansOf } from "./answer.js";
import { Stream } from "./blocks.js";
import { debateShape } from "./debate.js";
import { fill, h, toDom } from "./elements.js";
import { numberChecks } from "./facts.js";
import { graphShape } from "./graph.js";
import { blockCall } from "./report.js";
import { callShapes } from "./results.js";
import { factsShape, routingShape, summary, usageText, verificationShape } from "./verification.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./elements.js").Shape} Shape */
/** @typedef {{start: number, end: number}} Span */

/** @param {string} id */
export const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Page {
  /** @type {Run|null} as it was drawn last */
  #run = null;
  /** @type {Span[]} */
  #lit = [];
  #stream = new Stream($("stream"), toDom);

  constructor() {
    new ResizeObserver(() => this.#drawGraph()).observe($("graph"));
  }

  /**
   * Draw what changed since the last time: parts of a run that no event touched are the same objects.
   * @param {Run|null} run null for the page that waits for a question
   * @param {boolean} isNew nothing of what is drawn belongs to it
   */
  draw(run, isNew = false) {
    const before = isNew ? null : this.#run;
    this.#run = run;
    for (const id of ["run", "question-panel", "stream-panel"]) $(id).hidden = run === null;
    $("start").hidden = run !== null;
    if (isNew) this.#forgetOrigin();
    if (run === null) return;
    const changed = (...names) => before === null || names.some((name) => before[name] !== run[name]);
    if (changed("blocks", "calls")) this.#stream.show(run.blocks, (place) => blockCall(run, place));
    if (changed("text", "evidence")) this.#drawQuestion();
    if (changed("routing", "assumed")) part("routing", routingShape(run));
    if (changed("blocks", "verification", "facts", "calls", "status")) fill($("answer"), answerShape(run, true));
    if (changed("subgoals")) this.#drawGraph();
    if (changed("blocks", "debate", "chrono")) part("debate", debateShape(run));
    if (changed("calls", "figures", "choices")) part("results", ...callShapes(run));
    if (changed("verification")) part("verification", verificationShape(run));
    if (changed("facts", "evidence")) part("facts", factsShape(run));
    if (changed("error", "problems"))
      part("problem", ...[run.error, ...run.problems].filter(Boolean).map((message) => h("p", {}, message)));
    const { status, text } = summary(run);
    $("outcome").className = `mark ${status}`;
    fill($("outcome"), text);
    fill($("usage"), usageText(run));
  }

  /** @param {number} place of the number among those that were checked */
  showOrigin(place) {
    if (this.#run === null) return;
    const check = numberChecks(this.#run)[place];
    fill($("origin-body"), originShape(this.#run, check));
    $("origin").hidden = false;
    for (const button of $("answer").querySelectorAll("[data-check]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-check") === String(place)));
    }
    this.#lit = spansOf(this.#run, check);
    this.#drawQuestion();
  }

  /** Close the origin, and go back to its number. */
  closeOrigin() {
    const pressed = $("answer").querySelector('[aria-pressed="true"]');
    this.#forgetOrigin();
    this.#drawQuestion();
    if (pressed instanceof HTMLElement) {
      pressed.setAttribute("aria-pressed", "false");
      pressed.focus();
    }
  }

  /** @param {Span} span */
  showInQuestion(span) {
    this.#lit = [span];
    this.#drawQuestion();
    reveal($("question-read").querySelector(".lit"));
  }

  /**
   * @param {string} callId
   * @param {string} path of the field
   */
  showInResults(callId, path) {
    const call = $("results").querySelector(`#call-${CSS.escape(callId)}`);
    // A list that stands in one line has a path of its own only, its entries have none.
    const paths = [path, path.replace(/\[\d+\]$/, "")];
    const field = paths.map((one) => call?.querySelector(`[data-path="${CSS.escape(one)}"]`)).find(Boolean);
    light($("results"), field ?? call);
    for (let folded = field?.closest("details"); folded; folded = folded.parentElement?.closest("details"))
      folded.open = true;
    reveal(field ?? call);
  }

  /** @param {string} id of the subgoal whose first block is shown */
  showNode(id) {
    const block = $("stream").querySelector(`[data-subgoal="${CSS.escape(id)}"]`);
    light($("stream"), block);
    reveal(block);
  }

  #forgetOrigin() {
    this.#lit = [];
    $("origin").hidden = true;
  }

  #drawQuestion() {
    if (this.#run !== null) fill($("question-read"), questionShape(this.#run, this.#lit));
  }

  #drawGraph() {
    const run = this.#run;
    const holder = $("graph");
    const panel = /** @type {HTMLElement} */ (holder.closest(".panel"));
    panel.hidden = run === null || run.subgoals.length === 0;
    // Where the page has just been shown it has no width yet; the observer comes back when it has.
    if (run === null || panel.hidden || holder.clientWidth === 0) return;
    const focused = document.activeElement?.closest("[data-node]")?.getAttribute("data-node") ?? "";
    fill(holder, graphShape(run.subgoals, holder.clientWidth, true));
    const again = holder.querySelector(`[data-node="${CSS.escape(focused)}"]`);
    if (again instanceof SVGElement) again.focus();
  }
}

/** A part of the page that stays away, its panel too, while it has nothing to show. */
function part(id, ...shapes) {
  const there = shapes.filter((shape) => shape !== null);
  fill($(id), ...there);
  const panel = $(id).closest(`[data-part="${id}"]`) ?? $(id);
  /** @type {HTMLElement} */ (panel).hidden = there.length === 0;
}

function light(root, element) {
  for (const old of root.querySelectorAll(".lit")) old.classList.remove("lit");
  element?.classList.add("lit");
}

function reveal(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center", inline: "nearest" });
}
