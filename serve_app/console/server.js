// The server's routes. Where one wants a key, it is asked for once and the request made again.

import { readEvents, ServerError } from "./stream.js";

/** @typedef {{name: string, count: number, kind: "number"|"text"}} Column */
/** @typedef {{id: string, filename: string, rows: number, columns: Column[]}} Upload */

const KEY = "havoc.key";

export class Server {
  /**
   * @param {string} base address that the routes are relative to
   * @param {Pick<Storage, "getItem"|"setItem"|"removeItem">} storage of the key
   * @param {(reason: string) => Promise<string|null>} askKey null where nobody gives one
   */
  constructor(base, storage, askKey) {
    this.base = base;
    this.storage = storage;
    this.askKey = askKey;
  }

  /** @returns {Promise<boolean>} whether questions can be answered */
  async isReady() {
    const response = await fetch(new URL("healthz", this.base), { cache: "no-store" });
    return response.ok && (await response.json()).ready === true;
  }

  /** @returns {Promise<string>} name of the model */
  async model() {
    const response = await this.#send("v1/models");
    return String((await response.json()).data?.[0]?.id ?? "");
  }

  /**
   * @param {File} file
   * @returns {Promise<Upload>}
   * @throws {ServerError} it is no table, or there is no room
   */
  async upload(file) {
    const form = new FormData();
    form.append("file", file, file.name);
    form.append("purpose", "user_data");
    return (await this.#send("v1/files", { method: "POST", body: form })).json();
  }

  /** @param {string} id */
  async remove(id) {
    await this.#send(`v1/files/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  /**
   * The events of one question. Ending the loop early, or `signal`, ends the request on the server too.
   * @param {import("./run.js").Request} request
   * @param {AbortSignal} signal
   * @returns {AsyncGenerator<Object[]>} lists of events, those that came in one piece together
   * @throws {ServerError} the server answers with an error, or breaks off
   */
  async *ask({ question, budget, seed, figures, files }, signal) {
    const body = {
      question,
      seed,
      figures,
      files: files.map((file) => file.id),
      stream: true,
      ...(budget === "" ? {} : { budget }),
    };
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
    const response = await this.#send("v1/prime", { method: "POST", headers, body: JSON.stringify(body), signal });
    if (response.body === null) throw new ServerError("The server answered with nothing.", response.status);
    yield* readEvents(response.body);
  }

  /** @returns {Promise<Response>} one that is well */
  async #send(path, options = {}) {
    const key = this.storage.getItem(KEY) ?? "";
    const headers = { ...options.headers, ...(key === "" ? {} : { Authorization: `Bearer ${key}` }) };
    const response = await fetch(new URL(path, this.base), { ...options, headers, cache: "no-store" });
    if (response.ok) return response;
    const error = await refusal(response);
    if (response.status !== 401) throw error;
    const given = await this.askKey(key === "" ? "" : error.message);
    if (given === null) throw error;
    this.storage.setItem(KEY, given);
    return this.#send(path, options);
  }
}

/**
 * What a response that is no stream says.
 * @param {Response} response
 * @returns {Promise<ServerError>}
 */
async function refusal(response) {
  const text = await response.text();
  let error;
  try {
    error = JSON.parse(text).error;
  } catch {
    error = undefined; // a proxy's page, for example
  }
  const wait = response.headers.get("Retry-After");
  const message = error?.message ?? `The server answered with status ${response.status} and no explanation.`;
  const hint = wait === null ? "" : `; try again in ${wait} s`;
  return new ServerError(`${message}${hint}`, response.status, String(error?.code ?? ""));
}

/**
 * An error as one sentence for people.
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (error instanceof ServerError) return error.message;
  // fetch says only "Failed to fetch", whatever was in the way.
  if (error instanceof TypeError)
    return "The server cannot be reached. Is it running, and is the network up? What had come is shown.";
  if (error instanceof SyntaxError) return "The server sent something that is no event. Is there a proxy between?";
  return String(error instanceof Error ? error.message : error);
}
