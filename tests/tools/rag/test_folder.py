"""Indexing one's own documents, and bringing the index up to date."""

import pytest

from havoc.tools import RAGHelper, ToolError
from havoc.tools.rag.folder import index_folder
from havoc.tools.rag.index import SearchIndex
from jobs.build_index import main

TEXTS = {
    "furnace.md": "# Furnace\n\nThe furnace holds 850 degrees.\n\n## Cooling\n\nCool the load in oil for ten minutes.",
    "press.txt": "The press is lubricated every Monday morning.\n\nIts pressure is checked with the red manometer.",
    "deep/cafeteria.md": "# Cafeteria\n\nSoup is served from noon. Vegetarian meals are on the left counter.",
}


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _best(index, query):
    return RAGHelper(index).execute("search", query=query, top_k=1)["result"]["passages"][0]


def _pdf(path, text):
    """A minimal PDF of one page with one line of text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010d} 00000 n \n" for at in offsets)
    path.write_text(content + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF")


def test_a_citation_leads_back_to_the_characters_of_the_document(documents, tmp_path):
    index_folder(documents, tmp_path / "index")
    found = _best(tmp_path / "index", "When is there soup?")
    assert found["document"] == "deep/cafeteria.md"
    assert found["title"] == "Cafeteria"
    assert TEXTS[found["document"]][found["start"] : found["end"]] == found["passage"]
    assert (
        RAGHelper(tmp_path / "index").execute("passage", id=found["id"])["result"]["passages"][0]["passage"]
        == found["passage"]
    )


def test_only_what_changed_is_done_again(documents, tmp_path):
    first = index_folder(documents, tmp_path / "index")
    assert (first.added, first.unchanged, first.removed, first.refitted) == (3, 0, 0, True)
    before = {passage.id: vector for passage, vector in _vectors(tmp_path / "index")}

    (documents / "press.txt").write_text("The press is greased on Friday.")
    (documents / "deep/cafeteria.md").unlink()
    second = index_folder(documents, tmp_path / "index")

    assert (second.added, second.unchanged, second.removed, second.refitted) == (1, 1, 1, False)
    after = {passage.id: vector for passage, vector in _vectors(tmp_path / "index")}
    kept = [id for id in after if id.startswith("furnace")]
    assert kept
    assert all((after[id] == before[id]).all() for id in kept)
    assert "Friday" in _best(tmp_path / "index", "greasing the press")["passage"]


def _vectors(folder):
    index = SearchIndex.load(folder)
    return list(zip(index.passages, index.vectors, strict=True))


def test_a_corpus_that_has_doubled_is_learnt_anew(documents, tmp_path):
    index_folder(documents, tmp_path / "index")
    for number in range(8):
        (documents / f"note{number}.md").write_text(f"Locker {number} belongs to the paint shop.")
    assert index_folder(documents, tmp_path / "index").refitted
    assert "paint" in _best(tmp_path / "index", "who has lockers in the paint shop")["passage"]


def test_a_pdf_is_read_and_one_without_text_reported(documents, tmp_path, capsys):
    _pdf(documents / "manual.pdf", "Torque the flange bolts to 40 newton metres.")
    _pdf(documents / "scan.pdf", "")
    main([str(documents), "--out", str(tmp_path / "index")])
    out = capsys.readouterr().out
    assert "5 new or changed" in out
    assert "no text found in scan.pdf" in out
    assert "flange" in _best(tmp_path / "index", "bolt torque")["passage"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [("latin.txt", b"caf\xe9", "not UTF-8 at byte 3"), ("broken.pdf", b"%PDF-1.4 nothing", "not a readable PDF")],
)
def test_a_file_that_cannot_be_read_is_named(documents, tmp_path, name, content, problem):
    (documents / name).write_bytes(content)
    with pytest.raises(ToolError, match=problem) as caught:
        index_folder(documents, tmp_path / "index")
    assert name in str(caught.value)


def test_an_empty_folder_and_a_missing_index_are_errors(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "empty"), "--out", str(tmp_path / "index")])
    assert stopped.value.code == 2
    assert "holds no .md, .txt or .pdf" in capsys.readouterr().err
    with pytest.raises(ToolError, match="holds no index"):
        RAGHelper(tmp_path / "nowhere").execute("search", query="x")
