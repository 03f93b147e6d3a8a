"""From a draft to a document: every fault is named, with its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from comitia.law.presets import PRESETS
from comitia.law.standings import Standing
from comitia.law.values import Organ, OrganKind
from comitia.record.kinds.cases import Stage
from comitia.record.kinds.organisation import Level, Terms
from comitia.record.kinds.register import Category
from comitia.record.kinds.values import Text
from comitia.web.register.founding.checking import (
    DEEPEST,
    check_draft,
    in_order,
    paths_of,
)
from comitia.web.register.founding.document import (
    Administrator,
    Branch,
    Case,
    Mandate,
    Member,
    Organisation,
)
from comitia.web.register.founding.draft import BranchRow, Draft
from comitia.web.register.founding.faults import SENTENCES, WARNINGS, Code, Fault
from tests.web.drafted import DRAFT, TODAY, rules_of, with_row
from tests.web.register.founding.test_drafts import DRAFTS


def faults_of(draft: Draft) -> list[tuple[str, Code]]:
    return [(one.place, one.code) for one in check_draft(draft, TODAY).faults]


def test_a_whole_draft_is_understood() -> None:
    checked = check_draft(DRAFT, TODAY)
    found = checked.document
    assert checked.faults == ()
    assert found.organisation == Organisation(
        Text("The Association"), Text("en"), Text("Europe/London"), Terms.SECTION
    )
    assert found.book == PRESETS["small-association"].rule_book(TODAY)
    assert found.branches == (
        Branch(0, "Mill", Text("Mill"), Level.LOCAL, "all"),
        Branch(1, "all", Text("All of it"), Level.WHOLE, ""),
        Branch(2, "Port", Text("Port"), Level.LOCAL, "all"),
    )
    assert found.members[1] == Member(
        *(1, "17", Text("Ben Hill"), "Mill", Standing.MEMBER, date(2020, 3, 1), Category.FULL),
        *(None, Text("1 High Street\nMilltown"), "both@example.org"),
    )
    assert found.mandates[1] == Mandate(
        1, Organ(OrganKind.OFFICE, "secretary"), "Mill", "17", TODAY, date(2027, 12, 31)
    )
    assert found.cases == (Case(0, Text("2025/3"), "Mill", Stage.HEARING, date(2025, 11, 1)),)
    assert found.administrators[1] == Administrator(
        1, Text("Zoe Outside"), "zoe@example.org", date(2026, 6, 30), ""
    )


def test_branches_stand_below_those_above_them() -> None:
    branches = check_draft(DRAFT, TODAY).document.branches
    paths = paths_of(branches)
    assert paths == {"all": ("all",), "Mill": ("all", "Mill"), "Port": ("all", "Port")}
    assert [one.reference for one in in_order(branches, paths)] == ["all", "Mill", "Port"]


@given(DRAFTS)
def test_any_draft_is_a_document_or_has_faults(draft: Draft) -> None:
    checked = check_draft(draft, TODAY)
    assert checked.errors
    assert {*checked.errors, *checked.warnings} == {*checked.faults}


WRONG_CELLS: list[tuple[str, int, dict[str, str], str, Code]] = [
    ("branches", 0, {"name": " "}, "branches[0].name", Code.MISSING),
    ("branches", 0, {"name": "x" * 201}, "branches[0].name", Code.TOO_LONG),
    ("branches", 0, {"name": "a\nb"}, "branches[0].name", Code.UNPRINTABLE),
    ("branches", 0, {"name": "a\x07"}, "branches[0].name", Code.UNPRINTABLE),
    ("branches", 0, {"level": ""}, "branches[0].level", Code.MISSING),
    ("branches", 0, {"level": "cell"}, "branches[0].level", Code.NOT_A_CHOICE),
    ("branches", 0, {"above": ""}, "branches[0].above", Code.MISSING),
    ("branches", 0, {"above": "Hill"}, "branches[0].above", Code.UNKNOWN),
    ("branches", 0, {"above": "Mill"}, "branches[0].above", Code.NOT_BELOW_THE_WHOLE),
    ("branches", 2, {"level": "whole", "above": ""}, "branches[2].level", Code.SECOND_WHOLE),
    ("branches", 1, {"above": "Mill"}, "branches[1].above", Code.ABOVE_THE_WHOLE),
    ("branches", 1, {"level": "local"}, "branches", Code.NO_WHOLE),
    (
        "branches",
        3,
        {"name": "Port", "level": "local", "above": "all"},
        "branches[2].key",
        Code.TWICE,
    ),
    ("members", 0, {"branch": "Hill"}, "members[0].branch", Code.UNKNOWN),
    ("members", 0, {"standing": "friend"}, "members[0].standing", Code.NOT_A_CHOICE),
    ("members", 0, {"standing": "applicant"}, "members[0].standing", Code.APPLICANT),
    ("members", 0, {"since": "soon"}, "members[0].since", Code.NOT_A_DAY),
    ("members", 0, {"since": ""}, "members[0].since", Code.MISSING),
    ("members", 0, {"since": "2026-01-06"}, "members[0].since", Code.NOT_YET),
    ("members", 0, {"category": "half"}, "members[0].category", Code.NOT_A_CHOICE),
    ("members", 0, {"birth_date": "29.2.1980"}, "members[0].birth_date", Code.NOT_A_DAY),
    ("members", 0, {"address": "a\x00"}, "members[0].address", Code.UNPRINTABLE),
    ("members", 0, {"email": "ada"}, "members[0].email", Code.NOT_AN_ADDRESS),
    ("members", 0, {"email": "a@b.org\r\nBcc: x@y.org"}, "members[0].email", Code.NOT_AN_ADDRESS),
    ("members", 0, {"key": "17"}, "members[1].key", Code.TWICE),
    ("mandates", 1, {"organ": ""}, "mandates[1].organ", Code.MISSING),
    ("mandates", 1, {"organ": "office"}, "mandates[1].organ", Code.NOT_AN_ORGAN),
    ("mandates", 1, {"organ": "party:x"}, "mandates[1].organ", Code.NOT_AN_ORGAN),
    ("mandates", 1, {"since": "2026-02-01"}, "mandates[1].since", Code.NOT_YET),
    ("mandates", 1, {"until": "2026-01-04"}, "mandates[1].until", Code.PAST),
    ("mandates", 1, {"until": "2028-02-01"}, "mandates[1].until", Code.TERM_TOO_LONG),
    ("mandates", 1, {"member": "Dan Reed"}, "mandates[1].member", Code.NO_MEMBER),
    ("mandates", 1, {"member": "Nobody"}, "mandates[1].member", Code.UNKNOWN),
    ("mandates", 0, {"branch": "Port"}, "mandates", Code.NOBODY_DECIDES),
    ("cases", 0, {"number": "Ada's"}, "cases[0].number", Code.NOT_A_NUMBER),
    ("cases", 0, {"number": "Smith-2026"}, "cases[0].number", Code.NOT_A_NUMBER),
    ("cases", 0, {"number": "A S 2026"}, "cases[0].number", Code.NOT_A_NUMBER),
    ("cases", 0, {"number": "A.S"}, "cases[0].number", Code.NOT_A_NUMBER),
    ("cases", 0, {"number": ""}, "cases[0].number", Code.MISSING),
    ("cases", 0, {"stage": "lost"}, "cases[0].stage", Code.NOT_A_CHOICE),
    ("cases", 0, {"branch": "Hill"}, "cases[0].branch", Code.UNKNOWN),
    ("administrators", 0, {"email": ""}, "administrators[0].email", Code.MISSING),
    ("administrators", 1, {"until": "2026-01-04"}, "administrators[1].until", Code.PAST),
    ("administrators", 0, {"member": "Nobody"}, "administrators[0].member", Code.UNKNOWN),
    ("administrators", 1, {"member": "Ada Lowe"}, "administrators[1].name", Code.SAME_PERSON),
]


@pytest.mark.parametrize("table, row, cells, place, code", WRONG_CELLS)
def test_a_wrong_cell_is_named(
    table: str, row: int, cells: dict[str, str], place: str, code: Code
) -> None:
    assert (place, code) in faults_of(with_row(DRAFT, table, row, **cells))


def test_two_who_are_called_the_same_cannot_be_named_without_a_key() -> None:
    draft = with_row(DRAFT, "members", 4, name="Ada Lowe", branch="Mill", standing="member")
    draft = with_row(draft, "members", 4, since="2020-01-01", birth_date="1980-02-29")
    assert faults_of(draft) == [
        ("members[0].key", Code.TWICE),
        ("members[4].key", Code.TWICE),
        ("mandates[0].member", Code.AMBIGUOUS),
        ("administrators[0].member", Code.AMBIGUOUS),
        ("members[4].name", Code.SAME_NAME),
    ]
    keyed = with_row(draft, "members", 4, key="99")
    assert faults_of(keyed) == [("members[4].name", Code.SAME_NAME)]
    assert check_draft(keyed, TODAY).errors == ()


@pytest.mark.parametrize(
    "cells, code",
    [
        ({"name": ""}, Code.MISSING),
        ({"language": "English"}, Code.NOT_A_LANGUAGE),
        ({"language": ""}, Code.MISSING),
        ({"time_zone": "Mars"}, Code.NOT_A_ZONE),
        ({"time_zone": "../etc"}, Code.NOT_A_ZONE),
        ({"time_zone": ""}, Code.MISSING),
        ({"terms": "club"}, Code.NOT_A_CHOICE),
    ],
)
def test_the_organisation_itself_is_looked_at(cells: dict[str, str], code: Code) -> None:
    draft = replace(DRAFT, organisation=replace(DRAFT.organisation, **cells))
    assert faults_of(draft) == [(f"organisation.{next(iter(cells))}", code)]


def test_a_rule_book_answers_every_rule_rightly() -> None:
    rules: dict[str, Any] = rules_of("uk-union") | {"member.minimum_age": -1}
    del rules["rulebook.notice"]
    assert faults_of(replace(DRAFT, preset="own", rules=rules)) == [
        ("rules.preset", Code.NOT_A_CHOICE),
        ("rules.member.minimum_age", Code.RULE_WRONG),
        ("rules.rulebook.notice", Code.RULE_MISSING),
    ]
    assert faults_of(replace(DRAFT, preset="")) == [("rules.preset", Code.MISSING)]


def test_as_many_administrators_sign_as_act_together() -> None:
    rules = rules_of("small-association") | {"administrators.together": 3}
    three = Fault("administrators", None, "", Code.TOO_FEW, "3")
    assert check_draft(replace(DRAFT, rules=rules), TODAY).faults == (three,)
    alone = replace(DRAFT, administrators=DRAFT.administrators[:1], preset="")
    assert check_draft(alone, TODAY).of("administrators") == (replace(three, detail="2"),)


def test_no_more_administrators_sign_than_an_entry_can_name() -> None:
    many = tuple(replace(DRAFT.administrators[1], name=f"Zoe {n}") for n in range(9))
    assert faults_of(replace(DRAFT, administrators=many)) == [("administrators", Code.TOO_MANY)]


def test_a_branch_that_cannot_be_read_is_not_missed_a_second_time() -> None:
    draft = with_row(with_row(DRAFT, "branches", 1, name=""), "branches", 0, key="mill")
    assert [one for one in faults_of(draft) if one[0].startswith("branches")] == [
        ("branches[1].name", Code.MISSING)
    ]


def test_the_tree_is_only_so_deep() -> None:
    def chain(length: int) -> Draft:
        below = tuple(
            BranchRow(f"b{n}", "group", f"b{n - 1}" if n else "all") for n in range(length)
        )
        return replace(DRAFT, branches=(*DRAFT.branches, *below))

    assert faults_of(chain(DEEPEST - 1)) == []
    assert faults_of(chain(DEEPEST)) == [(f"branches[{DEEPEST + 2}].above", Code.TOO_DEEP)]


def test_an_office_in_a_branch_above_decides_for_those_below() -> None:
    assert faults_of(replace(DRAFT, mandates=DRAFT.mandates[:1])) == []
    assert check_draft(replace(DRAFT, mandates=DRAFT.mandates[1:]), TODAY).faults == (
        Fault("mandates", None, "", Code.NOBODY_DECIDES, "All of it"),
    )


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)
    assert set(Code) > WARNINGS
    fault = Fault("members", 2, "branch", Code.UNKNOWN, "Hill")
    assert str(fault) == "members[2].branch: No row is called “Hill”."
