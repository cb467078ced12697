// The page: asks, draws what comes, and lets a reader follow every number to its origin.

import { answerShape, factsShape, originShape, questionShape, verificationShape } from "./answer.js";
import { transcriptShape } from "./blocks.js";
import { fill, h } from "./elements.js";
import { EXAMPLES } from "./examples.js";
import { asHtml, asJson, asMarkdown } from "./exporting.js";
import { figureShape } from "./figures.js";
import { Files } from "./files.js";
import { graphShape } from "./graph.js";
import { forget, remember, remembered } from "./history.js";
import { callShape } from "./results.js";
import { close, fold, newRun } from "./run.js";
import { ask, explain, ServerError } from "./stream.js";
import { shorten } from "./text.js";

const $ = (id) => document.getElementById(id);
const question = /** @type {HTMLTextAreaElement} */ ($("question"));

/** @type {import("./run.js").Run|null} */
let run = null;
/** @type {AbortController|null} */
let asking = null;
let spans = [];
let drawn = /** @type {import("./run.js").Run|null} */ (null);
let isDue = false;

const files = new Files($("files"), {
  key: () => sessionStorage.getItem("havoc-key") ?? "",
  onProblem: (message) => tell(message),
  onColumn: (name) => insert(name),
});

/** Draw on the browser's next frame what has changed: a stream brings more events than frames. */
function draw() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    if (run !== null) drawRun(run);
  });
}

function drawRun(now) {
  const changed = (...fields) => drawn === null || fields.some((field) => drawn[field] !== now[field]);
  if (changed("blocks", "verification", "status", "facts", "calls")) fill($("answer-body"), answerShape(now, true));
  if (changed("question", "evidence", "routing", "assumed")) show("asked", now.evidence.length > 0 || now.routing !== null, () => questionShape(now, spans));
  if (changed("subgoals")) show("graph", now.subgoals.length > 0, () => graphShape(now.subgoals));
  if (changed("verification", "terminationReason", "chrono", "facts")) {
    show("verification", now.verification !== null, () => h("div", {}, verificationShape(now),
      h("details", {}, h("summary", {}, "Facts"), h("div", { class: "scroll" }, factsShape(now)))));
  }
  if (changed("figures")) show("figures-card", now.figures.length > 0, () => h("div", { class: "figures" }, now.figures.map(figureShape)), "figures-body");
  if (changed("calls")) show("calls", now.calls.length > 0, () => h("div", {}, now.calls.map(callShape)));
  if (changed("blocks")) show("stream", now.blocks.length > 0, () => transcriptShape(now.blocks));
  $("exports").hidden = now.status === "running";
  $("state").textContent = stateOf(now);
  drawn = now;
}

function stateOf(now) {
  if (now.status === "running") {
    const running = now.subgoals.filter((one) => one.status === "running").map((one) => one.title);
    return running.length > 0 ? `working: ${shorten(running.join("; "), 80)}` : "working";
  }
  if (now.status !== "done") return now.status;
  const seconds = now.usage?.seconds;
  return `done${seconds === undefined ? "" : ` in ${seconds.toFixed(1)} s`}${now.verification?.passed === false ? ", verification found a fault" : ""}`;
}

function show(id, isShown, shape, body = `${id}-body`) {
  $(id).hidden = !isShown;
  if (isShown) fill($(body), shape());
}

function open(next) {
  run = next;
  drawn = null;
  spans = [];
  $("origin").hidden = true;
  draw();
}

function tell(message) {
  $("problem").hidden = message === "";
  $("problem").textContent = message;
}

function insert(text) {
  question.setRangeText(text, question.selectionStart, question.selectionEnd, "end");
  question.focus();
}

async function start() {
  const text = question.value.trim();
  if (text === "" || asking !== null) return;
  tell("");
  const budget = /** @type {HTMLSelectElement} */ ($("budget")).value;
  const body = { question: text, files: files.ids, figures: /** @type {HTMLInputElement} */ ($("figures")).checked };
  if (budget !== "") body.budget = budget;
  open(newRun(text, budget, new Date().toISOString()));
  asking = new AbortController();
  working(true);
  try {
    for await (const batch of ask("/v1/prime", body, sessionStorage.getItem("havoc-key") ?? "", asking.signal)) {
      run = batch.reduce(fold, run);
      draw();
    }
  } catch (error) {
    if (asking.signal.aborted) run = close(run, "stopped");
    else {
      run = close(run, "failed", explain(error));
      tell(explain(error));
      if (error instanceof ServerError && error.status === 401) askForKey();
    }
  } finally {
    asking = null;
    working(false);
    draw();
    remember(run);
    listHistory();
  }
}

