// Runs that this browser keeps: a list of what there is, and each run under a key of its own.

import { fromRecord, toShortRecord } from "./record.js";
import { shorten } from "./text.js";

/** @typedef {{id: string, question: string, started: string, status: string, passed: boolean|null}} Entry */

const LIST = "havoc.runs";
const RUN = "havoc.run.";
const MOST = 30;

/** Keeps at most 30 runs, and gives the oldest up where the browser has no more room. */
export class History {
  /** @param {Storage} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /** @returns {Entry[]} the newest first */
  list() {
    try {
      const list = JSON.parse(this.storage.getItem(LIST) ?? "[]");
      return Array.isArray(list) ? list : [];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return []; // another program's, or cut off: it is written anew with the next run
    }
  }

  /**
   * @param {import("./run.js").Run} run
   * @returns {boolean} whether it is kept
   */
  add(run) {
    const id = run.started;
    const passed = run.verification?.passed ?? null;
    const entry = {
      id,
      question: shorten(run.request.question.replace(/\s+/g, " "), 120),
      started: run.started,
      status: run.status,
      passed,
    };
    const text = JSON.stringify(toShortRecord(run));
    let entries = [entry, ...this.list().filter((one) => one.id !== id)];
    for (const old of entries.slice(MOST)) this.storage.removeItem(RUN + old.id);
    entries = entries.slice(0, MOST);
    for (;;) {
      try {
        this.storage.setItem(RUN + id, text);
        this.storage.setItem(LIST, JSON.stringify(entries));
        return true;
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        const oldest = entries.pop();
        if (oldest === undefined || oldest.id === id) {
          this.storage.removeItem(RUN + id);
          return false;
        }
        this.storage.removeItem(RUN + oldest.id);
      }
    }
  }

  /**
   * @param {string} id
   * @returns {import("./run.js").Run}
   * @throws {Error} it is not there any more
   */
  get(id) {
    const text = this.storage.getItem(RUN + id);
    if (text === null) throw new Error("This run is no longer kept in this browser.");
    return fromRecord(JSON.parse(text));
  }

  /** @param {string} id */
  remove(id) {
    this.storage.removeItem(RUN + id);
    this.storage.setItem(LIST, JSON.stringify(this.list().filter((one) => one.id !== id)));
  }

  clear() {
    for (const { id } of this.list()) this.storage.removeItem(RUN + id);
    this.storage.removeItem(LIST);
  }
}
