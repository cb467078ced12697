// A run as Markdown, for reports and tickets.

import { ledger } from "./facts.js";
import { answerText, inside } from "./run.js";
import { summary, usageText } from "./verification.js";

/** @typedef {import("./run.js").Run} Run */

/**
 * @param {Run} run
 * @returns {string}
 */
export function toMarkdown(run) {
  const answer = answerText(run);
  const numbers = ledger(run).map(({ number, name, value, source, status }) => [number, name, value, source, status]);
  const debate = run.blocks.filter((block) => ["advocate", "attack", "pragmatist"].includes(block.step));
  const calls = run.calls.map(
    (call) =>
      `- \`${call.id}\` ${call.tool}: ${fence(JSON.stringify(call.args), "")} ${escaped(call.answer.method ?? call.answer.error ?? "")}`,
  );
  const parts = [
    "## Question",
    fence(run.request.question),
    "## Answer",
    escaped(answer.trim() || "There is no answer."),
    `Verification: ${summary(run).text}.`,
    ...(numbers.length > 0
      ? ["### Where the numbers come from", table(["Number", "Name", "Value in full", "Source", "Check"], numbers)]
      : []),
    ...(debate.length > 0
      ? ["### Debate", debate.map((block) => `- **${block.step}**: ${escaped(inside(block).trim())}`).join("\n")]
      : []),
    ...(calls.length > 0 ? ["### Tool calls", calls.join("\n")] : []),
    `HAVOC, ${run.started}. ${usageText(run)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function table(header, rows) {
  const line = (cells) => `| ${cells.map((cell) => escaped(cell).replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")).replaceAll("\\-", "-"), ...rows.map(line)].join("\n");
}

/** Text that shows as it is: no markup of Markdown's or HTML's in it. */
function escaped(text) {
  return String(text).replace(/[\\`*_[\]<>|#&]/g, (sign) => `\\${sign}`);
}

/** Text between as many backticks as keep it whole. */
function fence(text, ends = "\n") {
  const longest = Math.max(ends === "" ? 0 : 2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const marks = "`".repeat(longest + 1);
  return `${marks}${ends || " "}${text}${ends || " "}${marks}`;
}
