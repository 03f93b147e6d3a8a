"""The law's whole table, asked of the application: every act, by everybody, on real rows.

Who holds what is held in North; acts are on somebody or something there, below, above, elsewhere,
and on whoever acts. What must come out was written down apart from the table.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any, Final

import pytest

from comitia.law.errors import RuleViolation
from comitia.law.permissions import WITHOUT_ENTRY, Act, Actor
from comitia.law.standings import Standing
from comitia.law.values import Level, Organ, OrganKind
from comitia.record.kinds import KINDS
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    DeclareMandate,
    EndAppointment,
    EndMandate,
    GrantAdministration,
    MakeAppointment,
    MergeBranch,
    MoveBranch,
    RenameBranch,
    RevokeAdministration,
)
from comitia.record.kinds.organisation import Level as BranchLevel
from comitia.record.kinds.publicrecord import RotateKey
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    CorrectDetails,
    CorrectMembership,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
    RefuseApplication,
    SetCategory,
    TransferMember,
    WithdrawApplication,
)
from comitia.record.kinds.rulebook import AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Root, Text, Values
from comitia.web.accounts.models import Context
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock
from comitia.web.acts.errors import Refusal
from comitia.web.acts.founding import Listed
from comitia.web.acts.models import Aggregate
from comitia.web.acts.performing import Asked, new_identifier, preview
from tests.law.test_permissions import STATED
from tests.web.founded import FIRST, LAST, Founded

pytestmark = pytest.mark.django_db

WHOLE: Final = "above"
PLACES: Final = {WHOLE: "All", "own": "North", "below": "Mill", "elsewhere": "South"}
ORGANS: Final = {
    Actor.APPLICATION_DECIDER: Organ(OrganKind.OFFICE, "admitter"),
    Actor.RULEBOOK_DECIDER: Organ(OrganKind.BODY, "meeting"),
    Actor.REGISTER_KEEPER: Organ(OrganKind.OFFICE, "registrar"),
    Actor.EXECUTIVE: Organ(OrganKind.BODY, "committee"),
}
RULES: Final = {
    "application.decider": {"office": "admitter"},
    "rulebook.decider": {"body": "meeting"},
    "register.keeper": {"office": "registrar"},
    "branch.executive": {"body": "committee"},
    "readmission.after_leaving": "application",
    "readmission.after_striking_off": "level_above",
    "readmission.after_expulsion": "panel",
}
ENDED: Final = (Standing.LEFT, Standing.STRUCK_OFF, Standing.EXPELLED)
"""From which the rule book here gives three different ways back."""
AUDITOR: Final = Organ(OrganKind.OFFICE, "auditor")
"""An office to which the rules give nothing."""
PAIR: Final = ("1", "2")
FORMER: Final = "former"


def write(world: Founded, level: Level = Level.OWN) -> None:
    """List four branches, and in North two holders of everything, and two whose term is over.

    level: at which applications are decided.
    """
    world.list_book("small-association")
    book = world.listed[0]
    rules = Values({**book.act.rules, **RULES, "application.level": str(level)})
    world.listed[0] = dataclasses.replace(book, act=dataclasses.replace(book.act, rules=rules))
    world.list_branch("All", BranchLevel.WHOLE)
    for name, above in (("North", "All"), ("South", "All"), ("Mill", "North")):
        world.list_branch(name, BranchLevel.DISTRICT, above)
    for name in PLACES.values():
        for group in ("left", "right"):
            world.list_branch(f"{name} {group}", BranchLevel.GROUP, name)
        world.list_member(f"member-{name}", name)
        world.list_mandate(AUDITOR, f"member-{name}", name)
        list_appointment(world, name)
        for standing in ENDED:
            world.list_member(f"{standing}-{name}", name, standing)
    for n in PAIR:
        world.list_member(f"administrator{n}", "South")
        world.list_administrator(f"administrator{n}", "All")
        world.list_member(f"plain{n}", "North")
        for actor, organ in ORGANS.items():
            hold(world, organ, f"{actor}{n}", LAST)
            hold(world, organ, f"{FORMER}-{actor}{n}", FIRST)
    hold(world, ORGANS[Actor.APPLICATION_DECIDER], "top", LAST, "All")
    for n in PAIR:
        hold(world, ORGANS[Actor.RULEBOOK_DECIDER], f"meeting{n}", LAST, "All")


def list_appointment(world: Founded, branch: str) -> None:
    """Have the member of a branch be its auditor by appointment, too."""
    own = world.holdings[f"appointed {branch}"] = new_identifier()
    member = f"member-{branch}"
    act = MakeAppointment(
        organ=AUDITOR,
        holder=Pseudonym(world.memberships[member]),
        since=FIRST,
        until=date(2026, 12, 31),
        reason=Text("Needed."),
    )
    world.listed.append(Listed(act, own, world.branches[branch], world.people[member].pk))


def hold(world: Founded, organ: Organ, name: str, until: date, branch: str = "North") -> None:
    world.list_member(name, branch)
    world.list_mandate(organ, name, branch)
    last = world.listed[-1]
    assert isinstance(last.act, DeclareMandate)
    act = dataclasses.replace(last.act, until=until)
    world.listed[-1] = dataclasses.replace(last, act=act)


@pytest.fixture
def world() -> Iterator[Founded]:
    yield from founded(Level.OWN)


def founded(level: Level) -> Iterator[Founded]:
    world = Founded()
    with clock.showing(lambda: world.now):
        write(world, level)
        world.found()
        for name in PLACES.values():
            world.apply(f"applicant-{name}", name)
        world.later(days=2)
        yield world


Made = tuple[Any, Identifier, str]
"""An act, what it is on, and the branch where it is done."""


def on_member(act: Any, kind: str = "member") -> Callable[[Founded, str], Made]:  # noqa: ANN401 - any act
    return lambda world, place: (act, world.memberships[f"{kind}-{place}"], place)


def on_branch(act: Any) -> Callable[[Founded, str], Made]:  # noqa: ANN401 - any act
    return lambda world, place: (act, world.branches[place], place)


def held(kind: str, act: Any) -> Callable[[Founded, str], Made]:  # noqa: ANN401 - any act
    """Return an act on what the member of a branch holds there."""
    return lambda world, place: (act, world.holdings[f"{kind} {place}"], place)


def apply(world: Founded, place: str) -> Made:
    name = f"new-{place}"
    person = world.people.get(name) or world.person(name)
    own = make_pseudonym(person, Context.MEMBERSHIP, secrets.token_bytes).value
    act = ApplyForMembership(branch=world.branches[place], category=Category.FULL, name=Text(name))
    return act, Identifier(own), place


def correct(world: Founded, place: str) -> Made:
    own = world.memberships[f"member-{place}"]
    wrong = EntryHash(Aggregate.objects.get(pk=own).last)
    act = CorrectMembership(wrong=wrong, was_void=False, since=FIRST, reasons=Text("Wrong."))
    return act, own, place


def between(act: Callable[[Identifier], Any]) -> Callable[[Founded, str], Made]:
    """Return an act that puts one group of a branch to the other."""
    return lambda world, place: (
        act(world.branches[f"{place} right"]),
        world.branches[f"{place} left"],
        place,
    )


def merge(into: Identifier) -> MergeBranch:
    return MergeBranch(into=into, last_day=date(2026, 6, 1), listed=1, list_root=Root("0" * 64))


def readmit(world: Founded, standing: Standing, place: str, to: str) -> Made:
    """Return the readmission to a branch of somebody who was in one before."""
    act = ReadmitMember(branch=world.branches[to], since=DAY)
    return act, world.memberships[f"{standing}-{place}"], to


def appoint(world: Founded, place: str) -> Made:
    act = MakeAppointment(
        organ=ORGANS[Actor.REGISTER_KEEPER],
        holder=Pseudonym(world.memberships[f"member-{place}"]),
        since=date(2026, 2, 1),
        until=date(2026, 3, 1),
        reason=Text("Needed."),
    )
    return act, new_identifier(), place


def rule_book(world: Founded, place: str) -> Made:
    book = world.listed[0]
    act = dataclasses.replace(book.act, number=2, in_force_from=date(2026, 6, 1))
    return act, book.aggregate, place


def announce(world: Founded, place: str) -> Made:
    book = world.listed[0]
    act = AnnounceRuleBook(
        in_force_from=date(2026, 6, 1), preset=book.act.preset, rules=book.act.rules
    )
    return act, book.aggregate, place


def withdraw(world: Founded, place: str) -> Made:
    act = WithdrawAnnouncement(announced=EntryHash("0" * 64))
    return act, world.listed[0].aggregate, place


def grant(world: Founded, place: str) -> Made:
    person = world.people["plain1"]
    holder = make_pseudonym(person, Context.ADMINISTRATION, secrets.token_bytes).value
    return GrantAdministration(holder=Pseudonym(holder), until=LAST), new_identifier(), place


def revoke(world: Founded, place: str) -> Made:
    own = world.holdings["administrator administrator1"]
    return RevokeAdministration(last_day=date(2026, 6, 1)), own, place


def create(world: Founded, place: str) -> Made:
    parent = world.branches[place]
    return (
        CreateBranch(name=Text("X"), level=BranchLevel.GROUP, parent=parent),
        new_identifier(),
        place,
    )


DAY: Final = date(2026, 1, 7)
ACTS: Final[dict[Act, Callable[[Founded, str], Made]]] = {
    Act.MEMBERSHIP_APPLY: apply,
    Act.MEMBERSHIP_WITHDRAW: on_member(WithdrawApplication(), "applicant"),
    Act.MEMBERSHIP_ADMIT: on_member(AdmitMember(since=DAY), "applicant"),
    Act.MEMBERSHIP_REFUSE: on_member(RefuseApplication(reasons=Text("No.")), "applicant"),
    Act.MEMBERSHIP_TRANSFER: lambda world, place: (
        TransferMember(to=world.branches[f"{place} left"], since=DAY),
        world.memberships[f"member-{place}"],
        place,
    ),
    Act.MEMBERSHIP_LEAVE: on_member(LeaveMembership(last_day=DAY)),
    Act.MEMBERSHIP_RECORD_DEATH: on_member(RecordDeath(day=DAY)),
    Act.MEMBERSHIP_READMIT: lambda world, place: readmit(world, Standing.LEFT, place, place),
    Act.MEMBERSHIP_CORRECT: correct,
    Act.MEMBERSHIP_SET_CATEGORY: on_member(SetCategory(category=Category.HONORARY)),
    Act.PERSON_CORRECT_DETAILS: on_member(CorrectDetails()),
    Act.BRANCH_CREATE: create,
    Act.BRANCH_RENAME: on_branch(RenameBranch(name=Text("X"))),
    Act.BRANCH_MOVE: between(lambda to: MoveBranch(parent=to)),
    Act.BRANCH_MERGE: between(merge),
    Act.BRANCH_CLOSE: on_branch(CloseBranch(last_day=DAY)),
    Act.APPOINTMENT_MAKE: appoint,
    Act.RULEBOOK_ANNOUNCE: announce,
    Act.RULEBOOK_WITHDRAW: withdraw,
    Act.APPOINTMENT_END: held("appointed", EndAppointment(last_day=DAY)),
    Act.MANDATE_END: held("auditor", EndMandate(last_day=DAY)),
    Act.RULEBOOK_ADOPT: rule_book,
    Act.ADMINISTRATOR_GRANT: grant,
    Act.ADMINISTRATOR_REVOKE: revoke,
    Act.RECORD_ROTATE_KEY: lambda _, place: (
        RotateKey(key=Text("k"), old_key_lost=False),
        new_identifier(),
        place,
    ),
}
"""Each act on somebody or something of a branch."""

HOLDERS: Final = [*ORGANS, Actor.ADMINISTRATOR]
NOBODY: Final = ["plain", *(f"{FORMER}-{actor}" for actor in ORGANS)]
TESTED_APART: Final = {*(Act.ORGANISATION_FOUND, Act.RECORD_ERASE)}
OF_THE_WHOLE: Final = {Act.RULEBOOK_ANNOUNCE, Act.RULEBOOK_WITHDRAW, Act.RULEBOOK_ADOPT}
"""Acts that are about the whole organisation, wherever somebody says that they are done."""


def test_every_act_that_has_a_kind_is_tried() -> None:
    kinds = {name for name, _ in KINDS}
    assert {act for act in Act if act in kinds} == {*ACTS, *TESTED_APART}
    later = {act for act in Act if act not in kinds} - WITHOUT_ENTRY
    of_elections = {"election", "nomination", "officer"}
    assert {str(act).partition(".")[0] for act in later} <= {"membership", "ruling"} | of_elections


def test_what_leaves_no_entry_is_no_kind() -> None:
    assert {name for name, _ in KINDS}.isdisjoint(WITHOUT_ENTRY)


def has_right(world: Founded, made: Made, names: Sequence[str]) -> bool:
    """Whether people have a right to an act; that it cannot come next is another matter."""
    act, on, place = made
    people = tuple(world.people[name].pk for name in names)
    try:
        preview(Asked(act, on, world.branches[place], people))
    except RuleViolation as violation:
        return violation.code != Refusal.NOT_ALLOWED
    return True


def cells(world: Founded, act: Act, people: str, together: int) -> dict[str, bool]:
    names = [f"{people}{n}" for n in PAIR[:together]]
    return {
        about: has_right(world, ACTS[act](world, place), names) for about, place in PLACES.items()
    }


def stated(act: Act, people: str, together: int) -> dict[str, bool]:
    """Return what was written down; whoever may alone may together too."""
    return {
        about: any(
            actor == people
            and (WHOLE if act in OF_THE_WHOLE else about) in objects
            and wanted <= together
            for actor, objects, wanted in STATED[act]
        )
        for about in PLACES
    }


@pytest.mark.parametrize("act", ACTS)
def test_every_cell_of_the_table_is_what_the_application_does(act: Act, world: Founded) -> None:
    asked = list(product([*HOLDERS, *NOBODY], (1, 2)))
    found = {(who, n): cells(world, act, who, n) for who, n in asked}
    assert found == {(who, n): stated(act, who, n) for who, n in asked}


@pytest.mark.parametrize("act", sorted(OF_THE_WHOLE))
def test_only_the_body_of_the_whole_organisation_changes_its_rule_book(
    act: Act, world: Founded
) -> None:
    made = [ACTS[act](world, place) for place in PLACES.values()]
    meeting = ["meeting1", "meeting2"]
    assert all(has_right(world, one, meeting) for one in made)
    alone = {has_right(world, one, meeting[:1]) for one in made}
    assert alone == {act is not Act.RULEBOOK_ADOPT}
    elsewhere = f"{Actor.RULEBOOK_DECIDER}1"  # of the meeting of North
    assert not any(has_right(world, one, [elsewhere, "meeting1"]) for one in made)


DECIDERS: Final = {"North": f"{Actor.APPLICATION_DECIDER}1", "All": "top"}
"""Of applications, and of which branch."""
WAYS_BACK: Final = {
    # Who was in a branch, and wishes to come to one: deciders of which branches may.
    (Standing.LEFT, "North", "North"): {"North", "All"},
    (Standing.LEFT, "South", "North"): {"North", "All"},
    (Standing.LEFT, "North", "South"): {"All"},
    (Standing.STRUCK_OFF, "Mill", "Mill"): {"North", "All"},
    (Standing.STRUCK_OFF, "Mill", "North"): {"North", "All"},
    (Standing.STRUCK_OFF, "North", "North"): {"All"},
    (Standing.STRUCK_OFF, "North", "Mill"): {"All"},
    (Standing.STRUCK_OFF, "South", "North"): {"All"},
    (Standing.STRUCK_OFF, "All", "North"): {"All"},
    (Standing.EXPELLED, "North", "North"): set(),
    (Standing.EXPELLED, "Mill", "North"): set(),
    (Standing.EXPELLED, "All", "All"): set(),
}


@pytest.mark.parametrize("way", WAYS_BACK)
def test_who_readmits_follows_from_the_rules(
    way: tuple[Standing, str, str], world: Founded
) -> None:
    made = readmit(world, *way)
    assert {of for of, name in DECIDERS.items() if has_right(world, made, [name])} == WAYS_BACK[way]
    others = [actor for actor in HOLDERS if actor is not Actor.APPLICATION_DECIDER]
    assert not any(has_right(world, made, [f"{name}1"]) for name in (*others, *NOBODY))


LEVELS: Final = {
    # Where an application is decided; of an application to a branch, deciders of which may.
    Level.ABOVE: {"All": {"All"}, "North": {"All"}, "Mill": {"North", "All"}, "South": {"All"}},
    Level.TOP: {"All": {"All"}, "North": {"All"}, "Mill": {"All"}, "South": {"All"}},
}
DECISIONS: Final = (Act.MEMBERSHIP_ADMIT, Act.MEMBERSHIP_REFUSE, Act.MEMBERSHIP_READMIT)


@pytest.mark.parametrize("level", LEVELS)
def test_applications_are_decided_at_the_level_of_the_rules(level: Level) -> None:
    for world in founded(level):
        for act in DECISIONS:
            found = {
                place: {
                    of
                    for of, name in DECIDERS.items()
                    if has_right(world, ACTS[act](world, place), [name])
                }
                for place in PLACES.values()
            }
            assert (act, found) == (act, LEVELS[level])


OWN: Final[dict[Act, tuple[str, Callable[[Founded, str], Made]]]] = {
    Act.MEMBERSHIP_WITHDRAW: ("applicant-North", on_member(WithdrawApplication(), "applicant")),
    Act.MEMBERSHIP_LEAVE: ("member-North", on_member(LeaveMembership(last_day=DAY))),
    Act.PERSON_CORRECT_DETAILS: ("member-North", on_member(CorrectDetails())),
    Act.APPOINTMENT_END: ("member-North", ACTS[Act.APPOINTMENT_END]),
    Act.MANDATE_END: ("member-North", ACTS[Act.MANDATE_END]),
}


@pytest.mark.parametrize("act", OWN)
def test_everybody_does_the_own_affairs_and_nobody_else_s(act: Act, world: Founded) -> None:
    name, make = OWN[act]
    own = make(world, "North")
    assert has_right(world, own, [name])
    assert not has_right(world, own, ["plain2"])
    assert not has_right(world, own, [name, "plain2"])


def test_whoever_asks_to_be_admitted_does_so_alone(world: Founded) -> None:
    made = apply(world, "North")
    assert has_right(world, made, ["new-North"])
    assert not has_right(world, made, ["plain1"])


@pytest.mark.parametrize("place", ["All", "North"])
def test_nobody_has_power_over_oneself(place: str, world: Founded) -> None:
    """The registrar puts no word of the own entry right but as everybody does."""
    registrar = f"{Actor.REGISTER_KEEPER}1"
    own = world.memberships[registrar]
    move = TransferMember(to=world.branches[f"{place} left"], since=DAY)
    assert not has_right(world, (move, own, "North"), [registrar])
    committee = f"{Actor.EXECUTIVE}1"
    act, new, _ = appoint(world, "North")
    holder = Pseudonym(world.memberships[committee])
    assert not has_right(
        world, (dataclasses.replace(act, holder=holder), new, "North"), [committee]
    )
