// Runs that this browser remembers: the newest first, so many and so large that its store is not filled.

const KEY = "havoc-runs";
const MOST_RUNS = 30, MOST_CHARACTERS = 3_000_000;

/**
 * @returns {Object[]} runs, the newest first
 */
export function remembered() {
  try {
    const runs = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(runs) ? runs : [];
  } catch {
    return []; // written by something else; the next run replaces it
  }
}

/**
 * Keep a run; older ones go where there is no room.
 * @param {import("./run.js").Run} run
 */
export function remember(run) {
  // Events repeat what the state holds, but for their order; figures are drawn again by asking again.
  const kept = { ...run, events: [], figures: [] };
  let runs = [kept, ...remembered().filter((one) => one.started !== run.started)].slice(0, MOST_RUNS);
  while (runs.length > 0) {
    const text = JSON.stringify(runs);
    try {
      if (text.length <= MOST_CHARACTERS) return localStorage.setItem(KEY, text);
    } catch {
      // The store is full with other pages' things: try with fewer.
    }
    runs = runs.slice(0, -1);
  }
}

/**
 * @param {string} started of the run to forget; all without it
 */
export function forget(started) {
  if (started === undefined) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, JSON.stringify(remembered().filter((run) => run.started !== started)));
}
