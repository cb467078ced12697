// Where a question is written: the text, the tables that go with it, and how it shall be answered.

import { fill, h, toDom } from "./elements.js";
import { explain } from "./server.js";
import { count } from "./tables.js";

/** @typedef {import("./server.js").Upload} Upload */
/** @typedef {import("./run.js").Request} Request */

const TABLES = /\.(csv|tsv|txt|xlsx)$/i;

export class Composer {
  /** @type {Upload[]} */
  #files = [];

  /**
   * @param {HTMLFormElement} form
   * @param {import("./server.js").Server} server
   * @param {(message: string) => void} note says what happened to whom cannot see it
   */
  constructor(form, server, note) {
    this.form = form;
    this.server = server;
    this.note = note;
    this.text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("question"));
    this.chips = /** @type {HTMLElement} */ (form.querySelector("#chips"));
    this.fault = /** @type {HTMLElement} */ (form.querySelector("#file-fault"));
    this.#listen();
  }

  /** @returns {Request} */
  request() {
    const field = (name) => /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
    const files = this.#files.map(({ id, filename }) => ({ id, filename }));
    return {
      question: this.text.value.trim(),
      budget: field("budget").value,
      seed: Math.max(0, Math.trunc(Number(field("seed").value) || 0)),
      figures: field("figures").checked,
      files,
    };
  }

  /** @param {string} question */
  write(question) {
    this.text.value = question;
    this.text.focus();
  }

  /** Put the question and settings of an earlier run back; its files may be gone from the server. */
  restore({ question, budget, seed, figures }) {
    this.text.value = question;
    const field = (name) => /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
    field("budget").value = budget;
    field("seed").value = String(seed);
    field("figures").checked = figures;
  }

  #listen() {
    const picker = /** @type {HTMLInputElement} */ (this.form.querySelector("#file"));
    picker.addEventListener("change", () => {
      void this.#take([...(picker.files ?? [])]);
      picker.value = "";
    });
    this.text.addEventListener("paste", (event) => this.#paste(event));
    this.chips.addEventListener("click", (event) => this.#press(event));
    // A file may be dropped anywhere: a browser that misses the field would leave the page.
    addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      document.body.dataset.drop = "";
    });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) delete document.body.dataset.drop;
    });
    addEventListener("drop", (event) => {
      delete document.body.dataset.drop;
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      void this.#take([...event.dataTransfer.files]);
    });
  }

  /** A range of a spreadsheet is pasted as text on lines of its own. Spreadsheets add a picture of it; the text counts. */
  #paste(event) {
    const text = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => TABLES.test(file.name));
    if (text === "" && files.length > 0) {
      event.preventDefault();
      void this.#take(files);
    } else if (text.includes("\t")) {
      event.preventDefault();
      const rows = text.split("\n");
      this.#insert(text, true);
      this.note(`Table pasted: ${count(rows.length, "row")}, ${count(rows[0].split("\t").length, "column")}.`);
    }
  }

  #insert(text, onOwnLines) {
    const { selectionStart: start, selectionEnd: end, value } = this.text;
    const before = onOwnLines && start > 0 && value[start - 1] !== "\n" ? "\n" : "";
    const after = onOwnLines && value[end] !== "\n" ? "\n" : "";
    this.text.focus();
    this.text.setRangeText(before + text + after, start, end, "end");
  }

  async #take(files) {
    this.#complain("");
    for (const file of files) {
      if (!TABLES.test(file.name)) {
        this.#complain(`${file.name} is no table; CSV, TSV, TXT and XLSX can be read.`);
        continue;
      }
      this.note(`Uploading ${file.name}.`);
      try {
        const upload = await this.server.upload(file);
        this.#files.push(upload);
        this.note(`${upload.filename}: ${count(upload.rows, "row")}, ${count(upload.columns.length, "column")}.`);
      } catch (error) {
        const message = explain(error);
        this.#complain(message.startsWith(file.name) ? message : `${file.name}: ${message}`);
      }
      this.#draw();
    }
  }

  async #press(event) {
    const button = event.target.closest("button");
    if (button?.dataset.column !== undefined) this.#insert(button.dataset.column, false);
    if (button?.dataset.remove === undefined) return;
    const id = button.dataset.remove;
    this.#files = this.#files.filter((file) => file.id !== id);
    this.#draw();
    this.text.focus();
    try {
      await this.server.remove(id);
    } catch (error) {
      this.#complain(`The file is no longer used here, but the server still has it: ${explain(error)}`);
    }
  }

  #complain(message) {
    this.fault.hidden = message === "";
    fill(this.fault, message);
  }

  #draw() {
    this.chips.replaceChildren(
      ...this.#files.map((file) =>
        toDom(
          h(
            "li",
            { class: "chip" },
            h("span", {}, h("strong", {}, file.filename), h("span", { class: "faint" }, ` ${count(file.rows, "row")}`)),
            h(
              "button",
              { type: "button", class: "small", "data-remove": file.id, "aria-label": `Remove ${file.filename}` },
              "Remove",
            ),
            h(
              "div",
              { class: "columns-of" },
              file.columns.map((column) =>
                h(
                  "button",
                  {
                    type: "button",
                    class: "small",
                    "data-column": column.name,
                    title: `Write the name of this ${column.kind} column, ${count(column.count, "value")}`,
                  },
                  column.name,
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }
}
