// Where a number of the answer comes from: the span of the question, or the tool call and the field of its result.

import { answerText } from "./run.js";
import { format, toUnits, words } from "./text.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Check} Check */
/** @typedef {import("./run.js").Fact} Fact */

/**
 * @typedef {Object} Origin
 * @property {"question"|"result"|"argument"|"reasoning"} kind
 * @property {string} name
 * @property {any} value at full precision; undefined where it is not known
 * @property {string} unit
 * @property {string} source e1, c1, or what was counted
 * @property {string} path inside of the source
 * @property {number} start in the question, in code points
 * @property {number} end
 */

/**
 * The checks that belong to a number of the answer and can be clicked; one per place.
 * @param {Run} run
 * @returns {Check[]}
 */
export function numberChecks(run) {
  const checks = run.verification?.checks ?? [];
  return checks.filter((check) => check.name === "numbers" && check.end > check.start);
}

/**
 * Everything that a checked number may rest on, first what the check itself names; empty where nothing gives it.
 * @param {Run} run
 * @param {string} answer
 * @param {Check} check
 * @returns {Origin[]}
 */
export function origins(run, answer, check) {
  const known = run.facts.filter((fact) => check.fact_ids.includes(fact.id)).map(originOfFact);
  // The check's sentence names a place too, also where no fact stands for it (an argument, the length of a list).
  const told = originOfDetail(run, check.detail);
  if (told !== null) {
    const same = known.find(
      (origin) => origin.source === told.source && origin.path === told.path && origin.start === told.start,
    );
    return [same ?? told, ...known.filter((origin) => origin !== same)];
  }
  if (known.length > 0) return known;
  return check.detail.endsWith("is quoted") ? quotedOrigins(run, answer, check) : [];
}

/**
 * Every checked number of the answer with its origin, as texts: a line each.
 * @param {Run} run
 * @returns {Array<{number: string, name: string, value: string, source: string, status: string}>}
 */
export function ledger(run) {
  const answer = answerText(run);
  return numberChecks(run).map((check) => {
    const [start, end] = toUnits(answer, [check.start, check.end]);
    const [origin] = origins(run, answer, check);
    const line = { number: answer.slice(start, end), status: check.status };
    if (origin === undefined) return { ...line, name: "", value: "", source: check.detail };
    const value = typeof origin.value === "number" ? String(origin.value) : format(origin.value);
    const source = [origin.kind === "argument" ? "argument of" : "", origin.source, origin.path].filter(Boolean).join(" ");
    return { ...line, name: words(origin.name), value: [value, origin.unit].filter(Boolean).join(" "), source };
  });
}

/**
 * The facts of a run: those that the answer rests on, and before they are known what was read in the question.
 * @param {Run} run
 * @returns {Origin[]}
 */
export function allFacts(run) {
  if (run.facts.length > 0) return run.facts.map(originOfFact);
  return run.evidence.flatMap((item) =>
    item.values.map((value, number) => evidenceOrigin(item, item.values.length > 1 ? `[${number}]` : "", value)),
  );
}

/**
 * What of the question went into a call: arguments whose values are those of a piece of evidence, or one of them.
 * @param {Run} run
 * @param {import("./run.js").Call} call
 * @returns {Array<{path: string, evidence: import("./run.js").Evidence}>}
 */
export function inputs(run, call) {
  return argumentLists(call.args, "").flatMap(({ path, values }) => {
    const whole = run.evidence.find((item) => sameValues(item.values, values));
    const part = values.length === 1 ? run.evidence.find((item) => item.values.includes(values[0])) : undefined;
    const evidence = whole ?? part;
    return evidence === undefined ? [] : [{ path, evidence }];
  });
}

/** Lists of numbers, the two ends of a factor's range together, and numbers alone, inside of arguments. */
function argumentLists(value, path) {
  if (typeof value === "number") return [{ path, values: [value] }];
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "number"))
    return [{ path, values: value }];
  if (Array.isArray(value)) return value.flatMap((entry, number) => argumentLists(entry, `${path}[${number}]`));
  const { low, high, ...rest } = value;
  const isRange = typeof low === "number" && typeof high === "number";
  const others = Object.entries(isRange ? rest : value).flatMap(([key, entry]) =>
    argumentLists(entry, path === "" ? key : `${path}.${key}`),
  );
  return isRange ? [{ path, values: [low, high] }, ...others] : others;
}

function sameValues(one, other) {
  return one.length === other.length && one.every((value, place) => value === other[place]);
}

