import csv
import io
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from comitia.counting.count import Options, Rule, run
from comitia.counting.formats.table_csv import write_table_csv
from comitia.counting.profile import GradedProfile, Profile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Means, Purpose, Sheet, Tie, Totals
from comitia.errors import MalformedRecord
from tests.counting.random_elections import graded_election, ranked_election
from tests.counting.showing.sheets import (
    ALL,
    approvals,
    judgment,
    meek,
    parts,
    schulze,
    scottish,
    sheet_of,
    undecided,
)

SCOTTISH = """\
Title,Election of the committee
Counting rule,by-hand 1
Places,2
Valid papers,30
Invalid papers,2
Quota,11.00000
Elected,Adler,Brandt

,First preferences,,Surplus of Adler,,Exclusion of Ember,,Exclusion of Dietz,,
Candidate,Stage 1: change,Stage 1: total,Stage 2: change,Stage 2: total,\
Stage 3: change,Stage 3: total,Stage 4: change,Stage 4: total,Status
Adler,13.00000,13.00000,-2.00000,11.00000,0.00000,11.00000,0.00000,11.00000,Elected at stage 1
Brandt,6.00000,6.00000,0.92304,6.92304,1.00000,7.92304,4.00000,11.92304,Elected at stage 4
Cohen,5.00000,5.00000,0.46152,5.46152,0.00000,5.46152,1.00000,6.46152,
Dietz,5.00000,5.00000,0.46152,5.46152,0.00000,5.46152,-5.46152,0.00000,Excluded at stage 4
Ember,1.00000,1.00000,0.00000,1.00000,-1.00000,0.00000,0.00000,0.00000,Excluded at stage 3
Non-transferable,0.00000,0.00000,0.15392,0.15392,0.00000,0.15392,0.46152,0.61544,
Total,30.00000,30.00000,0.00000,30.00000,0.00000,30.00000,0.00000,30.00000,
Quota,,,,,,,,,

Tie between,Decided,How
Cohen and Dietz,Dietz,"excluded, by lot, from the seed"
Adler and Brandt,Adler,"whose surplus passes on first, by the rule, looking back to stage 1"
"""
MEEK = """\
,First preferences,,Surpluses distributed,,Exclusion of Cohen,,
Candidate,Stage 1: change,Stage 1: total,Stage 2: change,Stage 2: total,\
Stage 3: change,Stage 3: total,Status
Adler,18.000000,18.000000,-7.500000,10.500000,-1.000000,9.500000,Elected at stage 1
Brandt,7.000000,7.000000,5.250000,12.250000,1.000000,13.250000,Elected at stage 2
Cohen,5.000000,5.000000,0.000000,5.000000,-5.000000,0.000000,Excluded at stage 3
Non-transferable,0.000000,0.000000,2.250000,2.250000,5.000000,7.250000,
Total,30.000000,30.000000,0.000000,30.000000,0.000000,30.000000,
Quota,,10.000001,,9.250000,,7.583334,
"""
SCHULZE = """\
Elected,None of them

preferences,Choice <1>,Choice 2,None of them
Choice <1>,0,18,9
Choice 2,12,0,20
None of them,21,10,0

beat paths,Choice <1>,Choice 2,None of them
Choice <1>,0,18,18
Choice 2,20,0,20
None of them,21,18,0

Place,Candidates
1,None of them
2,Choice 2,Choice <1>

options dropped
Option,Reason
Choice <1>,no quorum <b>
"""
JUDGMENT = """\
Elected,Adler

Candidate,excellent,good,passable,to reject,Median
Adler,12,9,6,3,good
Brandt,3,12,12,3,passable
Cohen,0,0,0,0,
"""
APPROVALS = """\
Elected,Brandt,Adler

Candidate,approvals
Adler,17
Brandt,21
Cohen,4

limits applied
Candidate,Share
Cohen,4
"""


def test_a_count_by_transfers_is_the_stage_table_of_councils() -> None:
    assert write_table_csv(scottish()) == SCOTTISH


@pytest.mark.parametrize(
    "sheet, rest",
    [
        pytest.param(meek(), MEEK, id="Meek"),
        pytest.param(schulze(), SCHULZE, id="pairs and levels"),
        pytest.param(judgment(), JUDGMENT, id="grades"),
        pytest.param(approvals(), APPROVALS, id="totals"),
    ],
)
def test_each_kind_of_sheet_has_its_table(sheet: Sheet, rest: str) -> None:
    written = write_table_csv(sheet)
    assert written[written.index(rest.partition("\n")[0]) :] == rest


