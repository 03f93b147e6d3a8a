"""The whole matrix, each cell from a statement of the table that was written apart from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from comitia.law.permissions import (
    COVERS,
    GROUNDS,
    NOT_ALLOWED,
    POWER,
    TECHNICAL,
    Act,
    Actor,
    Decision,
    Ground,
    Object,
    Reach,
    Relation,
    Right,
    Role,
    Table,
    has_right,
    may,
    may_together,
    relations_of,
)
from comitia.law.rights import TABLE

TOP, NORTH, MILL, SOUTH = ("u",), ("u", "north"), ("u", "north", "mill"), ("u", "south")
OBJECTS = {
    "own": Object(NORTH, "eve"),
    "below": Object(MILL, "eve"),
    "above": Object(TOP, "eve"),
    "elsewhere": Object(SOUTH, "eve"),
    "matter": Object(SOUTH, "eve", "case-1"),
    "other matter": Object(SOUTH, "eve", "case-2"),
    "self": Object(SOUTH, "ada"),
    "self in own": Object(NORTH, "ada"),
    "self in below": Object(MILL, "ada"),
    "self in matter": Object(SOUTH, "ada", "case-1"),
    "nobody in own": Object(NORTH),
    "nobody in below": Object(MILL),
}
"""Everything that an act of Ada's, who has her role in North, can be about."""

SELF = {"self", "self in own", "self in below", "self in matter"}
THIS = {"own", "nobody in own"}
BELOW = {"below", "nobody in below"}
MATTER = {"matter", "self in matter"}

