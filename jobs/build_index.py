"""Index one's own documents (.md, .txt, .pdf) for the tool rag_helper; run it again when they have changed.

python -m jobs.build_index FOLDER --out INDEX [--model NAME_OF_A_SENTENCE_TRANSFORMER]
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from havoc.tools.rag.folder import index_folder
from jobs.command import errors_as_one_line


def main(arguments: Sequence[str] | None = None) -> None:
    """Index, and say what was done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="documents, searched with all subfolders")
    parser.add_argument("--out", type=Path, required=True, help="index; brought up to date where it exists")
    parser.add_argument("--model", help="a sentence-transformers model instead of the embedder fitted on the documents")
    options = parser.parse_args(arguments)
    with errors_as_one_line():
        report = index_folder(
            options.folder, options.out, options.model, lambda paths: tqdm(list(paths), unit="file", desc="reading")
        )
        files = f"{report.added} new or changed, {report.unchanged} unchanged, {report.removed} gone"
        learnt = "; the embedder was fitted anew" if report.refitted else ""
        print(f"{options.out}: {report.passages:,} passages; files: {files}{learnt}")
        for name in report.without_text:
            print(f"no text found in {name}")


if __name__ == "__main__":
    main()
