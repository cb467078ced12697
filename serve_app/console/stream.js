// Server-sent events as they come, whatever the pieces in which they arrive.

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
