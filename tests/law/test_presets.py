from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from comitia.law import rules
from comitia.law.presets import PRESETS
from comitia.law.presets.preset import Basis, Preset
from comitia.law.rulebook import read_rule_book, require_adoptable
from comitia.law.rules import RULES
from comitia.law.values import days, months, years

DAY = date(2026, 1, 1)
EVERY_PRESET = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


@EVERY_PRESET
def test_a_preset_answers_every_rule_once_in_the_order_of_the_catalogue(preset: Preset) -> None:
    assert [one.setting.key for one in preset.chosen] == list(RULES)


@EVERY_PRESET
def test_a_preset_can_be_adopted_and_read_again(preset: Preset) -> None:
    book = preset.rule_book(DAY)
    require_adoptable(book, [], DAY)
    assert (book.version, book.in_force_from) == (1, DAY)
    assert read_rule_book(book.to_json()) == book


def test_presets_are_found_by_their_keys() -> None:
    assert list(PRESETS) == ["small-association", "uk-union", "german-party"]
    assert [preset.key for preset in PRESETS.values()] == list(PRESETS)


def test_what_was_read_in_the_law_is_marked_and_nothing_else() -> None:
    """Whoever reads more of it changes this list with the preset."""
    read = {
        (key, one.setting.key, one.basis.text, one.basis.read)
        for key, preset in PRESETS.items()
        for one in preset.chosen
        if one.basis is not None and one.basis.read is not None
    }
    assert read == {
        ("uk-union", "office.longest_term", "TULRCA 1992 s. 46(1)", "the text of 1993-08-30")
    }


def test_values_that_the_law_fixes_are_those_of_the_law() -> None:
    books = {key: preset.rule_book(DAY) for key, preset in PRESETS.items()}
    terms = {key: book.value(rules.LONGEST_TERM) for key, book in books.items()}
    assert terms == {"small-association": years(2), "uk-union": years(5), "german-party": years(2)}
    assert {book.value(rules.CORRECTION_PERIOD) for book in books.values()} == {months(1)}
    leaving = {key: book.value(rules.LEAVING_NOTICE) for key, book in books.items()}
    assert leaving == {"small-association": None, "uk-union": days(28), "german-party": None}
    assert books["small-association"].value(rules.BOOK_MAJORITY) == Fraction(3, 4)


@EVERY_PRESET
def test_every_basis_names_a_law_and_what_it_asks(preset: Preset) -> None:
    found = [one.basis for one in preset.chosen if one.basis is not None]
    assert len(found) >= 3
    assert [basis for basis in found if not (basis.text and basis.says)] == []


def test_a_basis_is_not_checked_unless_it_says_what_was_read() -> None:
    assert Basis("a law", "asks something").read is None
