// Uploaded tables as chips: their columns can be clicked into the question, and the next question sends their ids.

import { fill, h } from "./elements.js";

/** @typedef {{id: string, filename: string, rows: number, columns: Array<{name: string, count: number, kind: string}>}} Table */

export class Files {
  /** @type {Table[]} */
  #tables = [];
  #element;
  #on;

  /**
   * @param {HTMLElement} element where the chips are
   * @param {{key: () => string, onProblem: (message: string) => void, onColumn: (name: string) => void}} on
   */
  constructor(element, on) {
    this.#element = element;
    this.#on = on;
    element.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      const column = target.getAttribute("data-column"), removed = target.getAttribute("data-remove");
      if (column !== null) on.onColumn(column);
      if (removed !== null) void this.#remove(removed);
    });
  }

  /** Ids of what the next question can name. */
  get ids() {
    return this.#tables.map((table) => table.id);
  }

  /**
   * Upload files, one after the other.
   * @param {Iterable<File>} chosen
   */
  async add(chosen) {
    for (const file of chosen) {
      const form = new FormData();
      form.append("purpose", "user_data");
      form.append("file", file);
      try {
        const response = await fetch("/v1/files", { method: "POST", headers: this.#headers(), body: form });
        const answer = await response.json();
        if (!response.ok) this.#on.onProblem(answer.error?.message ?? `The file was refused (${response.status}).`);
        else this.#tables.push(answer);
      } catch {
        this.#on.onProblem("The file could not be sent; is the server running?");
      }
    }
    this.#draw();
  }

  async #remove(id) {
    this.#tables = this.#tables.filter((table) => table.id !== id);
    this.#draw();
    await fetch(`/v1/files/${id}`, { method: "DELETE", headers: this.#headers() }).catch(() => undefined);
  }

  #headers() {
    const key = this.#on.key();
    return key === "" ? {} : { Authorization: `Bearer ${key}` };
  }

  #draw() {
    fill(this.#element, ...this.#tables.map((table) => h("div", { class: "chip" },
      h("strong", {}, table.filename), h("span", { class: "faint" }, ` ${table.rows} rows`),
      h("button", { type: "button", class: "quiet", "data-remove": table.id, "aria-label": `Remove ${table.filename}` }, "×"),
      h("div", {}, table.columns.map((column) => h("button", { type: "button", class: "column", "data-column": column.name }, column.name))))));
  }
}
