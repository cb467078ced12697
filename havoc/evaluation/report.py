"""A summary as text for a terminal, and as a page for a browser that needs nothing else."""

import html
from collections.abc import Mapping, Sequence
from io import StringIO

import matplotlib as mpl
from matplotlib.figure import Figure

from havoc.evaluation.summary import Row, Share, Summary

MAX_GROUPS = 30
"""Operations that a table shows, the worst first."""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ccc;text-align:left}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}pre{white-space:pre-wrap}"
    ".wrong{border-left:4px solid #b00020;padding-left:1rem}.right{border-left:4px solid #2e7d32;padding-left:1rem}"
    "svg{max-width:100%;height:auto}"
)


def as_text(summary: Summary) -> str:
    """Tables of all verdicts, of what went wrong most, and of times."""
    lines = [summary.system, ""]
    lines += [f"{name:<40} {share}" for name, share in summary.shares.items() if share.total]
    lines += ["", "seconds (median)      replies  first text  answer  tokens"]
    lines += [
        f"{budget:<20} {count:>8} {first:>11.2f} {total:>7.2f} {tokens:>7.0f}"
        for budget, (count, first, total, tokens) in summary.times.items()
    ]
    wrong = {name: share for name, share in summary.by(_operation).items() if share.value < 1}
    lines += ["", "operations with wrong answers"]
    lines += [f"  {name:<40} {share.count} of {share.total} right" for name, share in list(wrong.items())[:MAX_GROUPS]]
    return "\n".join(lines)


def as_html(summary: Summary, *, title: str = "Evaluation") -> str:
    """One page with tables, charts and every reply."""
    voices = summary.by(lambda row: row[0].voice or row[0].kind)
    parts = [
        f"<h1>{html.escape(title)}</h1><p>{html.escape(summary.system)}, {len(summary.rows)} questions</p>",
        _bars(summary.shares, "Shares with 95% intervals"),
        _table(("verdict", "share"), [(name, str(share)) for name, share in summary.shares.items()]),
        "<h2>By voice</h2>",
        _bars(voices, "Right answers by voice"),
        "<h2>By operation</h2>",
        _table(("operation", "right"), [(name, str(share)) for name, share in summary.by(_operation).items()]),
        "<h2>Time</h2>",
        _table(
            ("budget", "replies", "first text, s", "answer, s", "tokens"),
            [
                (budget, str(count), f"{first:.2f}", f"{total:.2f}", f"{tokens:.0f}")
                for budget, (count, first, total, tokens) in summary.times.items()
            ],
        ),
        "<h2>Replies</h2>",
        *(_reply(row) for row in sorted(summary.rows, key=lambda row: row[2].right)),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style><body>{''.join(parts)}</body></html>"
    )


def _operation(row: Row) -> str:
    return row[0].operation or row[0].kind


def _reply(row: Row) -> str:
    question, reply, one = row
    verdicts = ", ".join(f"{name} {value}" for name, value in one.as_json().items() if value is not None)
    shown = html.escape(reply.answer or reply.error)
    return (
        f'<details class="{"right" if one.right else "wrong"}"><summary>{html.escape(question.text[:160])}</summary>'
        f"<pre>{html.escape(question.text)}</pre><p>{shown}</p><p><small>{html.escape(verdicts)}; called "
        f"{html.escape(', '.join(call.operation for call in reply.calls) or 'nothing')}</small></p></details>"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(name)}</th>" for name in header)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _bars(shares: Mapping[str, Share], title: str) -> str:
    """Shares as points with their intervals, as SVG."""
    known = {name: share for name, share in shares.items() if share.total}
    if not known:
        return ""
    with mpl.rc_context({"svg.hashsalt": "havoc", "svg.fonttype": "none"}):
        figure = Figure(figsize=(8, 0.6 + 0.32 * len(known)), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(known))
        values = [100 * share.value for share in known.values()]
        low = [100 * (share.value - share.low) for share in known.values()]
        high = [100 * (share.high - share.value) for share in known.values()]
        axes.errorbar(values, places, xerr=[low, high], fmt="o", capsize=3, color="#1f5fa8")
        axes.set_yticks(list(places), [f"{name} ({share.total})" for name, share in known.items()])
        axes.invert_yaxis()
        axes.set_xlim(-2, 102)
        axes.set_xlabel("%")
        axes.set_title(title)
        buffer = StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