def test_what_nobody_has_decided_is_said() -> None:
    rows = rows_of(undecided())
    assert rows[6:8] == [["Elected", "Adler"], ["Not decided", "a tie waits for a decision"]]
    assert [row for row in rows if row[:1] == ["Frisch"]] == [
        ["Frisch", *["0.00000"] * 6, "Withdrawn"]
    ]
    how = "excluded, by nobody yet: a lot must be drawn, or a seed given"
    assert rows[-2:] == [["Tie between", "Decided", "How"], ["Cohen and Dietz", "", how]]


FORMULAS = (
    "=1+1",
    "+44 20",
    "-2+3",
    "@SUM(1)",
    " =1",
    "\xa0=1",
    "\uff1d1+1",
    "\t=1",
    "a\n=1",
    '"=1',
    "1/2",
)
PLAIN = ("A=1", "O'Neill", '"A"', "'=1", "-2", "3.50", "")


def test_a_name_is_never_a_formula() -> None:
    figures = parts(*range(len(FORMULAS)))
    rows = rows_of(sheet_of(FORMULAS, details=[Totals("=points", figures)]))
    assert rows[-12] == ["Candidate", "'=points"]
    assert [row[0] for row in rows[-11:]] == [f"'{name}" for name in FORMULAS]


def test_other_names_stay_as_they_are() -> None:
    figures = parts(*range(len(PLAIN)))
    rows = rows_of(sheet_of(PLAIN, details=[Totals("points", figures)]))
    assert [row[0] for row in rows[-7:]] == list(PLAIN)


def test_words_of_a_person_are_never_a_formula_either() -> None:
    tie = Tie((1, 2), Purpose.ELECTED, 1, Means.PERSON, recorded="=1")
    table = replace(approvals(), title="=HYPERLINK(1)", ties=(tie,))
    rows = rows_of(table)
    assert rows[0] == ["Title", "'=HYPERLINK(1)"]
    assert rows[8] == ["Adler and Brandt", "Adler", "elected, by a recorded decision: =1"]


def test_a_fraction_is_no_date() -> None:
    made = sheet_of(["A"], details=[Totals("votes", parts("112/3"))], decimals=None)
    assert rows_of(made)[-1] == ["A", "'112/3"]


@pytest.mark.parametrize("name", ALL)
def test_no_cell_begins_like_a_formula(name: str) -> None:
    for row in rows_of(ALL[name]()):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "-")) or Fraction(cell) < 0


def _election_for(rule: Rule, random: Random) -> Profile | GradedProfile:
    """Return an election of the kind that a rule takes: rankings, grades, or points."""
    if Profile in rule.takes:
        return ranked_election(random)
    graded = graded_election(random)
    return replace(graded, scale=(), most=len(graded.scale)) if rule.name == "score" else graded


@pytest.mark.parametrize("name", RULES)
def test_every_rule_s_sheet_is_written_with_the_sheet_s_figures(name: str) -> None:
    random = Random(7)
    rule = RULES[name]
    written_sheets = 0
    for _ in range(30):
        profile = replace(_election_for(rule, random), seats=1)
        standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]
        default = standing[-1] if name == "debian" else None
        try:
            sheet = run(rule, profile, Options(seed="drawn in public", default=default))
        except MalformedRecord:
            continue
        written_sheets += 1
        rows = rows_of(sheet)
        assert [row for row in rows if row[:1] == ["Elected"]] == [
            ["Elected", *(sheet.name(n) for n in sheet.winners)]
        ]
        heads = [at for at, row in enumerate(rows) if row[1:2] == ["Stage 1: change"]]
        assert len(heads) == bool(sheet.stages)
        for at in heads:
            last = at + len(sheet.names) + 2
            written = [totals_in(row) for row in rows[at + 1 : last + 1]]
            by_stage = [(*stage.votes, stage.non_transferable) for stage in sheet.stages]
            assert written == list(
                map(list, zip(*((*figures, sum(figures)) for figures in by_stage), strict=True))
            )
            assert [row[0] for row in rows[last - 1 : last + 1]] == ["Non-transferable", "Total"]
    assert written_sheets > 20


def totals_in(row: list[str]) -> list[Fraction]:
    """Return the totals of a row of the stage table."""
    return [Fraction(cell.removeprefix("'")) for cell in row[2:-1:2]]


def rows_of(sheet: Sheet) -> list[list[str]]:
    """Return the cells as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(write_table_csv(sheet), newline="")))
