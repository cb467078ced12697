// Questions to begin with.

/** @type {Array<{title: string, question: string}>} */
export const EXAMPLES = [
  { title: "Compare two groups", question: "Compare two groups using t-test: [1,2,3,4,5] vs [2,3,4,5,6]" },
  {
    title: "Plan a Box-Behnken design",
    question: "Design a Box-Behnken DOE for temperature (100-200°C), pressure (10-50 bar), and speed (50-150 RPM)",
  },
  { title: "Do a sum", question: "What is 2 + 2?" },
  {
    title: "Is the process in control?",
    question:
      "Individuals chart of these fill weights in g:\n50.1, 49.8, 50.3, 50.0, 49.9, 50.2, 51.9, 50.1, 49.7, 50.0, 50.2, 49.9\nIs the process in control?",
  },
  {
    title: "Is the process capable?",
    question:
      "Fill weights: 50.1, 49.8, 50.3, 50.0, 49.9, 50.2, 50.4, 50.1, 49.7, 50.0 g. Specification 49 to 51 g. Is the process capable?",
  },
  {
    title: "Do three suppliers differ?",
    question:
      "supplier A: 6 8 4 5 3 4\nsupplier B: 8 12 9 11 6 8\nsupplier C: 13 9 11 8 7 12\nDo the means differ at alpha 5%?",
  },
];