# act: capacity, what it may be about, by how many together.
STATED: Mapping[str, list[tuple[str, set[str], int]]] = {
    "access.open": [("register_keeper", THIS | BELOW, 1)],
    "access.recover": [("register_keeper", THIS | BELOW, 2)],
    "notices.see": [("register_keeper", THIS | BELOW, 1)],
    "notices.decide": [("register_keeper", THIS | BELOW, 1)],
    "deadlines.see": [("register_keeper", THIS | BELOW, 1), ("executive", THIS | BELOW, 1)],
    "deadlines.extend": [("executive", THIS | BELOW, 1)],
    "membership.apply": [("anybody", SELF, 1), ("register_keeper", THIS | BELOW, 1)],
    "membership.withdraw": [("anybody", SELF, 1)],
    "membership.admit": [("application_decider", THIS | BELOW, 1)],
    "membership.refuse": [("application_decider", THIS | BELOW, 1)],
    "membership.transfer": [("register_keeper", THIS | BELOW, 2)],
    "membership.leave": [("anybody", SELF, 1), ("register_keeper", THIS | BELOW, 2)],
    "membership.record_death": [("register_keeper", THIS | BELOW, 2)],
    "membership.readmit": [
        ("application_decider", THIS | BELOW, 1),
        ("panel", {"matter"}, 1),
    ],
    "membership.correct": [("register_keeper", THIS | BELOW, 2)],
    "membership.set_category": [("register_keeper", THIS | BELOW, 2)],
    "membership.suspend": [("panel", {"matter"}, 1)],
    "membership.strike_off": [("panel", {"matter"}, 1)],
    "membership.expel": [("panel", {"matter"}, 1)],
    "membership.reinstate": [("panel", {"matter"}, 1)],
    "person.correct_details": [("anybody", SELF, 1), ("register_keeper", THIS | BELOW, 1)],
    "register.see": [
        ("anybody", SELF, 1),
        ("register_keeper", THIS | BELOW, 1),
        ("executive", THIS | BELOW, 1),
    ],
    "application.see": [("application_decider", THIS | BELOW, 1)],
    "register.inspect": [("scrutineer", MATTER, 1)],
    "branch.create": [("executive", THIS | BELOW, 1)],
    "branch.rename": [("executive", THIS | BELOW, 1)],
    "branch.move": [("executive", THIS | BELOW, 1)],
    "branch.merge": [("executive", THIS | BELOW, 1)],
    "branch.close": [("executive", BELOW, 1)],
    "appointment.make": [("executive", THIS | BELOW, 1)],
    "appointment.end": [("anybody", SELF, 1), ("executive", THIS | BELOW, 1)],
    "mandate.end": [("anybody", SELF, 1)],
    "rulebook.announce": [("rulebook_decider", THIS, 1)],
    "rulebook.withdraw": [("rulebook_decider", THIS, 1)],
    "rulebook.adopt": [("rulebook_decider", THIS, 2)],
    "election.call": [("executive", THIS | BELOW, 1)],
    "election.freeze_roll": [("returning_officer", {"matter"}, 1)],
    "election.correct_roll": [("returning_officer", {"matter"}, 1)],
    "election.close_nominations": [("returning_officer", {"matter"}, 1)],
    "election.draw_order": [("returning_officer", {"matter"}, 1)],
    "election.set_up": [("returning_officer", {"matter"}, 1)],
    "election.open": [("returning_officer", {"matter"}, 1)],
    "election.close": [("returning_officer", {"matter"}, 1)],
    "election.declare_result": [("returning_officer", {"matter"}, 1)],
    "election.report": [("scrutineer", MATTER, 1)],
    "election.halt": [("scrutineer", MATTER, 1)],
    "election.certify": [("election_certifier", THIS | BELOW, 2)],
    "election.annul": [("election_annuller", THIS | BELOW, 2)],
    "election.destroy_credentials": [("registrar", MATTER, 1)],
    "nomination.make": [("anybody", set(OBJECTS), 1)],
    "nomination.support": [("anybody", set(OBJECTS), 1)],
    "nomination.accept": [("anybody", SELF, 1)],
    "nomination.state": [("anybody", SELF, 1)],
    "nomination.withdraw": [("anybody", SELF, 1)],
    "nomination.refuse": [("returning_officer", {"matter"}, 1)],
    "officer.name": [("executive", THIS | BELOW, 1)],
    "officer.publish_key": [("trustee", MATTER, 1), ("scrutineer", MATTER, 1)],
    "officer.resign": [
        ("returning_officer", {"matter"}, 1),
        ("registrar", MATTER, 1),
        ("trustee", MATTER, 1),
        ("scrutineer", MATTER, 1),
    ],
    "ruling.appeal": [("party", MATTER, 1)],
    "organisation.found": [("founder", THIS | {"self in own"}, 1)],
    "administrator.grant": [("administrator", set(OBJECTS), 2)],
    "administrator.revoke": [("administrator", set(OBJECTS), 2)],
    "record.rotate_key": [("administrator", set(OBJECTS), 2)],
    "record.erase": [("register_keeper", THIS | BELOW, 2)],
    "correction.see": [("register_keeper", THIS | BELOW, 1)],
    "correction.answer": [("register_keeper", THIS | BELOW, 1)],
}
MATTERS = {
    *(Actor.PARTY, Actor.PANEL, Actor.SCRUTINEER),
    *(Actor.RETURNING_OFFICER, Actor.REGISTRAR, Actor.TRUSTEE),
}


def role_of(actor: Actor, person: str = "ada") -> Role:
    """Return a role held in North, of the first ground that it can have."""
    ground = min(GROUNDS[actor])
    matter = "case-1" if actor in MATTERS else None
    return Role(actor, person, ground, f"basis-of-{person}", NORTH, matter)


def stated(act: Act, actor: Actor, together: int) -> dict[str, bool]:
    """Return the cells of an act and a capacity: about what so many people may do it."""
    found = [(objects, n) for one, objects, n in STATED[act] if one == actor]
    return {about: any(about in some and n == together for some, n in found) for about in OBJECTS}


def test_the_statement_is_of_all_acts() -> None:
    assert set(STATED) == set(Act)


@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize("act", Act)
def test_every_cell_of_the_matrix_is_as_stated(act: Act, actor: Actor) -> None:
    role = role_of(actor)
    found = {about: may([role], act, place, TABLE).allowed for about, place in OBJECTS.items()}
    assert found == stated(act, actor, 1)


