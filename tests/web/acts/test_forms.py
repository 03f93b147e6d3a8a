from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.values import Organ, OrganKind
from comitia.record.kinds import kind_of_class
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    FoundOrganisation,
    Level,
    MakeAppointment,
    RenameBranch,
)
from comitia.record.kinds.publicrecord import EraseDisclosures, RotateKey
from comitia.record.kinds.register import (
    ApplyForMembership,
    Category,
    CorrectMembership,
    DeclareMembership,
    RefuseApplication,
)
from comitia.record.kinds.rulebook import AnnounceRuleBook
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text, Values
from comitia.web.acts.forms import form_class
from comitia.web.acts.words import CHOICES
from tests.web.acts.kinds import CLASSES, NAMES, OWN

MILL, PORT = Identifier("a" * 32), Identifier("b" * 32)
BRANCHES = [(MILL, "Mill"), (PORT, "Port")]
ONE, OTHER = EntryHash("1" * 64), EntryHash("2" * 64)
COMMITTEE = Organ(OrganKind.BODY, "committee")

ACTS: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    (RenameBranch(name=Text("New Mill")), {"name": " New Mill "}, {}),
    (
        CreateBranch(name=Text("Quay"), level=Level.LOCAL, parent=MILL),
        {"name": "Quay", "level": "local", "parent": MILL},
        {"parent": BRANCHES},
    ),
    (
        CreateBranch(name=Text("All"), level=Level.WHOLE),
        {"name": "All", "level": "whole", "parent": ""},
        {"parent": BRANCHES},
    ),
    (CloseBranch(last_day=date(2026, 5, 1)), {"last_day": "2026-05-01"}, {}),
    (RotateKey(key=Text("k"), old_key_lost=True), {"key": "k", "old_key_lost": "on"}, {}),
    (RotateKey(key=Text("k"), old_key_lost=False), {"key": "k"}, {}),
    (
        MakeAppointment(
            organ=COMMITTEE,
            holder=Pseudonym(PORT),
            since=date(2026, 1, 1),
            until=date(2026, 2, 1),
            reason=Text("one\ntwo"),
        ),
        {
            "organ": "body:committee",
            "holder": PORT,
            "since": "2026-01-01",
            "until": "2026-02-01",
            "reason": "one\r\ntwo",
        },
        {"organ": [(str(COMMITTEE), "the committee")], "holder": lambda: [(PORT, "Ada")]},
    ),
    (
        ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Ána")),
        {"branch": MILL, "category": "full", "name": "A\u0301na", "birth_date": "", "address": ""},
        {"branch": BRANCHES},
    ),
    (
        CorrectMembership(wrong=ONE, was_void=True, reasons=Text("why")),
        {"wrong": ONE, "was_void": "on", "reasons": "why"},
        {"wrong": [(ONE, "admitted")], "branch": BRANCHES},
    ),
    (
        EraseDisclosures(entries=(OTHER, ONE)),
        {"entries": [OTHER, ONE]},
        {"entries": [(ONE, "1"), (OTHER, "2")]},
    ),
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read in English, whatever language a test before asked for."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize("act, posted, choices", ACTS, ids=lambda one: type(one).__name__)
def test_a_form_makes_the_act_that_was_asked_for(
    act: object, posted: dict[str, Any], choices: dict[str, Any]
) -> None:
    form = form_class(type(act), choices)(_querydict(posted))
    assert form.is_valid(), form.errors
    assert form.act() == act


