// Questions to begin with.

/** @type {Array<{title: string, question: string}>} */
export const EXAMPLES = [
  { title: "Two groups", question: "Compare two groups using t-test: [1,2,3,4,5] vs [2,3,4,5,6]" },
  { title: "Box-Behnken design", question: "Design a 3-factor Box-Behnken experiment with Temperature (100-200°C), Pressure (10-50 bar) and Speed (50-150 rpm)" },
  { title: "Arithmetic", question: "What is 2 + 2?" },
  { title: "Capability", question: "Shaft diameters in mm: 9.98, 10.02, 10.01, 9.97, 10.03, 10.00, 9.99, 10.04, 10.01, 9.98. LSL 9.9, USL 10.1. Are we capable?" },
  { title: "Control chart", question: "Individuals chart for 12.1, 11.9, 12.4, 12.0, 12.2, 12.1, 13.6, 12.0, 11.8, 12.3, 12.1, 12.2. Is the process in control?" },
  { title: "Screening design", question: "Which 8-run design for 6 two-level factors, and what is aliased with what?" },
  { title: "Sample size", question: "How many parts per group to see a shift of 0.5 sigma with 90% power?" },
];
