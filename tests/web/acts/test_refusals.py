from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import translation
from django.utils.functional import Promise, lazystr

from comitia.errors import CheckFailed, ComitiaError, MalformedRecord, StorageUnavailable
from comitia.law.errors import Code, RuleViolation
from comitia.record.checks import Check
from comitia.web.acts.errors import ActRefused, Refusal
from comitia.web.acts.refusals import KNOWN, sentence_of
from comitia.web.acts.wiring import install, wired

UNKNOWN = "This cannot be done. Tell those who run the application what you tried."


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read in English, whatever language a test before asked for."""
    with translation.override("en"):
        yield


@contextmanager
def with_refusals(**sentences: Promise) -> Iterator[None]:
    before = wired()
    install(dataclasses.replace(before, refusals={"card.used": sentences["used"]}))
    try:
        yield
    finally:
        install(before)


def test_every_code_has_a_sentence_and_no_other_has() -> None:
    assert set(KNOWN) == {*Code, *Refusal, *(check.id for check in Check)}


@pytest.mark.parametrize("code", KNOWN)
def test_a_sentence_says_what_to_do_next_in_german_too(code: str) -> None:
    violation = RuleViolation(code, "s", "e", "f")
    with translation.override("en"):
        english = sentence_of(violation)
    with translation.override("de"):
        german = sentence_of(violation)
    assert english != german
    assert english.count(".") + english.count(":") >= 2
    assert english.endswith(".")


FAILED = CheckFailed("record.right", "membership.admit 12, actors", "a right", "register_keeper")
SAME = CheckFailed("record.standing", "membership.transfer 12, branch.same", "e", "f")


@pytest.mark.parametrize(
    "error, sentence",
    [
        (FAILED, KNOWN["record.right"]),
        (ActRefused([FAILED]), KNOWN["record.right"]),
        (ActRefused([SAME]), KNOWN["branch.same"]),
        (MalformedRecord("name", "too long"), KNOWN["record.entry"]),
        (StorageUnavailable("busy"), "Too much is being entered at once. Try again in a moment."),
        (RuleViolation("card.unknown", "s", "e", "f"), UNKNOWN),
        (CheckFailed("ballot.proof", "s", "e", "f"), UNKNOWN),
        (ComitiaError(), UNKNOWN),
    ],
)
def test_an_error_is_told_by_its_code(error: ComitiaError, sentence: object) -> None:
    assert sentence_of(error) == str(sentence)


def test_a_room_tells_its_own_codes() -> None:
    violation = RuleViolation("card.used", "s", "e", "f")
    with with_refusals(used=lazystr("This card was used. Take another.")):
        assert sentence_of(violation) == "This card was used. Take another."
    assert sentence_of(violation) == UNKNOWN
