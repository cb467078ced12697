"""The catalogue against published word length patterns."""

import pytest

from havoc.tools.doe.fraction_catalogue import CATALOGUE, available_runs, minimum_aberration
from havoc.tools.doe.fraction_words import generator_words, resolution, word_length_pattern

# Chen, Sun and Wu (1993), catalogues of 8, 16, 32 and 64 runs: first numbers A3, A4, A5, ... of the best design.
PUBLISHED = [
    (8, 5, [2, 1, 0]),
    (8, 6, [4, 3, 0, 0]),
    (8, 7, [7, 7, 0, 0, 1]),
    (16, 5, [0, 0, 1]),
    (16, 6, [0, 3, 0, 0]),
    (16, 7, [0, 7, 0, 0, 0]),
    (16, 8, [0, 14, 0, 0, 0, 1]),
    (16, 9, [4, 14, 8, 0, 4, 1, 0]),
    (16, 10, [8]),
    (16, 11, [12]),
    (32, 6, [0, 0, 0, 1]),
    (32, 7, [0, 1, 2, 0, 0]),
    (32, 8, [0, 3, 4, 0, 0, 0]),
    (32, 9, [0, 6, 8, 0, 0, 1, 0]),
    (32, 10, [0, 10, 16]),
    (32, 11, [0, 25]),
    (32, 12, [0, 38]),
    (32, 13, [0, 55]),
    (32, 16, [0, 140]),
    (64, 7, [0, 0, 0, 0, 1]),
    (64, 8, [0, 0, 2, 1, 0, 0]),
    (64, 9, [0, 1, 4, 2, 0, 0, 0]),
    (64, 10, [0, 2, 8]),
    (64, 11, [0, 4, 14]),
    (64, 12, [0, 6, 24]),
    (64, 13, [0, 14, 28]),
    (64, 14, [0, 22, 40]),
    (64, 15, [0, 30, 60]),
    (64, 16, [0, 43, 81]),
    (64, 17, [0, 59, 108]),
    (64, 18, [0, 78, 144]),
    (64, 19, [0, 100, 192]),
    (64, 20, [0, 125, 256]),
]


@pytest.mark.parametrize(("runs", "factors", "pattern"), PUBLISHED)
def test_word_length_patterns_are_the_published_ones(runs, factors, pattern):
    fraction = minimum_aberration(factors, runs=runs)
    found = word_length_pattern(fraction.columns, fraction.basic)
    assert found[: len(pattern)] == pattern
    assert len(found) == factors - 2


@pytest.mark.parametrize(
    ("runs", "factors", "generators"),
    [
        # Box, Hunter and Hunter (2005), Table 6.22; Montgomery, Table 8.14.
        (16, 5, ["E = ABCD"]),
        (8, 5, ["D = AB", "E = AC"]),
        (16, 6, ["E = ABC", "F = BCD"]),
        (8, 7, ["D = AB", "E = AC", "F = BC", "G = ABC"]),
        (16, 7, ["E = ABC", "F = BCD", "G = ACD"]),
        (32, 7, ["F = ABCD", "G = ABDE"]),
        (16, 8, ["E = BCD", "F = ACD", "G = ABC", "H = ABD"]),
        (32, 8, ["F = ABC", "G = ABD", "H = BCDE"]),
        (64, 8, ["G = ABCD", "H = ABEF"]),
        (32, 9, ["F = BCDE", "G = ACDE", "H = ABDE", "J = ABCE"]),
        (32, 10, ["F = ABCD", "G = ABCE", "H = ABDE", "J = ACDE", "K = BCDE"]),
    ],
)
def test_generators_are_those_of_the_textbooks(runs, factors, generators):
    assert generator_words(minimum_aberration(factors, runs=runs), "ABCDEFGHJK"[:factors]) == generators


def test_every_entry_is_a_design_of_its_size():
    for runs, designs in CATALOGUE.items():
        for factors, added in designs.items():
            fraction = minimum_aberration(factors, runs=runs)
            assert len(set(fraction.columns)) == factors
            assert 2**fraction.basic == runs
            assert all(0 < column < runs for column in added)


def test_resolution_v_cores_of_response_surface_designs():
    # Montgomery, Design and Analysis of Experiments: 2^(5-1), 2^(6-1), 2^(7-1), 2^(8-2), 2^(9-2), 2^(10-3), 2^(11-4).
    sizes = {factors: 2 ** minimum_aberration(factors, resolution=5).basic for factors in range(5, 12)}
    assert sizes == {5: 16, 6: 32, 7: 64, 8: 64, 9: 128, 10: 128, 11: 128}


def test_the_largest_fractions_of_each_resolution():
    # 2^(m-1) factors is the most for resolution IV in 2^m runs, 2^m - 1 for resolution III (Box and Hunter 1961).
    for runs in (8, 16, 32, 64):
        fraction = minimum_aberration(runs // 2, runs=runs)
        assert resolution(fraction.columns, fraction.basic) == 4
    assert minimum_aberration(15, runs=16).basic == 4
    assert minimum_aberration(31, runs=32).basic == 5
    assert minimum_aberration(16, runs=16) is None
    assert minimum_aberration(5, resolution=6) is None
    assert available_runs(9) == [16, 32, 64, 128]