function working(isWorking) {
  /** @type {HTMLButtonElement} */ ($("submit")).disabled = isWorking;
  /** @type {HTMLButtonElement} */ ($("stop")).disabled = !isWorking;
}

function askForKey() {
  $("key").hidden = false;
  const key = prompt("This server asks for an API key. It is kept until this tab is closed.", "");
  if (key) sessionStorage.setItem("havoc-key", key.trim());
}

function listHistory() {
  const runs = remembered();
  fill($("history"), ...runs.map((one) => h("li", {},
    h("button", { type: "button", class: "link", "data-started": one.started }, shorten(one.question, 70)),
    h("button", { type: "button", class: "quiet", "data-forget": one.started, "aria-label": `Forget: ${shorten(one.question, 40)}` }, "×"))));
  if (runs.length === 0) fill($("history"), h("li", { class: "faint" }, "Runs stay in this browser."));
}

async function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function nameOf(now, ending) {
  return `havoc-${now.started.slice(0, 19).replaceAll(":", "")}.${ending}`;
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  void start();
});
$("stop").addEventListener("click", () => asking?.abort());
$("key").addEventListener("click", askForKey);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void start();
  if (event.key === "Escape") asking?.abort();
});
$("answer-body").addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-check]");
  if (button === null || run === null) return;
  const origin = originShape(run, Number(button.getAttribute("data-check")));
  for (const other of $("answer-body").querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
  $("origin").hidden = false;
  fill($("origin-body"), origin.shape);
  spans = origin.spans;
  fill($("asked-body"), questionShape(run, spans));
  for (const call of document.querySelectorAll(".call")) call.classList.toggle("lit", origin.calls.includes(call.id.slice(5)));
});
$("examples").addEventListener("click", (event) => {
  const place = /** @type {Element} */ (event.target).closest("[data-example]")?.getAttribute("data-example");
  if (place === undefined || place === null) return;
  question.value = EXAMPLES[Number(place)].question;
  question.focus();
});
$("history").addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const started = target.getAttribute("data-started"), forgotten = target.getAttribute("data-forget");
  if (forgotten !== null) forget(forgotten);
  const found = started === null || asking !== null ? undefined : remembered().find((one) => one.started === started);
  if (found !== undefined) {
    question.value = found.question;
    open(found);
  }
  listHistory();
});
$("forget").addEventListener("click", () => {
  forget();
  listHistory();
});
$("copy").addEventListener("click", async () => {
  if (run === null) return;
  await navigator.clipboard.writeText(asMarkdown(run));
  $("state").textContent = "copied as Markdown";
});
$("save-json").addEventListener("click", () => run && save(nameOf(run, "json"), "application/json", asJson(run)));
$("save-html").addEventListener("click", async () => {
  if (run === null) return;
  const style = await (await fetch("/console/console.css")).text();
  await save(nameOf(run, "html"), "text/html", asHtml(run, style));
});
$("theme").addEventListener("click", () => {
  const isDark = getComputedStyle(document.documentElement).colorScheme === "dark";
  setTheme(isDark ? "light" : "dark");
});
/** @type {HTMLInputElement} */ ($("upload")).addEventListener("change", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  void files.add(input.files ?? []);
  input.value = "";
});
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    const dropped = /** @type {DragEvent} */ (event).dataTransfer;
    if (!dropped?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "drop") void files.add(dropped.files);
  });
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("havoc-theme", theme);
}

const theme = localStorage.getItem("havoc-theme");
if (theme !== null) setTheme(theme);
fill($("examples"), ...EXAMPLES.map((one, place) => h("li", {}, h("button", { type: "button", class: "link", "data-example": place, title: one.question }, one.title))));
listHistory();
