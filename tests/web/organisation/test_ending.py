"""Whoever has died or left holds nothing any more, and who holds something can give it up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from comitia.law.errors import RuleViolation
from comitia.record.entries import parse_entry
from comitia.record.kinds.organisation import EndMandate, MakeAppointment
from comitia.record.kinds.register import CorrectMembership, LeaveMembership, RecordDeath
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text
from comitia.web.acts.errors import Refusal
from comitia.web.acts.models import Entry
from comitia.web.acts.performing import Done, new_identifier
from comitia.web.notices.models import OutboxMessage
from comitia.web.organisation.models import Appointment, Mandate
from comitia.web.register.mergers import merger_of
from tests.web.folded import differences
from tests.web.founded import (
    COMMITTEE,
    FIRST,
    LAST,
    SECRETARY,
    Founded,
    an_organisation,
)

pytestmark = pytest.mark.django_db
YESTERDAY = FIRST - timedelta(days=1)
LATER = date(2026, 3, 31)


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        appoint(world, SECRETARY, "Ada", "All")
        appoint(world, SECRETARY, "Cat", "All")
        yield world


def appoint(world: Founded, organ: object, name: str, branch: str) -> Identifier:
    own = new_identifier()
    act = MakeAppointment(
        organ=organ,  # type: ignore[arg-type] # an organ
        holder=Pseudonym(world.memberships[name]),
        since=FIRST,
        until=date(2026, 6, 30),
        reason=Text("Nobody stood for election"),
    )
    world.do(act, own, "Ben", branch=branch)
    return own


def die(world: Founded, name: str, day: date = FIRST) -> Done:
    """Two keepers of the whole record it."""
    by = [one for one in ("Ada", "Cat") if one != name]
    return world.do(RecordDeath(day=day), world.memberships[name], *by, branch="All")


def leave(world: Founded, name: str, last_day: date) -> Done:
    return world.do(LeaveMembership(last_day=last_day), world.memberships[name], name)


def until(world: Founded, *holdings: str) -> list[date]:
    return [Mandate.objects.get(pk=world.holdings[one]).until for one in holdings]


def told() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(template="organisation.vacant").order_by("subject")
    return [(row.address, row.subject) for row in rows]


def test_with_a_death_everything_held_ends_at_once(world: Founded) -> None:
    done = die(world, "Ben")
    assert until(world, "secretary Mill", "committee All", "committee Mill") == [
        *(YESTERDAY, YESTERDAY, LAST),
    ]
    rows = Entry.objects.filter(hash__in=done.entries[1:])
    follow = [parse_entry(bytes(one.content)) for one in rows]
    assert [one.kind.name for one in follow] == ["mandate.end", "mandate.end"]
    assert {one.grounds.cause for one in follow} == {done.entries[0]}
    assert differences() == []


def test_who_leaves_later_holds_it_until_then(world: Founded) -> None:
    own = appoint(world, COMMITTEE, "Cat", "Port")
    done = leave(world, "Cat", LATER)
    assert len(done.entries) == 4
    assert until(world, "committee Port") == [LATER]
    assert Appointment.objects.get(pk=own).until == LATER
    assert differences() == []


def test_nothing_ends_twice_and_nothing_becomes_longer(world: Founded) -> None:
    end = EndMandate(last_day=date(2026, 2, 1))
    world.do(end, world.holdings["committee Port"], "Cat", branch="Port")
    done = leave(world, "Cat", LATER)
    assert len(done.entries) == 2  # the keeper's appointment alone
    assert until(world, "committee Port") == [date(2026, 2, 1)]


def test_what_a_leaving_ended_is_not_given_back_where_it_was_an_error(world: Founded) -> None:
    done = leave(world, "Ben", LATER)
    act = CorrectMembership(wrong=done.entries[0], was_void=True, reasons=Text("A slip"))
    done = world.do(act, world.memberships["Ben"], "Ada", "Cat", branch="All")
    assert (len(done.entries), until(world, "committee All")) == (1, [LATER])
    assert differences() == []


def test_a_correction_that_ends_a_membership_ends_what_is_held(world: Founded) -> None:
    founded = Entry.objects.get(aggregate=world.memberships["Ben"]).hash
    act = CorrectMembership(
        wrong=EntryHash(founded), was_void=True, reasons=Text("Of the same name")
    )
    world.do(act, world.memberships["Ben"], "Ada", "Cat", branch="All")
    assert until(world, "secretary Mill", "committee All") == [YESTERDAY, YESTERDAY]


def test_whoever_is_dead_decides_nothing(world: Founded) -> None:
    die(world, "Ben")
    with pytest.raises(RuleViolation) as refused:
        appoint(world, COMMITTEE, "Cat", "Port")
    assert refused.value.code == Refusal.NOT_ALLOWED


def test_what_was_held_in_a_closed_branch_does_not_stand_in_the_way(world: Founded) -> None:
    port = world.branches["Port"]
    merger = merger_of(port, world.branches["Mill"], world.now.date())
    world.do(merger, port, "Ben", branch="All")
    world.later(days=2)
    done = leave(world, "Cat", LATER)
    assert until(world, "committee Port") == [LATER]
    ended = Entry.objects.get(hash__in=done.entries, kind="mandate.end")
    assert ended.branch == ""
    assert differences() == []


# --- Resigning ------------------------------------------------------------------------------------


def client_of(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def test_who_holds_a_seat_gives_it_up(world: Founded) -> None:
    client, address = client_of(world, "Cat"), held(world, "committee Port")
    assert f'href="{address}resign"' in client.get(address).text
    assert f'href="{address}resign"' in client.get("/me").text
    fields = {"last_day": "2026-02-01"}
    assert "2026" in client.post(f"{address}resign", fields).text
    assert until(world, "committee Port") == [LAST]
    answer = client.post(f"{address}resign", {**fields, "confirmed": "yes"})
    assert (answer.status_code, until(world, "committee Port")) == (302, [date(2026, 2, 1)])
    world.later(days=60)
    assert client.get(f"{address}resign").status_code == 403
    assert f'href="{address}resign"' not in client.get(address).text


def held(world: Founded, what: str) -> str:
    return f"/organisation/held/{world.holdings[what]}/"


def test_nobody_gives_up_what_is_somebody_elses(world: Founded) -> None:
    address = held(world, "committee Port")
    for name in ("Ada", "Ben"):
        client = client_of(world, name)
        assert client.get(f"{address}resign").status_code == 403
        assert f'href="{address}resign"' not in client.get(address).text
    with pytest.raises(RuleViolation) as refused:
        world.do(EndMandate(last_day=LATER), world.holdings["committee Port"], "Ben", branch="All")
    assert refused.value.code == Refusal.NOT_ALLOWED


def test_nobody_gives_it_up_in_the_past(world: Founded) -> None:
    answer = client_of(world, "Cat").post(
        f"{held(world, 'committee Port')}resign", {"last_day": "2026-01-01", "confirmed": "yes"}
    )
    assert "An office cannot end in the past" in answer.text
    assert until(world, "committee Port") == [LAST]


def test_the_executive_above_is_told_of_a_vacancy(world: Founded) -> None:
    world.do(EndMandate(last_day=LATER), world.holdings["committee Port"], "Cat", branch="Port")
    assert told() == [("ben@example.org", "A seat falls vacant: committee, Port")]


def test_nobody_is_told_of_the_own_death(world: Founded) -> None:
    """Ben leads the whole alone: nobody is left to be told of that seat, or of the other one."""
    die(world, "Ben")
    assert told() == []


def test_an_executive_that_ends_an_appointment_is_not_told_of_it(world: Founded) -> None:
    own = appoint(world, COMMITTEE, "Cat", "Port")
    client = client_of(world, "Ben")
    client.post(f"/organisation/held/{own}/end", {"last_day": "2026-02-01", "confirmed": "yes"})
    assert Appointment.objects.get(pk=own).until == date(2026, 2, 1)
    assert told() == []
