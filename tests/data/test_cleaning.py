import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havoc.data.cleaning import Unfit, clean

PROSE = "A control chart shows how a process varies over time, and whether that variation has a cause that can be found."


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\ufeffone", "one"),
        ("o\x00n\x1be\x7f\x85 two\x0c", "one two"),
        ("one  \t\ntwo \n", "one\ntwo"),
        ("\n\none\n\n\ntwo", "one\n\n\ntwo"),
        ("one\n \n\t\n\n\n\ntwo", "one\n\n\ntwo"),
        ("    indented\n\tby a tab", "    indented\n\tby a tab"),
        ("x² ﬁne Ａ e\u0301 日本語 a\u00a0b", "x² ﬁne Ａ e\u0301 日本語 a\u00a0b"),
    ],
)
def test_what_carries_no_meaning_goes_and_all_else_stays(text, cleaned):
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Unfit.TOO_SHORT),
        (" \n\x00\t\n", Unfit.TOO_SHORT),
        (PROSE + "\ud800", Unfit.NOT_UNICODE),
        ("===== ----- +++++ a b c ===== ----- *****", Unfit.MOSTLY_SYMBOLS),
        ("spam and eggs " * 200, Unfit.REPETITIVE),
        ("the same line\n" * 50, Unfit.REPETITIVE),
        (PROSE, PROSE),
        ("total[i] += (end - start) * step", "total[i] += (end - start) * step"),
        ("10.2 10.4 9.8 10.1 10.0 9.9 10.3", "10.2 10.4 9.8 10.1 10.0 9.9 10.3"),
        ("人人生而自由,在尊严和权利上一律平等。" * 2, "人人生而自由,在尊严和权利上一律平等。" * 2),
    ],
)
def test_documents_that_teach_nothing_are_named(text, reason):
    assert clean(text) == reason


def test_length_is_counted_after_cleaning():
    assert clean("word" + " " * 300, 5) is Unfit.TOO_SHORT
    assert clean("word" + " " * 300, 4) == "word"


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \t\n\r\x0c\ufeff"), max_size=80))
def test_cleaning_twice_changes_nothing_and_no_visible_character_is_lost(text):
    cleaned = clean(text)
    if isinstance(cleaned, str):
        assert clean(cleaned) == cleaned
        assert not any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in cleaned)
        visible = [letter for letter in text.removeprefix("\ufeff") if unicodedata.category(letter) != "Cc"]
        assert [c for c in cleaned if c not in string.whitespace] == [c for c in visible if c not in string.whitespace]


def test_a_long_run_of_spaces_takes_no_longer_than_text():
    assert clean("a" + " " * 1_000_000 + "b") == "a" + " " * 1_000_000 + "b"
