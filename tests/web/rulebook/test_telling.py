"""Rules as sentences: the law's own in English, and the same in every other language."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.utils import translation

from comitia.law.presets import PRESETS
from comitia.law.rulebook import read_rule_book
from comitia.law.rules import BOOK_MAJORITY, RULES
from comitia.web.rulebook.telling import Difference, differences, tell, tell_book

FIRST = date(2026, 1, 5)


@pytest.mark.parametrize("preset", PRESETS)
def test_english_is_what_the_law_says(preset: str) -> None:
    book = PRESETS[preset].rule_book(FIRST)
    organs = {one.id for one in book.values.values() if hasattr(one, "id")}
    names = {one: f"the {one.replace('-', ' ')}" for one in organs}
    with translation.override("en"):
        assert tuple(one.sentence for one in tell_book(book, preset)) == book.sentences(names)


@pytest.mark.parametrize("preset", PRESETS)
def test_german_says_every_rule_in_german(preset: str) -> None:
    book = PRESETS[preset].rule_book(FIRST)
    with translation.override("en"):
        english = [one.sentence for one in tell_book(book)]
    with translation.override("de"):
        german = [one.sentence for one in tell_book(book)]
    assert len(german) == len(RULES)
    assert not set(english) & set(german)
    assert not [one for one in german if "{" in one or " the " in one or " days" in one]


def test_a_share_without_a_name_is_a_number() -> None:
    assert tell(BOOK_MAJORITY, Fraction(3, 5)).startswith(
        "The rule book is changed if at least 3/5"
    )


def test_a_law_is_named_only_for_the_value_that_it_is_about() -> None:
    preset = PRESETS["small-association"]
    value = preset.rule_book(FIRST).to_json()
    assert isinstance(value, dict)
    assert isinstance(value["rules"], dict)
    value["rules"]["correction.period"] = {"days": 28}
    changed = read_rule_book(value)
    with_basis = {one.key for one in tell_book(preset.rule_book(FIRST), preset.key) if one.basis}
    left = {one.key for one in tell_book(changed, preset.key) if one.basis}
    assert with_basis - left == {"correction.period"}
    assert [one for one in tell_book(changed) if one.basis] == []


def test_books_differ_where_one_is_silent_too() -> None:
    book = PRESETS["small-association"].rule_book(FIRST)
    value = book.to_json()
    assert isinstance(value, dict)
    assert isinstance(value["rules"], dict)
    value["rules"]["member.minimum_age"] = 16
    del value["rules"]["job.most_people"]
    other = read_rule_book(value)
    assert differences(book, other) == (
        Difference(
            "member.minimum_age", "There is no minimum age.", "A member is at least 16 years old."
        ),
        Difference(
            "job.most_people",
            "Without a decided act nobody changes anything for more than 20 people within a day by"
            " one kind of act, and no job for more.",
            None,
        ),
    )
    assert differences(book, book) == ()
