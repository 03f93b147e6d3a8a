"""Every row of the list has a test, and every test of an attack has a row."""

from __future__ import annotations

import pytest

from tests.attacks.rows import attack_tests, numbers_in, read_rows

ROWS = {row.number: row for row in read_rows()}
WITHOUT_A_TEST_HERE = {
    13: "there are no ballot numbers to put contests under",
    28: "pages",
    29: "pages",
    30: "builds and operation",
    32: "notices to voters",
    34: "pages",
    35: "uploads",
    36: "pages",
    38: "publication of results",
    41: "witnesses of the record",
    44: "the specification's sentences",
    45: "counting rules",
    46: "accounts",
    47: "the register",
    48: "the server's workers",
}
"""The list's other rows, which are no matter of a protocol library or a verifier of archives."""


def test_every_row_has_a_test() -> None:
    tested = {number for _, numbers in attack_tests() for number in numbers}
    assert sorted(ROWS) == sorted(tested), "a row without a test, or a test without a row"


def test_every_row_is_told_once_and_in_order() -> None:
    numbers = [row.number for row in read_rows()]
    assert numbers == sorted(set(numbers))
    assert set(ROWS) | set(WITHOUT_A_TEST_HERE) == set(range(1, 51))
    assert not set(ROWS) & set(WITHOUT_A_TEST_HERE)
    assert all(row.source and row.refused for row in ROWS.values())


@pytest.mark.parametrize(
    "name, numbers",
    [
        ("test_attack_3_a_copy_fails", (3,)),
        ("test_attack_19_two_of_5_keys_may_be_lost", (19,)),
        ("test_attacks_9_and_10_are_refused", (9, 10)),
        ("test_attacks_1_2_and_22_fail_the_bound_proof", (1, 2, 22)),
        ("test_a_ballot_is_refused", None),
    ],
)
def test_the_numbers_of_a_name_are_read(name: str, numbers: tuple[int, ...] | None) -> None:
    assert numbers_in(name) == numbers


@pytest.mark.parametrize("name", ["test_attack_that_has_no_number", "test_attacks_3_one_number"])
def test_a_name_that_speaks_of_attacks_has_numbers(name: str) -> None:
    with pytest.raises(ValueError, match=r"expected test_attack_N_what_happens"):
        numbers_in(name)
