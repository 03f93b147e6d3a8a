from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from comitia.web.accounts.models import Person
from comitia.web.register.finding import find_alike, forget_person, search
from comitia.web.register.likeness import Described, Reason
from comitia.web.register.models import Membership, NameWord, Traits
from tests.web.founded import Founded
from tests.web.register.organised import with_keepers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def found(typed: str) -> list[str]:
    return sorted(one.person.name for one in search(Membership.objects.all(), typed))


@pytest.mark.parametrize(
    "typed,names",
    [
        ("lo", ["Ada Lowe"]),
        ("ADA", ["Ada Lowe"]),
        ("lowe, ada", ["Ada Lowe"]),
        ("da", ["Dan Reed"]),
        ("m", ["Cat Moss", "Max Ivory"]),
        ("m i", ["Max Ivory"]),
        ("zz", []),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
    ],
)
def test_members_are_found_by_the_beginning_of_any_name(
    world: Founded,  # noqa: ARG001
    typed: str,
    names: list[str],
) -> None:
    assert found(typed) == names


def test_nothing_typed_finds_everybody(world: Founded) -> None:
    assert len(found("")) == len(found(" \x00 ")) == len(world.people)


def test_a_very_long_search_is_answered(world: Founded) -> None:  # noqa: ARG001
    assert found("a" * 10_000) == found("a b " * 5_000) == []


def test_who_is_alike_is_found_by_name_birth_date_or_address(world: Founded) -> None:
    own = world.apply("Zoë")
    person = world.people["Zoë"]
    alike = find_alike(Described("ZOE"))
    assert [(one.membership.pk, one.reasons) for one in alike] == [
        (own, frozenset({Reason.SAME_NAME}))
    ]
    assert find_alike(Described("Zoe"), but=[own]) == ()
    assert person.name == "Zoë"
    found = find_alike(Described("Ada Lowe", date(1980, 2, 28)))
    assert [one.reasons for one in found] == [{Reason.SAME_NAME, Reason.MISTYPED_BIRTH_DATE}]


def test_those_with_most_reasons_come_first(world: Founded) -> None:
    world.person("Eva Lowe", birth_date=date(1970, 1, 1), postal_address="Mill Road 3")
    world.people["one"] = world.people["Eva"]
    first = world.apply("one")
    world.people["two"] = Person.objects.create(name="Eva Lowe")
    second = world.apply("two")
    who = Described("Eva Lowe", date(1970, 1, 1), "mill road 3")
    assert [one.membership.pk for one in find_alike(who)] == [first, second]


def test_what_was_forgotten_is_not_found(world: Founded) -> None:
    own = world.memberships["Ada"]
    forget_person(own)
    assert found("ada") == []
    assert find_alike(Described("Ada Lowe", date(1980, 2, 29))) == ()
    assert not NameWord.objects.filter(membership=own).exists()
    assert not Traits.objects.filter(membership=own).exists()


def test_one_query_finds_those_alike_however_many_there_are(
    world: Founded,  # noqa: ARG001
    django_assert_num_queries: Any,  # noqa: ANN401
) -> None:
    who = Described("Ada Lowe", date(1980, 2, 29), "Mill Road 3")
    with django_assert_num_queries(1):
        found = find_alike(who)
    assert [one.membership.person.name for one in found] == ["Ada Lowe"]
