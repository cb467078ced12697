"""A graph for people: as Mermaid, and as indented text; as planned and, once it has run, with states and timings."""

import re

from havoc.prime.graph.operator_graph import OperatorGraph, Status, Subgoal

MAX_LABEL = 80
"""Characters of a title or problem in a drawing."""
_SHAPES = {"think": ("(", ")"), "tool": ("[", "]"), "retrieve": ("[(", ")]"), "decide": ("{", "}")}
_LIST_MARK = re.compile(r"\d+[.)]|[-+]")
"""What Mermaid takes for the beginning of a Markdown list."""
_COLOURS: dict[Status, str] = {
    "pending": "fill:#ffffff,stroke:#888888",
    "running": "fill:#fff4cc,stroke:#b58900",
    "done": "fill:#e6f4ea,stroke:#2e7d32",
    "failed": "fill:#fdecea,stroke:#c62828",
    "skipped": "fill:#eeeeee,stroke:#888888,stroke-dasharray:4",
}
_MARKS: dict[Status, str] = {"pending": " ", "running": ">", "done": "x", "failed": "!", "skipped": "-"}


def as_mermaid(graph: OperatorGraph) -> str:
    """A Mermaid flowchart, left to right, coloured by state."""
    lines = ["flowchart LR"]
    # Nodes get names of their own: `end` and the like are words of Mermaid's.
    names = {subgoal.id: f"n{number}" for number, subgoal in enumerate(graph.subgoals, start=1)}
    for subgoal in graph.subgoals:
        opening, closing = _SHAPES[subgoal.kind]
        label = "<br/>".join(escape_label(line) for line in _label(subgoal))
        lines.append(f'    {names[subgoal.id]}{opening}"{label}"{closing}:::{subgoal.status}')
    lines += [
        f"    {names[before]} --> {names[subgoal.id]}"
        for subgoal in graph.subgoals
        for before in dict.fromkeys(subgoal.depends_on)
    ]
    shown = dict.fromkeys(subgoal.status for subgoal in graph.subgoals)
    lines += [f"    classDef {status} {_COLOURS[status]}" for status in shown]
    return "\n".join(lines)


def as_text(graph: OperatorGraph) -> str:
    """One line per subgoal, indented one step deeper than the deepest of those that it waits for."""
    depths: dict[str, int] = {}
    lines = []
    for subgoal in _in_order(graph):
        depths[subgoal.id] = max((depths[name] + 1 for name in subgoal.depends_on), default=0)
        after = f" (after {', '.join(subgoal.depends_on)})" if subgoal.depends_on else ""
        lines.append(f"{'  ' * depths[subgoal.id]}[{_MARKS[subgoal.status]}] {subgoal.id} {subgoal.kind}: "
                     f"{_one_line(subgoal.title)}{after}{_outcome(subgoal)}")  # fmt: skip
    return "\n".join(lines)


def escape_label(text: str) -> str:
    """`text` for the inside of a quoted Mermaid label: one line, and nothing in it that Mermaid or HTML would read.

    Everything but letters, digits, blanks and a few harmless marks becomes an entity in Mermaid's form, `#35;` for #.
    """
    line = _one_line(text)
    listed = _LIST_MARK.match(line)
    plain = 0 if listed is None else listed.end()
    return "".join(
        character if character.isalnum() or (character in " .,:+-_/" and place >= plain) else f"#{ord(character)};"
        for place, character in enumerate(line)
    )


def _label(subgoal: Subgoal) -> list[str]:
    outcome = _outcome(subgoal).strip()
    called = [subgoal.operation] if subgoal.operation else []
    return [f"{subgoal.id} {subgoal.kind}", subgoal.title, *called, *([outcome] if outcome else [])]


def _outcome(subgoal: Subgoal) -> str:
    time = "" if subgoal.seconds is None else f", {subgoal.seconds:.2f} s from {subgoal.began:.2f} s on"
    why = f" ({_one_line(subgoal.problem)})" if subgoal.problem else ""
    return "" if subgoal.status == "pending" else f": {subgoal.status}{time}{why}"


def _one_line(text: str) -> str:
    line = " ".join("".join(character if character.isprintable() else " " for character in text[: 4 * MAX_LABEL]).split())
    return line if len(line) <= MAX_LABEL else f"{line[: MAX_LABEL - 3].rstrip()}..."


def _in_order(graph: OperatorGraph) -> list[Subgoal]:
    """Depth first, in the order of the graph, none before what it depends on."""
    found: dict[str, Subgoal] = {}

    def visit(subgoal: Subgoal) -> None:
        if subgoal.id in found or any(name not in found for name in subgoal.depends_on):
            return
        found[subgoal.id] = subgoal
        for after in graph.subgoals:
            if subgoal.id in after.depends_on:
                visit(after)

    for subgoal in graph.subgoals:
        visit(subgoal)
    return list(found.values())
