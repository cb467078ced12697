"""Evidence without its reader: items are rendered behind a question's words, each with its place."""

from dataclasses import replace

from havoc.prime.evidence import Evidence, EvidenceSet


def values(name, numbers, *, table="", layout="", unit="", role=""):
    """A list of numbers."""
    return Evidence("", "values", name, tuple(map(float, numbers)), unit, 0, 0, role=role, table=table, layout=layout)


def labels(name, texts, *, table="", layout="", role=""):
    """A list of texts."""
    return Evidence("", "labels", name, tuple(texts), "", 0, 0, role=role, table=table, layout=layout)


def number(value, role="", name="", *, percent=False, unit=""):
    """One number."""
    return Evidence("", "number", name, (float(value),), unit, 0, 0, percent=percent, role=role)


def span(name, low, high, unit=""):
    """A range."""
    return Evidence("", "range", name, (float(low), float(high)), unit, 0, 0)


def formula(text, role=""):
    """An expression."""
    return Evidence("", "expression", "", (text,), "", 0, 0, role=role)


def table(**columns):
    """The columns of a table, numbers or texts."""
    make = {True: labels, False: values}
    return [
        make[isinstance(column[0], str)](name.replace("_", " "), column, table="t1", layout="column")
        for name, column in columns.items()
    ]


def rows(*lists, name="", number_of_table=1):
    """The rows of a matrix."""
    return [values(name, one, table=f"t{number_of_table}", layout="row") for one in lists]


def given(words, *items):
    """The question `words` with its items behind it."""
    text, placed = words, []
    for place, item in enumerate(items, start=1):
        shown = ", ".join(f"{value:g}" if isinstance(value, float) else value for value in item.values)
        start = len(text) + len(item.name) + 3
        text = f"{text} {item.name}: {shown};"
        placed.append(replace(item, id=f"e{place}", start=start, end=start + len(shown)))
    return EvidenceSet(text, tuple(placed))


def placed(words, counts):
    """The question `words` with a count in place of each {}."""
    parts, text, items = words.split("{}"), "", []
    for place, (part, count) in enumerate(zip(parts, counts, strict=False), start=1):
        text += part
        items.append(Evidence(f"e{place}", "number", "", (float(count),), "", len(text), len(text) + len(str(count))))
        text += str(count)
    return EvidenceSet(text + parts[-1], tuple(items))
