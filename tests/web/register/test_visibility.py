from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import QuerySet

from comitia.law.permissions import Actor, Ground, Reach, Role
from comitia.web.acts.rights import roles_of
from comitia.web.organisation.models import Mandate
from comitia.web.register.access import SEES_APPLICATIONS, SEES_REGISTER, Officer
from comitia.web.register.models import Membership
from comitia.web.register.visibility import _from, applications_of, register_of, visible_to
from tests.web.founded import Founded, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        world.apply("Eve")
        world.apply("Fay", "Port")
        yield world


def names(rows: QuerySet[Membership]) -> set[str]:
    return {name.split()[0] for name in rows.values_list("person__name", flat=True)}


def seen(world: Founded, name: str) -> set[str]:
    """Return whose memberships somebody sees."""
    person = world.people[name].pk
    return names(visible_to(person, roles_of(person, world.now).roles))


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
    assert seen(world, name) == expected


@pytest.mark.parametrize(
    "name, members, applicants",
    [
        ("Ada", MILL, {"Eve"}),
        ("Ben", MILL | {"Cat", "Fay"}, {"Eve", "Fay"}),
        ("Cat", {"Cat", "Fay"}, {"Fay"}),
        ("Dan", set(), set()),
        ("Eve", set(), set()),
    ],
)
def test_by_office_somebody_sees_those_in_reach(
    name: str, members: set[str], applicants: set[str], world: Founded
) -> None:
    officer = Officer(world.people[name])
    assert names(officer.memberships()) == members
    assert names(officer.applications()) == applicants


def test_a_decider_alone_sees_applicants_and_no_members(world: Founded) -> None:
    path = (world.branches["All"], world.branches["Mill"])
    role = Role(Actor.APPLICATION_DECIDER, "x", Ground.MANDATE, "y", path)
    person = world.people["Dan"].pk
    assert names(visible_to(person, [role])) == {"Dan", "Eve"}
    assert (names(register_of([role])), names(applications_of([role]))) == (set(), {"Eve"})


def test_pages_are_for_the_offices_that_the_table_names() -> None:
    assert {Actor.REGISTER_KEEPER, Actor.EXECUTIVE} == SEES_REGISTER
    assert SEES_REGISTER | {Actor.APPLICATION_DECIDER} == SEES_APPLICATIONS


def test_who_is_nobody_sees_nobody(world: Founded) -> None:
    world.person("Gus")
    assert seen(world, "Gus") == set()


def test_who_was_an_officer_sees_no_longer(world: Founded) -> None:
    world.later(days=3 * 365)
    assert seen(world, "Ada") == {"Ada"}
    assert Mandate.objects.filter(person=world.people["Ada"]).exists()


def test_technical_rights_show_nobody(world: Founded) -> None:
    """Cat is an administrator; whatever she sees she sees as an officer of Port."""
    Mandate.objects.filter(person=world.people["Cat"]).delete()
    assert seen(world, "Cat") == {"Cat"}


@pytest.mark.parametrize(
    "reach, top, expected",
    [
        (Reach.THIS_BRANCH, "All", set()),
        (Reach.THIS_AND_BELOW, "All", MILL | {"Cat", "Fay"}),
        (Reach.BELOW, "All", MILL | {"Cat", "Fay"}),
        (Reach.THIS_BRANCH, "Mill", MILL),
        (Reach.THIS_AND_BELOW, "Mill", MILL),
        (Reach.BELOW, "Mill", set()),
        (Reach.ANYWHERE, "Mill", MILL | {"Cat", "Fay"}),
        (Reach.PANEL, "All", set()),
    ],
)
def test_each_reach_is_a_part_of_the_tree(
    reach: Reach, top: str, expected: set[str], world: Founded
) -> None:
    whole = (world.branches["All"],)
    path = whole if top == "All" else (*whole, world.branches[top])
    assert names(Membership.objects.filter(_from(reach, path))) == expected


def test_who_sees_everybody_sees_no_fewer_for_being_an_officer_of_one_branch_too(
    world: Founded,
) -> None:
    branches = ((world.branches["All"],), (world.branches["All"], world.branches["Mill"]))
    roles = [
        Role(Actor.REGISTER_KEEPER, "x", Ground.MANDATE, f"y{n}", path)
        for n, path in enumerate(branches)
    ]
    assert names(register_of(roles)) == names(Membership.objects.all())
