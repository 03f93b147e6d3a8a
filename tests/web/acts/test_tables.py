"""Every handler's rows are what folding derives: each kind of act at least once."""

from __future__ import annotations

import dataclasses
import secrets
from datetime import date, timedelta

import pytest

from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    EndAppointment,
    GrantAdministration,
    Level,
    MakeAppointment,
    MoveBranch,
    RenameBranch,
    RevokeAdministration,
)
from comitia.record.kinds.register import (
    AdmitMember,
    CorrectMembership,
    LeaveMembership,
    RecordDeath,
    RefuseApplication,
    TransferMember,
    WithdrawApplication,
)
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text, Values
from comitia.web.accounts.models import Context
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock
from comitia.web.acts.performing import new_identifier
from comitia.web.project.wiring import WIRING
from comitia.web.register.mergers import merger_of
from tests.web.acts.kinds import OWN
from tests.web.folded import differences
from tests.web.founded import COMMITTEE, SECRETARY, Founded, write_document

pytestmark = pytest.mark.django_db
TO_COME = {
    *("case.declare", "record.erase", "record.rotate_key"),
    *("membership.set_category", "person.correct_details"),
}
"""Kinds whose rooms have no handler yet: nothing does them."""


def founded(world: Founded) -> None:
    """Found with a committee that decides on rules, and two keepers of the whole register."""
    write_document(world)
    book = world.listed[0]
    rules = Values({**book.act.rules, "rulebook.decider": {"body": "committee"}})
    world.listed[0] = dataclasses.replace(book, act=dataclasses.replace(book.act, rules=rules))
    for name in ("Dot", "Eli"):
        world.list_member(f"{name} Keen", "Mill")
        world.list_mandate(SECRETARY, name, "All")
        world.holdings[f"secretary {name}"] = world.holdings["secretary All"]
    world.list_member("Fin Hart", "Mill")
    world.list_mandate(COMMITTEE, "Fin", "All")
    world.found()


def create(world: Founded, name: str, above: str = "All") -> Identifier:
    world.branches[name] = new_identifier()
    act = CreateBranch(name=Text(name), level=Level.GROUP, parent=world.branches[above])
    world.do(act, world.branches[name], "Ben", branch="All")
    return world.branches[name]


def on_branches(world: Founded) -> None:
    left, right = create(world, "Left"), create(world, "Right")
    create(world, "Below", "Left")
    world.do(RenameBranch(name=Text("Leftmost")), left, "Ben", branch="All")
    world.do(MoveBranch(parent=right), left, "Ben", branch="All")
    merger = merger_of(world.branches["Port"], world.branches["Mill"], world.now.date())
    world.do(merger, world.branches["Port"], "Ben", branch="All")
    close = CloseBranch(last_day=world.now.date())
    world.do(close, world.branches["Below"], "Ben", branch="All")


def on_holdings(world: Founded) -> None:
    today, own = world.now.date(), new_identifier()
    act = MakeAppointment(
        organ=SECRETARY,
        holder=Pseudonym(world.memberships["Cat"]),
        since=today,
        until=today + timedelta(days=30),
        reason=Text("Ben is ill."),
    )
    world.do(act, own, "Ben", branch="All")
    world.do(EndAppointment(last_day=today), own, "Ben", branch="All")
    holder = make_pseudonym(world.people["Ben"], Context.ADMINISTRATION, secrets.token_bytes).value
    grant = GrantAdministration(holder=Pseudonym(holder), until=date(2027, 1, 1))
    third = new_identifier()
    world.do(grant, third, "Ada", "Cat", branch="All")
    world.do(RevokeAdministration(last_day=today), third, "Ada", "Cat", branch="All")


def on_members(world: Founded) -> None:
    admitted = [world.apply(name) for name in ("Amy", "Bob", "Cyd")]
    for own in admitted:
        world.do(AdmitMember(since=world.now.date()), own, "Ada")
    world.do(WithdrawApplication(), world.apply("Fay"), "Fay")
    world.do(RefuseApplication(reasons=Text("No.")), world.apply("Gil"), "Ada")
    tomorrow = world.now.date() + timedelta(days=1)
    move = TransferMember(to=world.branches["Left"], since=tomorrow)
    world.do(move, admitted[0], "Dot", "Eli", branch="All")
    world.do(LeaveMembership(last_day=world.now.date()), admitted[1], "Bob")
    death = RecordDeath(day=world.now.date())
    done = world.do(death, admitted[2], "Dot", "Eli", branch="All")
    wrong = EntryHash(done.entries[0])
    correct = CorrectMembership(wrong=wrong, was_void=True, reasons=Text("Another of that name."))
    world.do(correct, admitted[2], "Dot", "Eli", branch="All")


def on_rules(world: Founded) -> None:
    book = world.listed[0]
    assert isinstance(book.act, AdoptRuleBook)
    first_day, preset, rules = date(2026, 3, 1), book.act.preset, book.act.rules
    announce = AnnounceRuleBook(in_force_from=first_day, preset=preset, rules=rules)
    taken_back = world.do(announce, book.aggregate, "Ben", branch="All").entries[0]
    withdraw = WithdrawAnnouncement(announced=taken_back)
    world.do(withdraw, book.aggregate, "Fin", branch="All")
    name = world.do(announce, book.aggregate, "Ben", branch="All").entries[0]
    world.later(days=20)
    adopt = dataclasses.replace(book.act, number=2, in_force_from=first_day)
    act = dataclasses.replace(adopt, announced=name, in_favour=3, against=0)
    world.do(act, book.aggregate, "Ben", "Fin", branch="All")
    world.do(announce, book.aggregate, "Fin", branch="All")


def test_the_rows_of_every_act_follow_from_its_entry() -> None:
    world = Founded()
    with clock.showing(lambda: world.now):
        founded(world)
        for part in (on_branches, on_holdings, on_members, on_rules):
            part(world)
            assert differences() == []


def test_every_kind_has_a_handler_or_is_known_to_wait_for_one() -> None:
    kinds = {kind.name for kind in OWN if kind.act not in WIRING.handlers}
    assert kinds <= TO_COME