/**
 * The value at a path such as `result.means[0]`. Names may hold dots themselves, as columns of a table do.
 * @param {any} root
 * @param {string} path
 * @returns {any} undefined where there is none
 */
export function valueAt(root, path) {
  if (path === "") return root;
  if (root === null || typeof root !== "object") return undefined;
  const index = /^\.?\[(\d+)\]/.exec(path);
  if (index !== null) return Array.isArray(root) ? valueAt(root[Number(index[1])], path.slice(index[0].length)) : undefined;
  const rest = path.startsWith(".") ? path.slice(1) : path;
  for (const key of Object.keys(root).sort((one, other) => other.length - one.length)) {
    const behind = rest.slice(key.length);
    if (rest.startsWith(key) && (behind === "" || behind[0] === "." || behind[0] === "[")) return valueAt(root[key], behind);
  }
  return undefined;
}

/**
 * The numbers, truth values and texts inside of a value, with their paths.
 * @param {any} value
 * @param {string} path
 * @returns {Array<{path: string, value: any}>}
 */
export function leaves(value, path) {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((entry, number) => leaves(entry, `${path}[${number}]`));
  if (typeof value === "object") return Object.entries(value).flatMap(([key, entry]) => leaves(entry, `${path}.${key}`));
  return [{ path, value }];
}

function originOfFact(fact) {
  const { kind, source, path, start, end } = fact.provenance;
  const kinds = { evidence: "question", tool: "result", reasoning: "reasoning" };
  return {
    kind: kinds[kind],
    name: fact.name,
    value: fact.value,
    unit: numberUnit(fact.value, fact.unit),
    source,
    path,
    start,
    end,
  };
}

/** Texts and truth values have no unit, whatever their call's result is measured in. */
function numberUnit(value, unit) {
  return typeof value === "number" ? unit : "";
}

/** Reads `-4.661 is c1 result.statistic`, `99% is c1 argument alpha`, `5 is length of question, e1`. */
function originOfDetail(run, detail) {
  const called = / is (length of )?(c\d+) (argument )?(\S.*)$/.exec(detail);
  if (called !== null) {
    const [, length, source, argument, path] = called;
    const call = run.calls.find((one) => one.id === source);
    if (call === undefined) return null;
    const value = valueAt(argument ? call.args : call.answer, path);
    const shown = length && Array.isArray(value) ? value.length : value;
    const origin = resultOrigin(call, path, shown);
    const name = length ? `number of ${origin.name}` : origin.name;
    return { ...origin, name, kind: argument ? "argument" : "result", unit: length || argument ? "" : origin.unit };
  }
  const read = / is (length of )?question, (e\d+)(\[(\d+)\])?$/.exec(detail);
  if (read !== null) {
    const item = run.evidence.find((one) => one.id === read[2]);
    if (item === undefined) return null;
    if (read[1])
      return { ...evidenceOrigin(item, "", item.values.length), name: `number of values of ${item.name}`, unit: "" };
    return evidenceOrigin(item, read[3] ?? "", item.values[Number(read[4] ?? 0)]);
  }
  const stated = / is question, characters (\d+) to (\d+)$/.exec(detail);
  if (stated === null) return null;
  const [start, end] = [Number(stated[1]), Number(stated[2])];
  const [from, to] = toUnits(run.text, [start, end]);
  const value = run.text.slice(from, to);
  return { kind: "question", name: "number of the question", value, unit: "", source: "question", path: "", start, end };
}

/** The tool's sentences that the answer repeats around the number. */
function quotedOrigins(run, answer, check) {
  const [start, end] = toUnits(answer, [check.start, check.end]);
  return run.calls.flatMap((call) =>
    leaves(call.answer, "")
      .filter(({ value }) => typeof value === "string" && covers(answer, value.trim().replace(/\.$/, ""), start, end))
      .map(({ path, value }) => resultOrigin(call, path.replace(/^\./, ""), value)),
  );
}

function covers(answer, sentence, start, end) {
  if (sentence.length < end - start) return false;
  for (let at = answer.indexOf(sentence); at >= 0; at = answer.indexOf(sentence, at + 1)) {
    if (at <= start && end <= at + sentence.length) return true;
  }
  return false;
}

function evidenceOrigin(item, path, value) {
  const name = item.name || item.role || item.kind;
  return { kind: "question", name, value, unit: item.unit ?? "", source: item.id, path, start: item.start, end: item.end };
}

function resultOrigin(call, path, value) {
  const name = (path.split(".").pop() ?? path).split("[")[0];
  const unit = numberUnit(value, call.answer.unit ?? "");
  return { kind: "result", name, value, unit, source: call.id, path, start: 0, end: 0 };
}
