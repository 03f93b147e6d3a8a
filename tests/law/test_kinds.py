from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from comitia.errors import MalformedRecord
from comitia.law.kinds import LEVELS, Count, Kind, OneOrgan, OrNone, Period, Share, YesNo
from comitia.law.reading import Json
from comitia.law.values import Level, Organ, OrganKind, days, months

PEOPLE = Count("person", "people", 1, 3)
PERIOD = Period((days(14), months(1)))
SHARE = Share(Fraction(1, 3), Fraction(9, 10))
OBJECT = "found another object"
IN_UNITS = f'expected {{"days": number}} or {{"months": number}}, {OBJECT}'
TERMS = "expected a fraction in lowest terms, 1/3 to 9/10, found "
EITHER = f'expected {{"body": id}} or {{"office": id}}, {OBJECT}'


@pytest.mark.parametrize(
    "kind, value, expected",
    [
        (PEOPLE, 1, 1),
        (PEOPLE, 3, 3),
        (PERIOD, {"days": 14}, days(14)),
        (PERIOD, {"months": 1}, months(1)),
        (SHARE, "1/3", Fraction(1, 3)),
        (SHARE, "9/10", Fraction(9, 10)),
        (YesNo(), True, True),
        (LEVELS, "above", Level.ABOVE),
        (OneOrgan(), {"office": "secretary"}, Organ(OrganKind.OFFICE, "secretary")),
        (OrNone(PEOPLE), None, None),
        (OrNone(PEOPLE), 2, 2),
    ],
)
def test_a_kind_reads_what_it_writes(kind: Kind[Any], value: Json, expected: object) -> None:
    assert kind.read(value, "it") == expected
    assert kind.to_json(expected) == value


@pytest.mark.parametrize(
    "kind, value, problem",
    [
        (PEOPLE, 0, "expected a whole number from 1 to 3, found 0"),
        (PEOPLE, None, "expected a whole number from 1 to 3, found null"),
        (PERIOD, {"days": 15}, "expected a whole number from 1 to 14, found 15"),
        (PERIOD, {"months": 0}, "expected a whole number from 1 to 1, found 0"),
        (PERIOD, {"years": 1}, IN_UNITS),
        (PERIOD, {}, IN_UNITS),
        (PERIOD, {"days": 1, "months": 1}, IN_UNITS),
        (PERIOD, {"days": 1, "hours": 1}, IN_UNITS),
        (PERIOD, 14, "expected an object, found 14"),
        (SHARE, "2/6", f"{TERMS}'2/6'"),
        (SHARE, "1/4", f"{TERMS}'1/4'"),
        (SHARE, "10/11", f"{TERMS}'10/11'"),
        (SHARE, "0.5", f"{TERMS}'0.5'"),
        (SHARE, "1/0", f"{TERMS}'1/0'"),
        (SHARE, "10000/20001", f"{TERMS}'10000/20001'"),
        (SHARE, 1, "expected a fraction, found 1"),
        (YesNo(), 1, "expected true or false, found 1"),
        (YesNo(), None, "expected true or false, found null"),
        (LEVELS, "below", 'expected "own" or "above" or "top", found \'below\''),
        (LEVELS, ["own"], 'expected "own" or "above" or "top", found a list'),
        (OneOrgan(), {"body": "Committee"}, "expected the body's id, found 'Committee'"),
        (OneOrgan(), {"office": 1}, "expected the office's id, found 1"),
        (OneOrgan(), {"person": "ada"}, EITHER),
        (OneOrgan(), {"body": "a", "office": "b"}, EITHER),
        (OneOrgan(), "committee", "expected an object, found 'committee'"),
        (OrNone(PEOPLE), 4, "expected a whole number from 1 to 3, found 4"),
    ],
)
def test_a_kind_says_of_a_wrong_value_what_it_expected(
    kind: Kind[Any], value: Json, problem: str
) -> None:
    with pytest.raises(MalformedRecord) as error:
        kind.read(value, "it")
    assert (error.value.where, error.value.problem) == ("it", problem)


@pytest.mark.parametrize(
    "kind, value, words",
    [
        (PEOPLE, 1, "1 person"),
        (PEOPLE, 2, "2 people"),
        (PERIOD, months(1), "1 month"),
        (SHARE, Fraction(1, 2), "half"),
        (SHARE, Fraction(2, 3), "two thirds"),
        (SHARE, Fraction(3, 5), "60 %"),
        (SHARE, Fraction(3, 7), "3/7"),
        (YesNo(), True, "yes"),
        (YesNo(), False, "no"),
        (LEVELS, Level.TOP, "the whole organisation"),
        (OneOrgan(), Organ(OrganKind.BODY, "panel"), "the body “panel”"),
        (OneOrgan(), Organ(OrganKind.BODY, "committee"), "the Committee"),
        (OrNone(PEOPLE), None, "none"),
        (OrNone(PEOPLE), 1, "1 person"),
        (OrNone(OneOrgan()), Organ(OrganKind.BODY, "committee"), "the Committee"),
    ],
)
def test_a_kind_puts_a_value_into_words(kind: Kind[Any], value: object, words: str) -> None:
    assert kind.words(value, {"committee": "the Committee"}) == words


def test_bounds_are_told() -> None:
    told = [
        kind.bounds()
        for kind in (PEOPLE, PERIOD, Period((days(2),)), SHARE, YesNo(), OrNone(PEOPLE))
    ]
    assert told == [
        "1 to 3 people",
        "1 to 14 days or 1 month",
        "1 to 2 days",
        "1/3 to 9/10",
        "true or false",
        "1 to 3 people, or null",
    ]
