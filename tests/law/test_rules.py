from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.law import rules
from comitia.law.kinds import OrNone, YesNo
from comitia.law.reading import Json
from comitia.law.rules import RULES, Rule
from comitia.law.values import Organ, OrganKind, Readmission, days, months, years
from tests.law.strategies import JSON, values_of

EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@EVERY_RULE
@settings(max_examples=25)
@given(st.data())
def test_every_value_is_read_as_it_was_written(rule: Rule[Any], data: st.DataObject) -> None:
    value = data.draw(values_of(rule.kind))
    assert rule.kind.read(rule.kind.to_json(value), rule.key) == value


@EVERY_RULE
@settings(max_examples=25)
@given(st.data())
def test_every_value_has_a_sentence(rule: Rule[Any], data: st.DataObject) -> None:
    told = rule.tell(data.draw(values_of(rule.kind)))
    assert re.fullmatch(r"[A-Z][^{}_]*[^{}_ ]\.", told)
    assert "  " not in told
    assert not re.search(r"\b1 [a-z ]*(days|months|years|people|administrators)\b", told)


@EVERY_RULE
@settings(max_examples=25)
@given(JSON)
def test_any_value_is_read_or_refused_in_one_short_sentence(rule: Rule[Any], value: Json) -> None:
    try:
        written, where, problem = rule.kind.to_json(rule.kind.read(value, rule.key)), "", ""
    except MalformedRecord as error:
        written, where, problem = value, error.where, error.problem
    assert (written, where) in ((value, ""), (value, rule.key))
    assert len(problem) < 600


@EVERY_RULE
def test_a_rule_has_a_second_sentence_if_it_can_be_none_or_no(rule: Rule[Any]) -> None:
    assert bool(rule.otherwise) == isinstance(rule.kind, OrNone | YesNo)


def test_keys_are_noun_and_word_and_each_has_one_rule() -> None:
    defined = [one for one in vars(rules).values() if isinstance(one, Rule)]
    assert list(RULES.values()) == defined
    assert [key for key in RULES if not re.fullmatch(r"[a-z]+\.[a-z_]+", key)] == []


COMMITTEE = Organ(OrganKind.BODY, "committee")


@pytest.mark.parametrize(
    "rule, value, sentence",
    [
        (
            rules.APPLICATION_DECIDER,
            COMMITTEE,
            "The body “committee” decides on applications for membership.",
        ),
        (
            rules.APPLICATION_LEVEL,
            "own",
            "An application is decided at the level of the branch itself.",
        ),
        (
            rules.APPLICATION_OBJECTIONS,
            days(1),
            "Members may object to an application for 1 day before it is decided.",
        ),
        (rules.APPLICATION_REASONS, True, "Who is refused is told the reasons."),
        (rules.APPLICATION_REASONS, False, "Who is refused need not be told the reasons."),
        (rules.APPLICATION_APPEAL, None, "There is no appeal against a refusal."),
        (rules.MINIMUM_AGE, 1, "A member is at least 1 year old."),
        (rules.MINIMUM_AGE, None, "There is no minimum age."),
        (
            rules.VOTE_WAITING,
            months(3),
            "A new member may vote after 3 months of membership.",
        ),
        (
            rules.VOTE_ARREARS,
            months(1),
            "A member whose dues are more than 1 month late may not vote until they are paid.",
        ),
        (rules.LEAVING_NOTICE, None, "Leaving takes effect when it is declared."),
        (
            rules.READMISSION_AFTER_EXPULSION,
            Readmission.PANEL,
            "Who was expelled may come back by a decision of a panel that may decide cases.",
        ),
        (rules.LONGEST_TERM, years(5), "No term of an office is longer than 5 years."),
        (
            rules.JOB_MOST_PEOPLE,
            1,
            (
                "Without a decided act nobody changes anything for more than 1 person within a day"
                " by one kind of act, and no job for more."
            ),
        ),
    ],
)
def test_sentences_read_well(rule: Rule[Any], value: object, sentence: str) -> None:
    assert rule.tell(value) == sentence


def test_a_sentence_uses_the_display_name_of_a_body() -> None:
    told = rules.BOOK_DECIDER.tell(COMMITTEE, {"committee": "the general meeting"})
    assert told == "The general meeting decides on the rule book."
