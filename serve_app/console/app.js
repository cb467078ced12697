// The console: asks, keeps what was asked, and joins buttons and keys to what they do.

import { Composer } from "./composer.js";
import { fill, h } from "./elements.js";
import { EXAMPLES } from "./examples.js";
import { History } from "./history.js";
import { toMarkdown } from "./markdown.js";
import { $, Page } from "./page.js";
import { fileName, fromRecord, toRecord } from "./record.js";
import { toReport } from "./report.js";
import { close, fold, newRun } from "./run.js";
import { explain, Server } from "./server.js";
import { lasting, passing } from "./storage.js";
import { count } from "./tables.js";
import { summary } from "./verification.js";

/** @typedef {import("./run.js").Run} Run */

const page = new Page();
const kept = new History(lasting);
const server = new Server(document.baseURI, passing, askKey);
const composer = new Composer(/** @type {HTMLFormElement} */ ($("ask")), server, note);
const historyDialog = /** @type {HTMLDialogElement} */ ($("history-dialog"));

/** @type {Run|null} the run that is shown */
let run = null;
/** @type {AbortController|null} of the question that is being answered */
let asking = null;
let began = 0;
let isFrameAsked = false;

// Asking

async function ask() {
  const request = composer.request();
  if (asking !== null || request.question === "") {
    composer.text.focus();
    return;
  }
  const controller = new AbortController();
  let mine = newRun(request, new Date().toISOString());
  asking = controller;
  began = performance.now();
  show(mine);
  try {
    for await (const events of server.ask(request, controller.signal)) {
      mine = events.reduce(fold, mine);
      if (asking === controller) update(mine);
    }
    if (mine.status === "running")
      mine = close(mine, "failed", "The server ended the stream before the run had ended; ask again.");
  } catch (error) {
    mine = controller.signal.aborted ? close(mine, "stopped") : close(mine, "failed", explain(error));
  }
  if (mine.events.length > 0 && !kept.add(mine)) note("This browser has no room to keep the run; save it as a file.");
  if (asking !== controller) return; // another run is shown by now
  asking = null;
  update(mine);
}

/** @param {Run|null} next a run of which nothing is drawn yet */
function show(next) {
  run = next;
  page.draw(run, true);
  drawState();
}

/** @param {Run} next the run that is shown, further on */
function update(next) {
  run = next;
  if (isFrameAsked) return;
  isFrameAsked = true;
  requestAnimationFrame(() => {
    isFrameAsked = false;
    page.draw(run);
    drawState();
  });
}

function leave() {
  asking?.abort();
  asking = null;
}

// State

function stateText() {
  if (run === null) return "Ready";
  if (run.status === "stopped") return "Stopped";
  if (run.status === "failed") return "Failed";
  if (run.status === "done") return `Done: ${summary(run).text}`;
  const running = run.subgoals.filter((one) => one.status === "running").map((one) => one.title);
  if (running.length > 0) return `Running: ${running.join("; ")}`;
  if (run.verification !== null) return "Drawing figures";
  if (run.blocks.some((block) => block.step === "answer")) return "Verifying";
  if (run.subgoals.some((one) => one.status !== "pending")) return "Weighing the results";
  return run.routing === null ? "Reading the question" : "Planning";
}

