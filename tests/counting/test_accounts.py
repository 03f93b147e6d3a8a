"""What is told of a count without stages, wherever a sheet is written or shown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from comitia.counting import words
from comitia.counting.constraints import Constraint
from comitia.counting.count import Options, run
from comitia.counting.figures import approximate
from comitia.counting.formats.table_csv import write_table_csv
from comitia.counting.rules import RULES
from comitia.counting.sheet import Code, Fact, Sheet
from comitia.counting.sheet_json import sheet_to_json
from comitia.counting.showing.page import sheet_page
from comitia.counting.showing.pdf import sheet_pdf
from tests.counting.approving import approving
from tests.counting.showing.reading import read

HEAD = "how the seats were filled"


def sheet_with(group: str) -> Sheet:
    profile = approving(2, (9, "A"), (8, "B"), (7, "C"))
    constraint = Constraint(group, frozenset({1, 2}), most=1)
    return run(RULES["approval"], profile, Options(constraints=(constraint,)))


def test_an_account_is_a_list_of_sentences_in_json() -> None:
    details = sheet_to_json(sheet_with("Acme"))["details"]

    assert isinstance(details, dict)
    assert details[HEAD] == [
        "A is elected with 9 approvals.",
        "B is passed over: with B elected as well, what is set for Acme could not be kept.",
        "C is elected with 7 approvals.",
    ]


def test_an_account_is_a_block_of_lines_in_csv() -> None:
    blocks = write_table_csv(sheet_with("=1+1")).split("\n\n")

    assert blocks[-1].splitlines() == [
        HEAD,
        "A is elected with 9 approvals.",
        '"B is passed over: with B elected as well, what is set for =1+1 could not be kept."',
        "C is elected with 7 approvals.",
    ]


def test_an_account_is_a_numbered_table_on_a_page_and_groups_keep_their_direction() -> None:
    page = read(sheet_page(sheet_with("</td>\u202eAcme\n"), RULES["approval"]))

    rows = page.labelled("detail-5-table").rows()

    passed_over = "B is passed over: with B elected as well, what is set for {} could not be kept."
    assert rows[1:] == [
        ["1", "A is elected with 9 approvals."],
        ["2", passed_over.format("</td>\ufffdAcme")],
        ["3", "C is elected with 7 approvals."],
    ]
    assert "</td>\ufffdAcme" in [one.text for one in page.all("bdi")]


@pytest.mark.parametrize("rule", ["approval", "phragmen", "equal-shares"])
def test_sheets_with_accounts_can_be_printed(rule: str) -> None:
    profile = approving(2, (9, "AB"), (8, "BC"), (7, "C"), (1, ""))

    made = sheet_pdf(run(RULES[rule], profile), RULES[rule])

    assert made.startswith(b"%PDF")


def test_a_fraction_that_nobody_can_read_is_told_about() -> None:
    sheet = run(RULES["phragmen"], approving(1, (1, "A")))
    long = Fraction(123456789, 876543210)

    told = [
        words.sentence_of(Fact(Code.LOAD_LOWEST, (1,), (load,), (1,)), sheet)
        for load in (Fraction(2, 3), long)
    ]

    assert [one.split("bear ")[1].split(" each")[0] for one in told] == ["2/3", "about 0.140845"]


@pytest.mark.parametrize(
    "value, text",
    [
        (Fraction(0), "0"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(-2, 3), "-0.666667"),
        (Fraction(1, 234_567), "0.00000426317"),
        (Fraction(2_000_003, 2), "1000002"),
        (Fraction(-2_000_003, 2), "-1000002"),
        (Fraction(5), "5.00000"),
    ],
)
def test_a_fraction_is_rounded_to_six_digits_that_count(value: Fraction, text: str) -> None:
    assert approximate(value) == text