def _querydict(posted: dict[str, Any]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in posted.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


def test_what_a_form_leaves_out_is_given_to_the_act() -> None:
    form = form_class(AnnounceRuleBook, without={"rules"})(
        {"in_force_from": "2026-02-01", "preset": "uk-union"}
    )
    assert form.is_valid()
    assert form.act(rules=Values({})) == AnnounceRuleBook(
        in_force_from=date(2026, 2, 1), preset=Text("uk-union"), rules=Values({})
    )


@pytest.mark.parametrize(
    "act, posted, choices, wrong",
    [
        (RenameBranch, {}, {}, {"name": ["required"]}),
        (RenameBranch, {"name": 201 * "a"}, {}, {"name": ["max_length"]}),
        (RenameBranch, {"name": "a\x07"}, {}, {"name": ["form"]}),
        (RenameBranch, {"name": "a\nb"}, {}, {"name": ["form"]}),
        (RenameBranch, {"name": "a\x00"}, {}, {"name": ["form", "null_characters_not_allowed"]}),
        (RefuseApplication, {"reasons": 10_001 * "a"}, {}, {"reasons": ["max_length"]}),
        (CloseBranch, {"last_day": "1.5.2026"}, {}, {"last_day": ["invalid"]}),
        (CloseBranch, {"last_day": "2026-02-30"}, {}, {"last_day": ["invalid"]}),
        (
            ApplyForMembership,
            {"branch": "c" * 32, "category": "king", "name": "A"},
            {"branch": BRANCHES},
            {"branch": ["invalid_choice"], "category": ["invalid_choice"]},
        ),
        (EraseDisclosures, {"entries": "x"}, {"entries": []}, {"entries": ["invalid_choice"]}),
    ],
)
def test_what_is_not_in_the_form_of_an_entry_is_refused(
    act: type[Any], posted: dict[str, Any], choices: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    form = form_class(act, choices)(_querydict(posted))
    found = {name: [one.code for one in data.as_data()] for name, data in form.errors.items()}
    assert found == wrong


@given(st.text(max_size=300))
def test_whatever_is_typed_is_an_entry_s_text_or_refused(typed: str) -> None:
    form = form_class(RefuseApplication)({"reasons": typed})
    if form.is_valid():
        field = kind_of_class(RefuseApplication).fields[0]
        text = form.act().reasons
        assert field.form.read(text, "reasons") == text


def test_a_choice_without_options_is_the_caller_s_mistake() -> None:
    with pytest.raises(TypeError, match="branch: no form asks for it without choices"):
        form_class(ApplyForMembership)


@pytest.mark.parametrize("act", CLASSES, ids=NAMES)
def test_every_kind_has_a_form_whose_fields_are_told_in_german_too(act: type[Any]) -> None:
    chosen = {
        field.name: [("x", "X")]
        for field in kind_of_class(act).fields
        if not isinstance(field.type, type) or field.type is Organ
    }
    form = form_class(act, chosen, without={"rules"})()
    labels = {}
    for language in ("en", "de"):
        with translation.override(language):
            labels[language] = [(str(f.label), str(f.help_text)) for f in form.fields.values()]
    english, german = labels["en"], labels["de"]
    assert all(label[0].isupper() for label, _ in (*english, *german))
    assert [bool(more) for _, more in english] == [bool(more) for _, more in german]
    assert not {label for label, _ in english} & {label for label, _ in german}


def test_what_follows_a_semicolon_is_help() -> None:
    field = form_class(FoundOrganisation, {"list_root": []})().fields["language"]
    assert (str(field.label), str(field.help_text)) == (
        "The language in which it writes",
        "A tag such as en or de",
    )


def test_every_choice_of_an_act_has_a_name() -> None:
    used = {
        field.type
        for kind in OWN
        for field in kind.fields
        if isinstance(field.type, type) and issubclass(field.type, StrEnum)
    }
    assert {one for of in used for one in of} == set(CHOICES)


def test_choices_are_shown_by_their_names_and_none_is_chosen_before() -> None:
    form = form_class(DeclareMembership, {"branch": BRANCHES})()
    shown = form.fields["standing"].choices  # type: ignore[attr-defined] # of a choice
    assert list(shown)[:3] == [
        ("", "Please choose"),
        ("applicant", "applicant"),
        ("member", "member"),
    ]
