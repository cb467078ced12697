"""The handbook: its passages, and whether everyday words find them."""

import re
from pathlib import Path

import pytest
import yaml

from havoc.tools import DSLExecutor, PythonMathEngine, RAGHelper, ToolError
from havoc.tools.rag.embedder import LatentSemanticEmbedder
from havoc.tools.rag.index import SearchIndex, handbook_index
from havoc.tools.rag.passage import HANDBOOK, handbook, split_document

HELPER = RAGHelper()


def test_there_are_enough_passages_and_their_spans_are_exact():
    passages = handbook()
    assert len(passages) >= 200
    for passage in passages:
        content = (HANDBOOK / passage.document).read_text(encoding="utf-8")
        assert content[passage.start : passage.end] == passage.text
        assert len(passage.text.split()) >= 20, passage.id


def test_every_operation_that_a_passage_names_exists():
    known = {*PythonMathEngine().operations, *DSLExecutor().operations}
    for passage in handbook():
        for listed in re.findall(r"Operations?: ([^.(]+)", passage.text):
            for name in re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", listed):
                assert name in known, f"{passage.id} names {name}"


def test_the_specification_s_question_is_answered():
    answer = HELPER.execute("search", query="What is Box-Behnken design?", top_k=3)
    assert answer["result"]["passages"][0]["id"] == "box-behnken"
    assert len(answer["result"]["passages"]) == 3


def test_the_same_index_is_read_back(tmp_path):
    index = handbook_index()
    index.save(tmp_path)
    again = SearchIndex.load(tmp_path)
    for query in ("limits for counts of defects", "is my gauge good enough", "zzz"):
        assert again.search(query, 5) == index.search(query, 5)


def test_a_query_without_any_known_word_gives_no_error():
    answer = HELPER.execute("search", query="qqqq wwww", top_k=3)
    assert answer["result"]["passages"] is not None


def test_a_passage_is_had_by_its_id_and_an_unknown_id_is_an_error():
    found = HELPER.execute("passage", id="welch-test")["result"]["passages"]
    assert found[0]["title"] == "Welch's test"
    with pytest.raises(ToolError, match="no passage has this id"):
        HELPER.execute("passage", id="phlogiston")


def test_long_paragraphs_are_cut_between_words_with_exact_spans():
    text = "# A title\n" + "word " * 1000 + "\n\nlast paragraph"
    passages = split_document(text, "notes.md")
    assert all(text[passage.start : passage.end] == passage.text for passage in passages)
    assert all(len(passage.text.split()) <= 320 for passage in passages)
    assert "".join(passage.text for passage in passages).replace(" ", "").startswith("wordword")
    assert {passage.title for passage in passages} == {"A title"}


def test_too_few_texts_cannot_be_learnt_from():
    with pytest.raises(ToolError, match="too few texts"):
        LatentSemanticEmbedder.fit(["one", "two"])


def test_everyday_questions_find_their_passage():
    # Written blind, without the words of the passages' titles. 91 of 100 when this was written; the goal is 90.
    questions = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))
    index = handbook_index()
    known = {passage.id for passage in index.passages}
    assert len(questions) == 100
    assert {wanted for question in questions for wanted in question["wants"]} <= known
    found = [{hit.passage.id for hit in index.search(question["ask"], 3)} & set(question["wants"]) for question in questions]
    assert sum(map(bool, found)) >= 90
