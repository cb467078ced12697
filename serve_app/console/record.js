// A run as a file: all that was asked and all events, from which the page can be drawn again.

import { answerText, close, fold, newRun, transcript } from "./run.js";

/** @typedef {import("./run.js").Run} Run */

const FORMAT = "havoc-run/1";

/**
 * @param {Run} run
 * @returns {Object} plain JSON values; `events` are the record, the rest is taken from them for readers
 */
export function toRecord(run) {
  const { request, started, status, error, verification, facts, calls, events } = run;
  return {
    format: FORMAT,
    request,
    started,
    status,
    error,
    answer: answerText(run),
    transcript: transcript(run),
    verification,
    facts,
    calls,
    events,
  };
}

/**
 * @param {any} record
 * @returns {Run}
 * @throws {Error} it is no record
 */
export function fromRecord(record) {
  if (record?.format !== FORMAT || !Array.isArray(record.events) || typeof record.request?.question !== "string") {
    throw new Error(
      `This is no record of a run (a JSON file with "format": "${FORMAT}"); choose one that this console saved.`,
    );
  }
  const run = record.events.reduce(fold, newRun(record.request, String(record.started)));
  return run.status === "done"
    ? run
    : close(run, record.status === "failed" ? "failed" : "stopped", String(record.error ?? ""));
}

/**
 * What history keeps: without the parts that events hold already.
 * @param {Run} run
 */
export function toShortRecord({ request, started, status, error, events }) {
  return { format: FORMAT, request, started, status, error, events };
}

/**
 * A name for a run's files, from its beginning: sortable, and safe on every system.
 * @param {Run} run
 */
export function fileName(run) {
  const topic = run.request.question
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  return `havoc-${run.started.slice(0, 19).replace(/[:T]/g, "-")}${topic === "" ? "" : `-${topic}`}`;
}
