"""Make the corpus: gather text, clean it, leave out duplicates, hold out documents for validation.

python -m jobs.build_corpus --config FILE [field=value ...]
"""

import time

from havoc.config import CorpusConfig
from havoc.data.corpus import CorpusReport, build_corpus
from jobs.command import run_job


def main(config: CorpusConfig) -> None:
    """Build, report."""
    started = time.monotonic()
    report = build_corpus(config)
    print(table(report))
    print(f"done: {report.folder}, {time.monotonic() - started:.1f} s")


def table(report: CorpusReport) -> str:
    """One line a source: documents and characters of both splits, and what was left out, by reason."""
    lines = [f"{'source':<14}{'train':>9}{'M chars':>9}{'held out':>10}{'M chars':>9}  left out"]
    for name, source in report.sources.items():
        dropped = ", ".join(f"{count} {reason}" for reason, count in source.dropped.items()) or "none"
        lines.append(
            f"{name:<14}{source.train_documents:>9}{source.train_characters / 1e6:>9.2f}"
            f"{source.validation_documents:>10}{source.validation_characters / 1e6:>9.2f}  {dropped}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    run_job(main, CorpusConfig, __doc__)