@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize("act", Act)
def test_every_cell_for_two_is_as_stated(act: Act, actor: Actor) -> None:
    """Two may also do together what each of them may do alone."""
    roles = [role_of(actor, "bo"), role_of(actor)]
    places = {about: place for about, place in OBJECTS.items() if "self" not in about}
    decisions = {about: may_together(roles, act, place, TABLE) for about, place in places.items()}
    one, two = stated(act, actor, 1), stated(act, actor, 2)
    found = {about: decision.allowed for about, decision in decisions.items()}
    assert found == {about: one[about] or two[about] for about in places}
    named = {decision.roles for decision in decisions.values() if decision.allowed}
    assert named <= {(roles[1], roles[0])}


def test_the_decision_names_the_right_and_the_role_that_it_rests_on() -> None:
    keeper, decider = role_of(Actor.REGISTER_KEEPER), role_of(Actor.APPLICATION_DECIDER)
    found = may([keeper, decider], Act.MEMBERSHIP_ADMIT, OBJECTS["below"], TABLE)
    right = Right(Act.MEMBERSHIP_ADMIT, Actor.APPLICATION_DECIDER, Reach.THIS_AND_BELOW)
    assert found == Decision(right, (decider,))
    assert found.allowed
    assert right.name == "membership.admit/application_decider"


def test_of_several_roles_that_fit_the_first_is_named() -> None:
    here = role_of(Actor.APPLICATION_DECIDER)
    above = replace(here, branch=TOP, basis="above")
    for roles in ([here, above], [above, here]):
        found = may(roles, Act.MEMBERSHIP_ADMIT, OBJECTS["own"], TABLE)
        assert found.roles == (roles[0],)


def test_nobody_without_a_role_may_do_anything() -> None:
    found = [may([], act, place, TABLE) for act in Act for place in OBJECTS.values()]
    assert set(found) == {NOT_ALLOWED}
    assert not NOT_ALLOWED.allowed


def test_what_the_table_does_not_say_is_not_allowed() -> None:
    empty = Table(2, ())
    roles = [role_of(actor) for actor in Actor]
    found = [may(roles, act, place, empty) for act in Act for place in OBJECTS.values()]
    assert set(found) == {NOT_ALLOWED}


# --- Together --------------------------------------------------------------------------------

INSTALLATION = OBJECTS["nobody in own"]


def administrators(*persons: str) -> list[Role]:
    return [role_of(Actor.ADMINISTRATOR, person) for person in persons]


def test_one_administrator_with_two_grants_is_one_administrator() -> None:
    twice = [*administrators("ada"), replace(*administrators("ada"), basis="another")]
    assert not may_together(twice, Act.RECORD_ROTATE_KEY, INSTALLATION, TABLE).allowed


def test_the_rules_can_ask_for_more_administrators_than_the_table() -> None:
    for count, allowed in ((2, False), (3, True), (4, True)):
        roles = administrators(*"abcd"[:count])
        found = may_together(roles, Act.RECORD_ROTATE_KEY, INSTALLATION, TABLE, at_least=3)
        assert found.allowed == allowed


def test_the_rules_cannot_ask_for_fewer_than_the_table() -> None:
    one = administrators("ada")
    assert not may_together(one, Act.RECORD_ROTATE_KEY, INSTALLATION, TABLE, at_least=1).allowed


def test_everybody_who_takes_part_needs_the_right() -> None:
    roles = [*administrators("ada", "bo"), role_of(Actor.EXECUTIVE, "cy")]
    assert not may_together(roles, Act.ADMINISTRATOR_GRANT, INSTALLATION, TABLE).allowed


def test_roles_of_several_people_are_not_those_of_one() -> None:
    with pytest.raises(ValueError, match=r"^these are roles of several people: ask may_together$"):
        may(administrators("ada", "bo"), Act.RECORD_ROTATE_KEY, INSTALLATION, TABLE)


