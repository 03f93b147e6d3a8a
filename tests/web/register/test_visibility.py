from __future__ import annotations

from collections.abc import Iterator

import pytest

from comitia.law.permissions import Actor, Ground, Reach, Role
from comitia.web.organisation.models import Mandate
from comitia.web.register.models import Membership
from comitia.web.register.visibility import _from, persons_visible_to, visible_to
from tests.web.founded import Founded, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        world.apply("Eve")
        world.apply("Fay", "Port")
        yield world


def seen(world: Founded, name: str) -> tuple[set[str], set[str]]:
    """Return whose memberships somebody sees, and which persons."""
    person = world.people[name].pk
    memberships = visible_to(person, world.now).values_list("person__name", flat=True)
    persons = persons_visible_to(person, world.now).values_list("name", flat=True)
    return {name.split()[0] for name in memberships}, {name.split()[0] for name in persons}


MILL = {"Ada", "Ben", "Dan", "Eve"}


@pytest.mark.parametrize(
    "name, expected",
    [
        ("Ada", MILL),  # of the branch's executive
        ("Ben", MILL | {"Cat", "Fay"}),  # of the executive of the whole
        ("Cat", {"Cat", "Fay"}),  # of another branch's
        ("Dan", {"Dan"}),  # expelled
        ("Eve", {"Eve"}),  # an applicant
    ],
)
def test_everybody_sees_oneself_and_what_is_answered_for(
    name: str, expected: set[str], world: Founded
) -> None:
    assert seen(world, name) == (expected, expected)


def test_who_is_nobody_sees_nobody(world: Founded) -> None:
    world.person("Gus")
    assert seen(world, "Gus") == (set(), {"Gus"})


def test_who_was_an_officer_sees_no_longer(world: Founded) -> None:
    world.later(days=3 * 365)
    assert seen(world, "Ada") == ({"Ada"}, {"Ada"})
    assert Mandate.objects.filter(person=world.people["Ada"]).exists()


def test_technical_rights_show_nobody(world: Founded) -> None:
    """Cat is an administrator; whatever she sees she sees as an officer of Port."""
    Mandate.objects.filter(person=world.people["Cat"]).delete()
    assert seen(world, "Cat") == ({"Cat"}, {"Cat"})


@pytest.mark.parametrize(
    "reach, expected",
    [
        (Reach.THIS_BRANCH, set()),
        (Reach.THIS_AND_BELOW, MILL | {"Cat", "Fay"}),
        (Reach.BELOW, MILL | {"Cat", "Fay"}),
        (Reach.ANYWHERE, MILL | {"Cat", "Fay"}),
        (Reach.PANEL, set()),
    ],
)
def test_each_reach_is_a_part_of_the_tree(reach: Reach, expected: set[str], world: Founded) -> None:
    path = (world.branches["All"],)
    role = Role(Actor.REGISTER_KEEPER, "x", Ground.MANDATE, "y", path)
    names = Membership.objects.filter(_from(reach, role)).values_list("person__name", flat=True)
    assert {name.split()[0] for name in names} == expected
