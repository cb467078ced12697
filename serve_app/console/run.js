// The state of one run, folded from the server's events. No function here changes what it is given: a block, node or
// list that an event did not touch stays the same object, which is how the page knows what to draw anew.

/** @typedef {{start: number, end: number, id: string, kind: string, name: string, values: Array<number|string>, unit: string}} Evidence */
/** @typedef {{kind: "evidence"|"tool"|"reasoning", source: string, path: string, start: number, end: number}} Provenance */
/** @typedef {{id: string, name: string, value: any, unit: string, provenance: Provenance}} Fact */
/** @typedef {{id: string, tool: string, args: Object, answer: Object, seconds: number, subgoal: string}} Call */
/** @typedef {{name: string, status: "pass"|"fail"|"not_applicable", detail: string, start: number, end: number, fact_ids: string[]}} Check */
/** @typedef {{id: string, kind: string, title: string, depends_on: string[], status: string, problem: string}} Subgoal */
/** @typedef {{step: string, path: string[], text: string}} Block `text` is as it was written, tags included. */
/** @typedef {{call: string, name: string, title: string, svg: string}} Figure */
/** @typedef {{question: string, budget: string, seed: number, figures: boolean, files: Array<{id: string, filename: string}>}} Request
 * `budget` is empty for "let the router decide". */

/**
 * @typedef {Object} Run
 * @property {Request} request
 * @property {string} text what the spans of evidence count in: the question, and the tables of its files
 * @property {string} started time as ISO 8601
 * @property {"running"|"done"|"stopped"|"failed"} status
 * @property {string} error why it failed
 * @property {Object[]} events all of them, for the audit
 * @property {Block[]} blocks their texts, end to end, are the transcript
 * @property {Evidence[]} evidence
 * @property {string[]} assumed
 * @property {Object|null} routing
 * @property {Subgoal[]} subgoals
 * @property {Call[]} calls
 * @property {Array<{path: string[], data: Object}>} choices of operations
 * @property {Object|null} debate what advocate and attack came to
 * @property {Object|null} chrono
 * @property {{passed: boolean, checks: Check[]}|null} verification
 * @property {Fact[]} facts that the answer's numbers rest on
 * @property {Figure[]} figures
 * @property {string[]} problems
 * @property {string} terminationReason
 * @property {Object|null} usage
 */

/**
 * @param {Request} request
 * @param {string} started
 * @returns {Run}
 */
export function newRun(request, started) {
  return {
    request,
    text: request.question,
    started,
    status: "running",
    error: "",
    events: [],
    blocks: [],
    evidence: [],
    assumed: [],
    routing: null,
    subgoals: [],
    calls: [],
    choices: [],
    debate: null,
    chrono: null,
    verification: null,
    facts: [],
    figures: [],
    problems: [],
    terminationReason: "",
    usage: null,
  };
}

/**
 * The run after one more event. Events of a type that this console does not know are kept and not shown.
 * @param {Run} run
 * @param {Object} event
 * @returns {Run}
 */
export function fold(run, event) {
  const data = event.data ?? {};
  const path = event.path ?? [];
  const next = { ...run, events: withEvent(run.events, event) };
  switch (event.type) {
    case "text":
      return { ...next, blocks: withText(run.blocks, event.step ?? "answer", path, event.text ?? "") };
    case "evidence":
      return { ...next, text: data.question ?? run.text, evidence: data.items ?? [], assumed: data.assumed ?? [] };
    case "routing":
      return { ...next, routing: data };
    case "graph":
      return { ...next, subgoals: data.graph?.subgoals ?? [] };
    case "node":
      return { ...next, subgoals: withNode(run.subgoals, data) };
    case "choice":
      if (data.verdict !== undefined) return { ...next, debate: data };
      return { ...next, choices: [...run.choices, { path, data }] };
    case "call":
      return { ...next, calls: [...run.calls, { ...data, subgoal: path[0] ?? "" }] };
    case "chrono":
      return { ...next, chrono: data };
    case "verification":
      return { ...next, verification: data, subgoals: withDecision(run.subgoals, data.passed) };
    case "facts":
      return { ...next, facts: data.facts ?? [] };
    case "figure":
      return { ...next, figures: [...run.figures, data] };
    case "problem":
      return { ...next, problems: [...run.problems, String(data.message ?? "")] };
    case "end":
      return { ...next, status: "done", terminationReason: data.termination_reason ?? "", usage: data.usage ?? null };
    default:
      return next;
  }
}

