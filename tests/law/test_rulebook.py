from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.law import rules
from comitia.law.errors import Code, RuleViolation
from comitia.law.reading import Json
from comitia.law.rulebook import (
    MOST_FAULTS,
    RuleBook,
    Setting,
    WrongValues,
    in_force,
    read_rule_book,
    require_adoptable,
    setting,
)
from comitia.law.rules import RULES
from comitia.law.values import Organ, OrganKind, days
from tests.law.strategies import DAYS, JSON, rule_books

DAY = date(2026, 1, 1)
SHORT = RuleBook(1, DAY, (setting(rules.MINIMUM_AGE, 16), setting(rules.VOTE_ARREARS, None)))
SHORT_JSON: Any = {
    "version": 1,
    "in_force_from": "2026-01-01",
    "rules": {"member.minimum_age": 16, "vote.arrears": None},
}


@given(rule_books())
def test_a_rule_book_is_read_as_it_was_written(book: RuleBook) -> None:
    assert read_rule_book(json.loads(json.dumps(book.to_json()))) == book


def test_the_form_of_a_rule_book() -> None:
    assert SHORT.to_json() == SHORT_JSON
    assert list(SHORT_JSON["rules"]) == [one.key for one in SHORT.settings]
    assert read_rule_book(SHORT_JSON) == SHORT


@given(JSON)
def test_any_value_is_read_or_refused(value: Json) -> None:
    with pytest.raises(MalformedRecord):
        read_rule_book(value)


@given(st.data(), JSON)
def test_a_rule_book_with_anything_in_a_rule_is_read_or_refused(
    data: st.DataObject, value: Json
) -> None:
    whole: Any = data.draw(rule_books()).to_json()
    key = data.draw(st.sampled_from(sorted(whole["rules"])))
    whole["rules"][key] = value
    try:
        found, wrong = read_rule_book(whole).to_json(), []
    except WrongValues as error:
        found, wrong = whole, [where for where, _ in error.faults]
    assert (found, wrong) in ((whole, []), (whole, [f"rule book.rules.{key}"]))


@pytest.mark.parametrize(
    "changed, where",
    [
        ({"version": 0}, "rule book.version"),
        ({"version": 10**6 + 1}, "rule book.version"),
        ({"in_force_from": "1.1.2026"}, "rule book.in_force_from"),
        ({"rules": []}, "rule book.rules"),
        ({"more": 1}, "rule book"),
    ],
)
def test_another_form_is_refused_at_its_place(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(MalformedRecord) as error:
        read_rule_book(SHORT_JSON | changed)
    assert error.value.where == where


def test_every_wrong_value_is_named() -> None:
    wrong = {"rules": {"member.minimum_age": 0, "no.rule": 1, "vote.waiting": {"days": 1}}}
    with pytest.raises(WrongValues) as error:
        read_rule_book(SHORT_JSON | wrong)
    assert error.value.faults == (
        ("rule book.rules.member.minimum_age", "expected a whole number from 1 to 99, found 0"),
        ("rule book.rules", "there is no rule 'no.rule'"),
    )
    assert str(error.value) == ": ".join(error.value.faults[0])
    assert pickle.loads(pickle.dumps(error.value)).faults == error.value.faults  # noqa: S301 - ours


def test_so_many_wrong_values_are_named_and_no_more() -> None:
    wrong = {"rules": {f"no.rule{n}": 1 for n in range(MOST_FAULTS + 5)}}
    with pytest.raises(WrongValues) as error:
        read_rule_book(SHORT_JSON | wrong)
    assert len(error.value.faults) == MOST_FAULTS


def test_a_book_says_what_it_was_given_and_is_silent_on_the_rest() -> None:
    assert SHORT.value(rules.MINIMUM_AGE) == 16
    assert SHORT.silent_on == tuple(
        key for key in RULES if key not in {"member.minimum_age", "vote.arrears"}
    )
    with pytest.raises(RuleViolation) as error:
        SHORT.value(rules.VOTE_WAITING)
    assert vars(error.value) == {
        "code": Code.RULE_NOT_ADOPTED,
        "subject": "vote.waiting",
        "expected": "a rule",
        "found": "version 1",
    }


def test_a_book_is_told_in_the_order_of_the_catalogue() -> None:
    assert SHORT.sentences() == (
        "A member is at least 16 years old.",
        "Late dues cost nobody the vote.",
    )


def test_a_book_is_told_with_the_names_of_its_bodies() -> None:
    book = RuleBook(1, DAY, (setting(rules.BOOK_DECIDER, Organ(OrganKind.BODY, "meeting")),))
    told = book.sentences({"meeting": "the general meeting"})
    assert told == ("The general meeting decides on the rule book.",)


def test_a_setting_keeps_the_bounds_of_its_rule() -> None:
    assert setting(rules.VOTE_WAITING, days(730)) == Setting("vote.waiting", days(730))
    with pytest.raises(MalformedRecord, match=r"^vote\.waiting: expected a whole number from 1 to"):
        setting(rules.VOTE_WAITING, days(731))


@pytest.mark.parametrize(
    "settings",
    [(Setting("no.rule", 1),), (Setting("vote.waiting", None), Setting("vote.waiting", None))],
)
def test_a_book_holds_rules_of_the_catalogue_each_once(settings: tuple[Setting, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"^the settings of a rule book are different rules of the catalogue$"
    ):
        RuleBook(1, DAY, settings)


@given(st.lists(DAYS, min_size=1, max_size=6), DAYS)
def test_the_version_adopted_last_of_those_begun_is_in_force(starts: list[date], day: date) -> None:
    books = [RuleBook(n, start, ()) for n, start in enumerate(starts, 1)]
    begun = [book for book in books if book.in_force_from <= day]
    if begun:
        assert in_force(books[::-1], day) == begun[-1]
    else:
        with pytest.raises(RuleViolation) as error:
            in_force(books, day)
        found = f"none on {day}"
        assert error.value.args == (Code.BOOK_NONE_IN_FORCE, "rule book", "a version", found)


def test_two_books_with_one_number_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"^two rule books have the same version$"):
        in_force([SHORT, replace(SHORT, settings=())], DAY)


@given(rule_books(version=3))
def test_a_whole_next_book_can_be_adopted_from_the_day_of_its_decision(book: RuleBook) -> None:
    earlier = [RuleBook(n, DAY, ()) for n in (2, 1)]
    require_adoptable(book, earlier, book.in_force_from)
    day_after = book.in_force_from + timedelta(days=1)
    with pytest.raises(RuleViolation) as late:
        require_adoptable(book, earlier, day_after)
    assert late.value.args == (
        Code.BOOK_RETROACTIVE,
        "version 3",
        f"in force from {day_after} or later",
        f"in force from {book.in_force_from}",
    )
    with pytest.raises(RuleViolation) as skipped:
        require_adoptable(book, earlier[1:], book.in_force_from)
    assert skipped.value.args == (
        Code.BOOK_NOT_NEXT,
        "rule book",
        "version 2",
        "version 3",
    )


def test_a_book_that_is_silent_on_a_rule_cannot_be_adopted() -> None:
    with pytest.raises(RuleViolation) as error:
        require_adoptable(SHORT, [], DAY)
    assert error.value.args == (
        Code.BOOK_INCOMPLETE,
        "version 1",
        "every rule",
        "application.decider",
    )
