"""Long data in calls stand as references, and come back as they were."""

from havoc.prime.evidence import Evidence, EvidenceSet
from havoc.prime.references import MAX_WRITTEN, abbreviate, resolve

LONG = tuple(float(number) for number in range(MAX_WRITTEN + 1))
EVIDENCE = EvidenceSet(
    "...", (Evidence("e1", "values", "A", (1.0, 2.0), "", 0, 1), Evidence("e2", "values", "B", LONG, "", 1, 2))
)


def test_long_lists_are_references_wherever_they_stand():
    args = {"values": list(LONG), "groups": {"A": [1.0, 2.0], "B": list(LONG)}, "rows": [list(LONG), [1.0]]}
    short = abbreviate(args, EVIDENCE)
    assert short == {"values": "@e2", "groups": {"A": [1.0, 2.0], "B": "@e2"}, "rows": ["@e2", [1.0]]}
    assert resolve(short, EVIDENCE) == args


def test_lists_that_are_no_evidence_stay():
    other = [number + 0.5 for number in LONG]
    assert abbreviate({"values": other}, EVIDENCE) == {"values": other}


def test_references_to_nothing_and_texts_stay():
    assert resolve({"values": "@e9", "name": "mail@e2.example"}, EVIDENCE) == {"values": "@e9", "name": "mail@e2.example"}
