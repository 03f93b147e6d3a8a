"""Acts that take two: nobody does one alone, however many offices they hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest

from comitia.law.errors import RuleViolation
from comitia.record.kinds.register import CorrectMembership, LeaveMembership, RecordDeath
from comitia.record.kinds.values import EntryHash, Identifier, Text
from comitia.web.acts import proposing
from comitia.web.acts.models import Aggregate, Entry, Proposal
from comitia.web.acts.performing import Asked, Done, perform
from comitia.web.acts.proposing import (
    LAPSES_AFTER,
    act_of,
    confirm,
    erase_person,
    foresee,
    open_proposals,
    propose,
    purge_proposals,
    reject,
    withdraw,
)
from comitia.web.register.models import Membership
from tests.web.founded import Founded
from tests.web.register.organised import with_keepers

pytestmark = pytest.mark.django_db
DEATH = RecordDeath(day=date(2026, 1, 6))


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def last(own: Identifier) -> EntryHash:
    return EntryHash(Aggregate.objects.get(pk=own).last)


def proposed(world: Founded, act: object = DEATH, by: str = "Kit", about: str = "Max") -> Proposal:
    world.later(days=2)
    own = world.memberships[about]
    mill, person = world.branches["Mill"], world.people[about].pk
    return propose(Asked(act, own, mill, (world.people[by].pk,), person, last(own)), world.now)


def foreseen(world: Founded, row: Proposal) -> Done:
    done = foresee(row, world.people["Lea"].pk, world.now)
    assert done is not None
    return done


def refused(error: pytest.ExceptionInfo[RuleViolation]) -> str:
    return error.value.code


def test_the_second_does_exactly_what_the_first_proposed(world: Founded) -> None:
    row = proposed(world)
    assert act_of(row) == DEATH
    assert Membership.objects.get(pk=world.memberships["Max"]).standing == "member"
    assert len(foreseen(world, row).entries) == 1
    assert Membership.objects.get(pk=world.memberships["Max"]).standing == "member"
    done = confirm(row.pk, world.people["Lea"].pk, world.now)
    assert done is not None
    assert Membership.objects.get(pk=world.memberships["Max"]).standing == "deceased"
    content = bytes(Entry.objects.get(hash=done.entries[0]).content)
    assert content.count(b'"mandate"') == 2
    row.refresh_from_db()
    ended = (row.act, row.ended_at, row.ended_by, row.entry)
    assert ended == ("", world.now, world.people["Lea"].pk, done.entries[0])


@pytest.mark.parametrize(
    "act",
    [
        DEATH,
        LeaveMembership(last_day=date(2026, 1, 31)),
        CorrectMembership(
            wrong=EntryHash("0" * 64), was_void=False, since=date(2026, 1, 1), reasons=Text("a\nb")
        ),
    ],
)
def test_an_act_comes_back_as_it_was_proposed(world: Founded, act: object) -> None:
    assert act_of(proposed(world, act)) == act


def test_nobody_confirms_what_they_proposed(world: Founded) -> None:
    row = proposed(world)
    with pytest.raises(RuleViolation) as error:
        confirm(row.pk, world.people["Kit"].pk, world.now)
    assert refused(error) == "proposal.own"


def test_two_offices_of_one_person_are_one_person() -> None:
    """Kit keeps the register of Mill and that above it, and is no two people for it."""
    with with_keepers(above="Kit") as world:
        row = proposed(world)
        kit = world.people["Kit"].pk
        with pytest.raises(RuleViolation) as error:
            confirm(row.pk, kit, world.now)
        assert refused(error) == "proposal.own"
        own = Identifier(row.aggregate)
        for by in ((kit,), (kit, kit)):
            with pytest.raises(RuleViolation) as error:
                perform(Asked(DEATH, own, world.branches["Mill"], by, world.people["Max"].pk))
            assert refused(error) == "act.not_allowed"


@pytest.mark.parametrize("name", ["Ada", "Max", "Dan"])
def test_who_has_no_right_neither_proposes_nor_confirms(world: Founded, name: str) -> None:
    with pytest.raises(RuleViolation) as error:
        proposed(world, by=name, about="Ben")
    assert refused(error) == "act.not_allowed"
    row = proposed(world, about="Ben")
    with pytest.raises(RuleViolation) as error:
        confirm(row.pk, world.people[name].pk, world.now)
    assert refused(error) == "act.not_allowed"
    assert list(open_proposals(world.now)) == [row]


def test_nobody_proposes_on_themselves_as_keeper(world: Founded) -> None:
    with pytest.raises(RuleViolation) as error:
        proposed(world, by="Kit", about="Kit")
    assert refused(error) == "act.not_allowed"


def test_the_same_is_not_proposed_twice(world: Founded) -> None:
    proposed(world)
    with pytest.raises(RuleViolation) as error:
        proposed(world, by="Lea")
    assert refused(error) == "proposal.open"


def test_nobody_keeps_others_from_proposing_something_else(world: Founded) -> None:
    other = RecordDeath(day=date(2026, 1, 7))
    first = proposed(world)
    with pytest.raises(RuleViolation) as error:
        proposed(world, other)
    assert refused(error) == "proposal.open"
    second = proposed(world, other, by="Lea")
    assert list(open_proposals(world.now)) == [first, second]


def test_nobody_has_more_proposals_open_than_others_could_look_at(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "MOST_OPEN", 1)
    row = proposed(world)
    with pytest.raises(RuleViolation) as error:
        proposed(world, about="Ben")
    assert refused(error) == "proposal.many"
    withdraw(row.pk, world.people["Kit"].pk, world.now)
    proposed(world, about="Ben")


def test_everybody_with_the_right_rejects_and_that_is_kept(world: Founded) -> None:
    row = proposed(world)
    for name, code in (("Kit", "proposal.own"), ("Max", "act.not_allowed")):
        with pytest.raises(RuleViolation) as error:
            reject(row.pk, world.people[name].pk, world.now)
        assert refused(error) == code
    reject(row.pk, world.people["Lea"].pk, world.now)
    row.refresh_from_db()
    assert (row.act, row.ended_by, row.entry) == ("", world.people["Lea"].pk, "")
    with pytest.raises(RuleViolation) as error:
        confirm(row.pk, world.people["Lea"].pk, world.now)
    assert refused(error) == "proposal.over"
    assert Membership.objects.get(pk=world.memberships["Max"]).standing == "member"


def test_what_has_changed_since_is_not_confirmed(world: Founded) -> None:
    row = proposed(world)
    own = world.memberships["Max"]
    world.do(LeaveMembership(last_day=date(2026, 1, 31)), own, "Max", person="Max")
    with pytest.raises(RuleViolation) as error:
        confirm(row.pk, world.people["Lea"].pk, world.now)
    assert refused(error) == "act.overtaken"
    row.refresh_from_db()
    assert row.ended_at is None


def test_only_the_proposer_withdraws_and_then_it_is_over(world: Founded) -> None:
    row = proposed(world)
    with pytest.raises(RuleViolation) as error:
        withdraw(row.pk, world.people["Lea"].pk, world.now)
    assert refused(error) == "proposal.own"
    withdraw(row.pk, world.people["Kit"].pk, world.now)
    for again in (withdraw, confirm):
        with pytest.raises(RuleViolation) as error:
            again(row.pk, world.people["Kit"].pk, world.now)
        assert refused(error) == "proposal.over"
    row.refresh_from_db()
    with pytest.raises(RuleViolation) as error:
        act_of(row)
    assert refused(error) == "proposal.over"
    assert list(open_proposals(world.now)) == []


def test_a_proposal_lapses_and_what_it_said_is_blanked(world: Founded) -> None:
    row = proposed(world)
    assert purge_proposals(world.now) == 0
    world.now += LAPSES_AFTER
    with pytest.raises(RuleViolation) as error:
        confirm(row.pk, world.people["Lea"].pk, world.now)
    assert refused(error) == "proposal.over"
    assert (purge_proposals(world.now), purge_proposals(world.now)) == (1, 0)
    assert list(open_proposals(world.now)) == []


def test_there_is_nothing_to_confirm_where_nothing_was_proposed(world: Founded) -> None:
    with pytest.raises(RuleViolation) as error:
        confirm("0" * 32, uuid4(), world.now)
    assert refused(error) == "act.not_there"


def test_who_is_erased_is_in_no_proposal(world: Founded) -> None:
    proposed(world)
    erase_person(world.people["Max"].pk)
    assert Proposal.objects.count() == 0
