"""How long every operation takes at ordinary size, how the heavy ones grow, and what a search costs.

python -m jobs.bench.tools [--repeats N] [--passages N] [--only operations|growth|search|import]

  operations  each example through ToolRegistry.execute, and each figure; goals: median 20 ms, figures 400 ms
  growth      operations on samples and tables, each tenfold of the one before
  search      rag_helper's search against a bare FAISS search plus embedding in the same run; goal: 1.5 times
  import      `import havoc.tools` in a new process, against a bare interpreter; goal: 1 s
"""

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from havoc.tools import RAGHelper, ToolRegistry
from havoc.tools.rag.index import SearchIndex, handbook_index
from havoc.tools.rag.passage import Passage

SIZES = (100, 1_000, 10_000, 100_000)
GROWING: dict[str, Callable[[list[float]], dict[str, Any]]] = {
    "describe": lambda x: {"sample": x},
    "t_test": lambda x: {"group1": x[::2], "group2": x[1::2]},
    "mann_whitney": lambda x: {"group1": x[::2], "group2": x[1::2]},
    "one_way_anova": lambda x: {"groups": [x[i::4] for i in range(4)]},
    "linear_regression": lambda x: {
        "predictors": {"x": x},
        "response": [2 * one + two for one, two in zip(x, x[::-1], strict=True)],
    },
    "bootstrap_interval": lambda x: {"sample": x},
    "i_mr_chart": lambda x: {"sample": x},
    "process_capability": lambda x: {"sample": x, "lsl": -6, "usl": 6},
}
FIGURES_GOAL, MEDIAN_GOAL, SEARCH_GOAL, IMPORT_GOAL = 0.400, 0.020, 1.5, 1.0


def main() -> None:
    """Run the parts and print a table of each."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.bench.tools", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5, help="calls of each operation that count (%(default)s)")
    parser.add_argument("--passages", type=int, default=100_000, help="passages of the search (%(default)s)")
    parser.add_argument("--only", choices=("operations", "growth", "search", "import"), help="one part instead of all")
    options = parser.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "import": lambda: bench_import(options.repeats),
        "operations": lambda: bench_operations(options.repeats),
        "growth": lambda: bench_growth(options.repeats),
        "search": lambda: bench_search(options.passages),
    }
    for name in [options.only] if options.only else parts:
        parts[name]()


def bench_operations(repeats: int) -> None:
    """Every operation's first example, warm."""
    registry = ToolRegistry()
    times: dict[str, tuple[float, float | None]] = {}
    for tool in registry.tools.values():
        for name, operation in tool.operations.items():
            call = {"operation": name, **operation.examples[0]}
            plain = _median(partial(registry.execute, tool.name, call), repeats)
            drawn = registry.execute(tool.name, {**call, "figures": True})
            with_figures = None
            if drawn.get("figures"):
                with_figures = _median(partial(registry.execute, tool.name, {**call, "figures": True}), 2) - plain
            times[name] = (plain, with_figures)
    print(f"{'operation':<34}{'ms':>9}{'figures ms':>12}")
    for name, (plain, figures) in sorted(times.items(), key=lambda entry: -entry[1][0]):
        print(f"{name:<34}{1e3 * plain:>9.1f}" + (f"{1e3 * figures:>12.0f}" if figures is not None else ""))
    median = statistics.median(plain for plain, _ in times.values())
    slow = [name for name, (plain, _) in times.items() if plain > MEDIAN_GOAL]
    print(f"median of {len(times)} operations: {1e3 * median:.1f} ms (goal {1e3 * MEDIAN_GOAL:.0f})")
    print(f"above it: {', '.join(slow)}")
    drawn_times = [figures for _, figures in times.values() if figures is not None]
    if drawn_times:
        middle, most = 1e3 * statistics.median(drawn_times), 1e3 * max(drawn_times)
        print(f"figures of one call: median {middle:.0f}, most {most:.0f} ms (goal {1e3 * FIGURES_GOAL:.0f})")


def bench_growth(repeats: int) -> None:
    """Seconds at each size, and the factor for the last tenfold; `refused` where a size is more than an operation takes."""
    registry = ToolRegistry()
    print(f"{'operation':<24}" + "".join(f"{size:>11,}" for size in SIZES) + f"{'last x10':>10}")
    for name, arguments in GROWING.items():
        row: list[float] = []
        for size in SIZES:
            sample = np.random.default_rng(0).normal(size=size).tolist()
            call = {"operation": name, **arguments(sample)}
            tool = registry.tool_of(name)
            answer = registry.execute(tool, call)
            if not answer["success"]:
                break
            row.append(_median(partial(registry.execute, tool, call), max(1, repeats // 2)))
        shown = [f"{1e3 * seconds:>8.1f} ms" for seconds in row] + [f"{'refused':>11}"] * (len(SIZES) - len(row))
        print(f"{name:<24}" + "".join(shown) + f"{row[-1] / row[-2]:>9.1f}x")


def bench_search(count: int) -> None:
    """`rag_helper`'s search against embedding the query and a FAISS search on the same vectors, alternating."""
    import faiss

    index = _synthetic_index(count)
    helper = RAGHelper()
    helper.__dict__["_index"] = index  # the cached property, filled with the large index
    bare = faiss.IndexFlatIP(index.vectors.shape[1])
    bare.add(index.vectors)
    queries = [" ".join(random.Random(i).choices(passage.title.split() + passage.text.split()[:30], k=7))
               for i, passage in enumerate(index.passages[:60])]  # fmt: skip
    ours, theirs = [], []
    for query in queries:
        started = time.perf_counter()
        bare.search(index.embedder.encode([query]), 3)
        middle = time.perf_counter()
        helper.execute("search", query=query, top_k=3)
        theirs.append(middle - started)
        ours.append(time.perf_counter() - middle)
    one, other = statistics.median(ours[10:]), statistics.median(theirs[10:])
    print(f"search in {count:,} passages: {1e3 * one:.2f} ms; embedding and bare FAISS {1e3 * other:.2f} ms; "
          f"{one / other:.2f} times (goal {SEARCH_GOAL})")  # fmt: skip


def _synthetic_index(count: int) -> SearchIndex:
    """Passages made of the handbook's sentences, so that words repeat as they do in real documents."""
    handbook = handbook_index()
    rng = random.Random(0)
    sentences = [sentence for passage in handbook.passages for sentence in passage.text.split(". ")]
    texts = [". ".join(rng.choices(sentences, k=4)) for _ in range(count)]
    passages = [Passage(f"p{number}", f"Note {number}", text, "notes.md", 0, 1) for number, text in enumerate(texts)]
    return SearchIndex.build(passages, handbook.embedder)


def bench_import(repeats: int) -> None:
    """A new process that imports the tools, less one that imports nothing."""

    def run(program: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        return time.perf_counter() - started

    run("import havoc.tools")  # writes the compiled files
    ours = statistics.median(run("import havoc.tools") for _ in range(repeats))
    bare = statistics.median(run("pass") for _ in range(repeats))
    print(f"import havoc.tools: {ours - bare:.2f} s beside an interpreter's {bare:.2f} s (goal {IMPORT_GOAL})")


def _median(call: Callable[[], object], repeats: int) -> float:
    call()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
