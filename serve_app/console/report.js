// A run as one HTML file for the audit folder: no script, nothing loaded from elsewhere.

import { answerShape, questionShape } from "./answer.js";
import { blockShape } from "./blocks.js";
import { debateShape } from "./debate.js";
import { escapeText, h, toMarkup } from "./elements.js";
import { ledger } from "./facts.js";
import { graphShape } from "./graph.js";
import { callOfBlock } from "./run.js";
import { callShapes } from "./results.js";
import { shorten } from "./text.js";
import { factsShape, routingShape, summary, usageText, verificationShape } from "./verification.js";

/** @typedef {import("./run.js").Run} Run */

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const WIDTH = 860;

/**
 * @param {Run} run
 * @param {string} style the page's own style sheet
 * @param {string} saved when, as ISO 8601
 * @returns {string} a whole document
 */
export function toReport(run, style, saved) {
  const outcome = summary(run);
  const section = (title, ...content) =>
    content.flat().every((part) => part === null) ? null : h("section", { class: "panel" }, h("h2", {}, title), content);
  const body = h(
    "main",
    { class: "report" },
    h("h1", {}, "HAVOC: record of a run"),
    h("p", { class: "faint" }, `Asked ${run.started}, saved ${saved}. ${usageText(run)}`),
    section("Question", questionShape(run, []), filesShape(run), routingShape(run)),
    section(
      "Answer",
      answerShape(run, false),
      h("p", { class: `mark ${outcome.status}` }, outcome.text),
      run.error ? h("p", { class: "fault" }, run.error) : null,
    ),
    section("Where the numbers come from", ledgerShape(run)),
    section("Subgoals", run.subgoals.length === 0 ? null : h("div", { class: "scroll" }, graphShape(run.subgoals, WIDTH))),
    section("Debate", debateShape(run)),
    section("Tool calls and results", callShapes(run)),
    section("Verification", verificationShape(run)),
    section("Facts", factsShape(run)),
    section(
      "Transcript",
      run.blocks.map((block, place) => blockShape(block, blockCall(run, place))),
    ),
  );
  const title = escapeText(`HAVOC: ${shorten(run.request.question.replace(/\s+/g, " "), 60)}`);
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title>`,
    // Inside of <style> only its end tag could end it.
    `<style>${style.replaceAll("</", "<\\/")}</style>`,
    "</head>",
    "<body>",
    toMarkup(body),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/**
 * Id of the call that a block shows; empty where there is none.
 * @param {Run} run
 * @param {number} place
 */
export function blockCall(run, place) {
  if (!["tool_call", "tool_result"].includes(run.blocks[place].step)) return "";
  return callOfBlock(run, place)?.id ?? "";
}

function filesShape({ request }) {
  if (request.files.length === 0) return null;
  return h("p", { class: "faint" }, `Files: ${request.files.map((file) => `${file.filename} (${file.id})`).join(", ")}`);
}

/** Lines that the answer's numbers lead to. */
function ledgerShape(run) {
  const lines = ledger(run);
  if (lines.length === 0) return null;
  const heads = ["Number", "Name", "Value in full", "Source", "Check"].map((name) => h("th", { scope: "col" }, name));
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, heads)),
      h(
        "tbody",
        {},
        lines.map(({ number, name, value, source, status }, place) =>
          h(
            "tr",
            { id: `origin-${place}`, "data-status": status },
            h("td", {}, number),
            h("td", {}, name),
            h("td", { class: value.length > 60 ? "long" : null }, value),
            h("td", {}, h("code", {}, source)),
            h("td", {}, h("span", { class: `mark ${status}` }, status)),
          ),
        ),
      ),
    ),
  );
}
