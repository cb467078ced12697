// Asking the server, and reading its server-sent events as they come.

/** What the server refused, or could not do, in its own words. */
export class ServerError extends Error {
  /**
   * @param {string} message
   * @param {number} [status] HTTP status; 0 where the error came inside of a stream.
   * @param {string} [code]
   */
  constructor(message, status = 0, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Takes text in pieces of any size and gives the data of the events that are complete. */
export class EventReader {
  #rest = "";
  /** @type {string[]} */
  #data = [];

  /**
   * @param {string} text
   * @returns {string[]} data of the events that ended in this piece
   */
  feed(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    const events = [];
    for (const line of lines) {
      if (line === "") {
        if (this.#data.length > 0) events.push(this.#data.join("\n"));
        this.#data = [];
      } else if (line.startsWith("data:")) {
        this.#data.push(line.slice(line[5] === " " ? 6 : 5));
      } // Other fields and comments, which keep a connection open, say nothing to us.
    }
    return events;
  }
}

/**
 * The events of one question. Ending the loop early, or `signal`, ends the request on the server too.
 * @param {URL|string} address of `/v1/prime`
 * @param {Object} body its fields; `stream` is set here
 * @param {string} key sent as `Authorization: Bearer`, where there is one
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Object[]>} lists of events, those that came in one piece together
 * @throws {ServerError} the server answers with an error, or breaks off
 */
export async function* ask(address, body, key, signal) {
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  if (key !== "") {
    if (!/^[\x21-\x7e]+$/.test(key)) throw new ServerError("The API key holds signs that no key has; type it again.", 401);
    headers.Authorization = `Bearer ${key}`;
  }
  const response = await fetch(address, {
    method: "POST", headers, body: JSON.stringify({ ...body, stream: true }), signal, cache: "no-store",
  });
  if (!response.ok || response.body === null) throw await refusal(response);
  yield* readEvents(response.body);
}

/**
 * The events of a body.
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<Object[]>}
 * @throws {ServerError} one of the events is an error, or the stream ends without `[DONE]`
 */
export async function* readEvents(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const events = new EventReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new ServerError("The connection broke off before the end; what had come is shown.");
      const batch = [];
      for (const data of events.feed(decoder.decode(value, { stream: true }))) {
        if (data === "[DONE]") {
          if (batch.length > 0) yield batch;
          return;
        }
        const event = JSON.parse(data);
        if (event.error) {
          if (batch.length > 0) yield batch;
          throw new ServerError(String(event.error.message), 0, String(event.error.code ?? ""));
        }
        batch.push(event);
      }
      if (batch.length > 0) yield batch;
    }
  } finally {
    // Without it a stopped question would go on in the server.
    await reader.cancel().catch(() => undefined);
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
  const hint = wait === null ? "" : ` Try again in ${wait} s.`;
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
  if (error instanceof TypeError) return "The server cannot be reached; is it running?";
  if (error instanceof SyntaxError) return "The server sent something that is no event.";
  return String(error instanceof Error ? error.message : error);
}
