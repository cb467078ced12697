"""Fit the ranker on the seeds: `python -m jobs.fit_ranker [--write]`.

Which operation a question means is told from signs: words, likeness to documentation and to other people's questions, and
how well its data fit. This fits what each sign counts, shows how often the right operation is found on questions left out,
and with --write puts weights.yaml and wordings.yaml into havoc/prime/candidates.
"""

import argparse
from importlib import resources
from pathlib import Path

import yaml

from havoc.factory.ranker_fit import as_fields, fit_ranker
from havoc.factory.seeds import load_seeds
from jobs.command import errors_as_one_line

HEAD = "# Written by jobs.fit_ranker"


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(
        prog="python -m jobs.fit_ranker", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="replace what ships")
    options = parser.parse_args()
    with errors_as_one_line():
        fit = fit_ranker([seed for seed in load_seeds() if seed.split == "train"])
        found = ", ".join(f"{share:.1%} among the first {most}" for most, share in fit.found.items())
        print(f"questions left out: the operation is {found}")
        weights = yaml.safe_dump(as_fields(fit.weights), sort_keys=False)
        print(weights)
        if options.write:
            folder = Path(str(resources.files("havoc.prime.candidates")))
            (folder / "weights.yaml").write_text(f"{HEAD}.\n{weights}", encoding="utf-8")
            wordings = yaml.safe_dump(fit.wordings, allow_unicode=True, width=125)
            note = f"{HEAD}: how people asked for each operation, without their data.\n"
            (folder / "wordings.yaml").write_text(note + wordings, encoding="utf-8")


if __name__ == "__main__":
    main()