# --- What holds for the table as a whole -----------------------------------------------------


def test_administrators_have_technical_acts_only_and_never_alone() -> None:
    rights = [right for right in TABLE.rights if right.actor is Actor.ADMINISTRATOR]
    assert {right.act for right in rights} == TECHNICAL
    assert [right for right in rights if right.together < 2] == []
    assert {right.actor for act in TECHNICAL for right in TABLE.of(act)} == {Actor.ADMINISTRATOR}


def test_power_over_members_follows_from_a_mandate_or_an_appointment() -> None:
    official = {Ground.MANDATE, Ground.APPOINTMENT}
    assert [actor for actor in POWER if not GROUNDS[actor] <= official] == []
    others = {Actor.ANYBODY, Actor.FOUNDER, Actor.PARTY, Actor.SCRUTINEER, Actor.ADMINISTRATOR}
    others |= {Actor.REGISTRAR, Actor.TRUSTEE}
    assert set(Actor) - POWER == others


@pytest.mark.parametrize("actor", sorted(POWER))
def test_nobody_has_power_by_a_grant_of_administrators(actor: Actor) -> None:
    with pytest.raises(ValueError, match=f"^nobody is {actor} by grant$"):
        Role(actor, "ada", Ground.GRANT, "grant-1", NORTH)


def test_nobody_uses_power_on_oneself() -> None:
    about = [place for name, place in OBJECTS.items() if name.startswith("self")]
    cells = [(act, actor, place) for act in Act for actor in POWER for place in about]
    assert [one for one in cells if may([role_of(one[1])], one[0], one[2], TABLE).allowed] == []


def test_every_right_has_a_name_of_its_own() -> None:
    names = [right.name for right in TABLE.rights]
    assert len(set(names)) == len(names)


def test_every_relation_is_covered_by_some_reach() -> None:
    assert set(COVERS) == set(Reach)
    assert frozenset().union(*COVERS.values()) == set(Relation)


def test_relations_are_seen_from_the_branch_of_the_role() -> None:
    keeper = role_of(Actor.REGISTER_KEEPER)
    found = {
        about: relations_of(keeper, place) - {Relation.ANY} for about, place in OBJECTS.items()
    }
    assert found == {
        "own": {Relation.OWN_BRANCH},
        "below": {Relation.BRANCHES_BELOW},
        "above": set(),
        "elsewhere": set(),
        "matter": set(),
        "other matter": set(),
        "self": {Relation.SELF},
        "self in own": {Relation.SELF, Relation.OWN_BRANCH},
        "self in below": {Relation.SELF, Relation.BRANCHES_BELOW},
        "self in matter": {Relation.SELF},
        "nobody in own": {Relation.OWN_BRANCH},
        "nobody in below": {Relation.BRANCHES_BELOW},
    }


def test_what_is_held_in_no_branch_that_is_known_reaches_none() -> None:
    role = Role(Actor.EXECUTIVE, "p", Ground.MANDATE, "m", ())
    assert relations_of(role, Object(("top", "mill"))) == {Relation.ANY}
    assert relations_of(role, Object(())) == {Relation.ANY}


def test_a_branch_whose_id_begins_alike_is_not_below() -> None:
    role = replace(role_of(Actor.EXECUTIVE), branch=("u", "nor"))
    assert relations_of(role, Object(NORTH)) == {Relation.ANY}


@pytest.mark.parametrize("actor", sorted(MATTERS))
def test_a_role_without_a_matter_is_of_no_matter(actor: Actor) -> None:
    role = replace(role_of(actor), matter=None)
    assert relations_of(role, OBJECTS["elsewhere"]) == {Relation.ANY}


def test_a_right_to_anything_is_one_to_everything() -> None:
    right = Right(Act.REGISTER_INSPECT, Actor.ANYBODY, Reach.ANYWHERE)
    role = role_of(Actor.ANYBODY)
    assert [place for place in OBJECTS.values() if not has_right(right, role, place)] == []