/**
 * A run that has ended otherwise than by its `end` event.
 * @param {Run} run
 * @param {"stopped"|"failed"} status
 * @param {string} [error]
 * @returns {Run}
 */
export function close(run, status, error = "") {
  const subgoals = run.subgoals.map((one) => (one.status === "running" ? { ...one, status: "pending" } : one));
  return { ...run, status, error, subgoals };
}

/**
 * All text that was written.
 * @param {Run} run
 */
export function transcript(run) {
  return run.blocks.map((block) => block.text).join("");
}

/**
 * Place of the answer among the blocks: what stands behind the last tagged block; -1 while there is none.
 * @param {Run} run
 */
export function answerIndex(run) {
  const last = run.blocks.length - 1;
  return last >= 0 && run.blocks[last].step === "answer" ? last : -1;
}

/**
 * The answer as it was written: the checks' places count from its beginning.
 * @param {Run} run
 */
export function answerText(run) {
  const index = answerIndex(run);
  return index < 0 ? "" : run.blocks[index].text;
}

/**
 * What stands between the tags of a block.
 * @param {Block} block
 */
export function inside(block) {
  if (block.step === "answer") return block.text;
  return block.text.replace(/^\s*<[a-z]+>\n?/, "").replace(/\n?<\/[a-z]+>\s*$/, "");
}

/**
 * The call whose result a block shows: the calls of a subgoal and its result blocks come in the same order.
 * @param {Run} run
 * @param {number} index of the block
 * @returns {Call|null}
 */
export function callOfBlock(run, index) {
  const block = run.blocks[index];
  const subgoal = block.path[0] ?? "";
  const before = run.blocks.slice(0, index).filter((one) => one.step === block.step && (one.path[0] ?? "") === subgoal);
  return run.calls.filter((call) => call.subgoal === subgoal)[before.length] ?? null;
}

/** Text events that continue each other are kept as one: a long answer has thousands of them. */
function withEvent(events, event) {
  const last = events[events.length - 1];
  const continues =
    event.type === "text" && last?.type === "text" && last.step === event.step && samePath(last.path, event.path);
  if (!continues || startsBlock(event)) return [...events, event];
  return [...events.slice(0, -1), { ...last, text: (last.text ?? "") + (event.text ?? "") }];
}

function withText(blocks, step, path, text) {
  const last = blocks[blocks.length - 1];
  // Outside of tags a path says nothing: all of it is one answer.
  const continues =
    last?.step === step && (step === "answer" || (samePath(last.path, path) && !startsBlock({ step, text })));
  if (!continues) return [...blocks, { step, path, text }];
  return [...blocks.slice(0, -1), { ...last, text: last.text + text }];
}

const OPENING = {
  reason: "<reason>",
  tool_call: "<tool>",
  tool_result: "<result>",
  advocate: "<advocate>",
  attack: "<attack>",
  pragmatist: "<pragmatist>",
};

/** Two blocks of a kind may follow each other; an opening tag comes as the beginning of its event. */
function startsBlock(event) {
  const tag = OPENING[event.step];
  return tag !== undefined && (event.text ?? "").startsWith(tag);
}

function samePath(one, other) {
  return (one ?? []).join("/") === (other ?? []).join("/");
}

function withNode(subgoals, node) {
  const changed = subgoals.map((one) => (one.id === node.id ? { ...one, ...node } : one));
  return node.status === "failed" ? withSkipped(changed) : changed;
}

/** What waits for a step that failed is left out; the server says so of the failed step only. The decision remains. */
function withSkipped(subgoals) {
  const lost = new Set(subgoals.filter((one) => one.status === "failed" || one.status === "skipped").map((one) => one.id));
  const skipped = subgoals.map((one) => {
    const waits = one.status === "pending" && one.kind !== "decide" && one.depends_on.some((id) => lost.has(id));
    return waits ? { ...one, status: "skipped" } : one;
  });
  return skipped.some((one, place) => one !== subgoals[place]) ? withSkipped(skipped) : skipped;
}

/** The decision is the answer itself: it is done once that is verified, and no event of its own says so. */
function withDecision(subgoals, passed) {
  return subgoals.map((one) => {
    if (one.kind !== "decide" || one.status !== "pending") return one;
    return passed ? { ...one, status: "done" } : { ...one, status: "failed", problem: "verification found a fault" };
  });
}