function drawState() {
  $("submit").hidden = asking !== null;
  $("stop").hidden = asking === null;
  document.body.dataset.status = run?.status ?? "";
  const text = stateText();
  // The same text once more would be read out once more.
  if ($("state").textContent !== text) fill($("state"), text);
  fill($("clock"), asking === null ? "" : `${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** @param {string} message for a moment that has no place of its own */
function note(message) {
  fill($("note"), message);
}

/** A server that still loads its model says so at once; a question would wait for it. */
async function greet() {
  try {
    while (!(await server.isReady())) {
      fill($("model"), "the model is loading");
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
    fill($("model"), await server.model());
  } catch (error) {
    fill($("model"), explain(error));
  }
}

// Key

/**
 * @param {string} reason why the last key was refused; empty where there was none
 * @returns {Promise<string|null>}
 */
function askKey(reason) {
  const dialog = /** @type {HTMLDialogElement} */ ($("key-dialog"));
  const input = /** @type {HTMLInputElement} */ ($("key"));
  fill($("key-reason"), reason);
  input.value = "";
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    const take = () => resolve(dialog.returnValue === "use" ? input.value.trim() : null);
    dialog.addEventListener("close", take, { once: true });
  });
}

// History

function drawHistory() {
  const entries = kept.list();
  const outcome = ({ status, passed }) => (passed === null ? status : passed ? "verified" : "not verified");
  fill(
    $("history-list"),
    ...entries.map((entry) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "entry", "data-open": entry.id },
          h("span", {}, entry.question),
          h("span", { class: "faint" }, `${new Date(entry.started).toLocaleString()} · ${outcome(entry)}`),
        ),
        h(
          "button",
          { type: "button", class: "small", "data-delete": entry.id, "aria-label": `Delete: ${entry.question}` },
          "Delete",
        ),
      ),
    ),
  );
  fill(
    $("history-count"),
    entries.length === 0 ? "No runs are kept in this browser." : `${count(entries.length, "run")} kept in this browser.`,
  );
  $("history-clear").hidden = entries.length === 0;
}

/** @param {() => Run} load */
function open(load) {
  try {
    const opened = load();
    leave();
    show(opened);
    composer.restore(opened.request);
    historyDialog.close();
  } catch (error) {
    fill($("history-count"), error instanceof SyntaxError ? "This file is no JSON." : explain(error));
  }
}

function forget(id) {
  kept.remove(id);
  drawHistory();
  historyDialog.querySelector("button")?.focus();
}

// Files

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // Some browsers begin to read only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function pageStyle() {
  return [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .map((rule) => rule.cssText)
    .join("\n");
}

/** @param {Run} shown */
async function copy(shown) {
  try {
    await navigator.clipboard.writeText(toMarkdown(shown));
    note("Copied as Markdown.");
  } catch {
    // Without HTTPS, or without leave, a browser gives no clipboard.
    save(`${fileName(shown)}.md`, "text/markdown", toMarkdown(shown));
    note("The browser gives no clipboard here: saved as a file.");
  }
}

// Buttons and keys

const ACTIONS = {
  new: () => {
    leave();
    show(null);
    composer.write("");
  },
  stop: () => asking?.abort(),
  copy: () => run && void copy(run),
  "save-html": () => run && save(`${fileName(run)}.html`, "text/html", toReport(run, pageStyle(), new Date().toISOString())),
  "save-json": () => run && save(`${fileName(run)}.json`, "application/json", `${JSON.stringify(toRecord(run), null, 1)}\n`),
  "close-origin": () => page.closeOrigin(),
  history: () => {
    drawHistory();
    historyDialog.showModal();
  },
  "clear-history": () => {
    kept.clear();
    drawHistory();
  },
};

const MARKED = "[data-action],[data-check],[data-call],[data-start],[data-node],[data-open],[data-delete],[data-example]";

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target).closest(MARKED);
  const data = /** @type {HTMLElement|SVGElement|null} */ (target)?.dataset ?? {};
  if (data.action !== undefined) ACTIONS[data.action]();
  else if (data.check !== undefined) page.showOrigin(Number(data.check));
  else if (data.call !== undefined) page.showInResults(data.call, data.field ?? "");
  else if (data.start !== undefined) page.showInQuestion({ start: Number(data.start), end: Number(data.end) });
  else if (data.node !== undefined) page.showNode(data.node);
  else if (data.open !== undefined) open(() => kept.get(data.open));
  else if (data.delete !== undefined) forget(data.delete);
  else if (data.example !== undefined) composer.write(EXAMPLES[Number(data.example)].question);
});

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") !== null) return; // it has Enter and Escape for itself
  const node = /** @type {HTMLElement|SVGElement|null} */ (document.activeElement)?.dataset.node;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void ask();
  } else if (event.key === "Escape") {
    if (asking !== null) asking.abort();
    else if (!$("origin").hidden) page.closeOrigin();
  } else if ((event.key === "Enter" || event.key === " ") && node !== undefined) {
    event.preventDefault();
    page.showNode(node);
  }
});

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  void ask();
});
$("history-file").addEventListener("change", async (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const text = await input.files?.[0]?.text();
  input.value = "";
  if (text !== undefined) open(() => fromRecord(JSON.parse(text)));
});

fill(
  $("examples"),
  ...EXAMPLES.map(({ title, question }, place) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "example", "data-example": place },
        h("strong", {}, title),
        h("span", {}, question),
      ),
    ),
  ),
);
setInterval(() => asking !== null && drawState(), 100);
show(null);
void greet();
