"""Members are told of the rule book: each once, a few at a time, and whatever happens meanwhile."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.record.kinds.register import LeaveMembership
from comitia.record.kinds.values import EntryHash
from comitia.web.accounts.models import Person
from comitia.web.acts import founded
from comitia.web.notices.bounces import bury
from comitia.web.notices.models import OutboxMessage
from comitia.web.organisation.models import Mandate
from comitia.web.project import wiring
from comitia.web.rulebook import notifying
from comitia.web.rulebook.models import Announcement, Telling
from comitia.web.rulebook.notifying import Told, tell_members, will_be_told
from tests.web.founded import Founded
from tests.web.rulebook.test_pages import announce, client_of, entered, page_of, state_vote
from tests.web.rulebook.test_pages import world as rule_book

pytestmark = pytest.mark.django_db
__all__ = ["rule_book"]


@pytest.fixture
def world(rule_book: Founded) -> Founded:
    """Everybody has taken over their account: four members, and Dan, who was expelled."""
    Person.objects.update(claimed_at=rule_book.now)
    return rule_book


def withdraw(world: Founded, announced: Announcement) -> None:
    client_of(world, "Dot").post(f"{page_of(announced)}/withdraw")


def told(template: str) -> list[str]:
    """Return who was told, by name, in the order of writing."""
    names = dict(Person.objects.values_list("pk", "name"))
    rows = OutboxMessage.objects.filter(template=template).order_by("person")
    return [names[row.person] for row in rows if row.person is not None]


def everybody() -> list[str]:
    """Return the members, in the order in which they are told."""
    rows = Person.objects.exclude(name="Dan Reed").order_by("pk")
    return [one.name for one in rows]


def test_an_announcement_is_told_to_everybody_once_a_few_at_a_time(world: Founded) -> None:
    announce(world)
    assert told("rulebook.announced") == []  # the act itself writes no message
    assert [tell_members(world.now, 3) for _ in range(4)] == [3, 1, 0, 0]
    assert told("rulebook.announced") == everybody()
    assert Telling.objects.get().ended_at == world.now


def test_the_message_says_what_is_proposed_and_where_it_is_read(world: Founded) -> None:
    announced = announce(world)
    tell_members(world.now, 1)
    row = OutboxMessage.objects.get()
    assert row.subject == "A change of the rule book is announced"
    assert "On 5 January 2026 a change of the rule book was announced." in row.body
    assert "in force from 1 February 2026" in row.body
    assert f"http://localhost{page_of(announced)}" in row.body
    assert (row.branch, row.firm) == ("", False)
    held = Mandate.objects.get(person=world.people["Ada"], organ_name="general-meeting")
    assert row.done_by == held.pk


def _no_room(*_: object) -> None:
    raise OSError("no room")


def test_who_dies_in_the_midst_of_it_has_told_nobody_twice(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(world)
    tell_members(world.now, 2)
    with monkeypatch.context() as patched:
        patched.setattr(notifying, "_end", _no_room)  # after the messages were written
        with pytest.raises(OSError, match="no room"):
            tell_members(world.now, 10)
    assert told("rulebook.announced") == everybody()[:2]
    assert tell_members(world.now, 10) == 2
    assert told("rulebook.announced") == everybody()


def test_an_act_that_comes_to_nothing_is_told_to_nobody(world: Founded) -> None:
    with transaction.atomic():
        announce(world)
        transaction.set_rollback(True)
    assert (tell_members(world.now, 10), Telling.objects.count()) == (0, 0)


def test_told_is_who_is_a_member_and_may_log_in(world: Founded) -> None:
    Person.objects.filter(name="Cat Moss").update(claimed_at=None)
    world.apply("Eve")
    Person.objects.filter(name__startswith="Eve").update(claimed_at=world.now)
    own = world.memberships["Ben"]
    world.do(LeaveMembership(last_day=date(2026, 3, 31)), own, "Ben", person="Ben")
    announce(world)
    assert will_be_told(world.now) == Told(3, 0)
    world.later(days=100)
    assert will_be_told(world.now) == Told(2, 0)
    tell_members(world.now, 10)
    assert sorted(told("rulebook.announced")) == ["Ada Lowe", "Dot Reed"]


def test_of_what_is_taken_back_those_are_told_who_knew_of_it(world: Founded) -> None:
    announced = announce(world)
    tell_members(world.now, 2)
    withdraw(world, announced)
    assert [tell_members(world.now, 10) for _ in range(2)] == [2, 0]
    assert told("rulebook.withdrawn") == told("rulebook.announced") == everybody()[:2]
    row = OutboxMessage.objects.filter(template="rulebook.withdrawn")[0]
    assert "that was announced on 5 January 2026 was taken back" in row.body
    assert f"http://localhost{page_of(announced)}" in row.body


def test_what_is_taken_back_before_anybody_was_told_is_told_to_nobody(world: Founded) -> None:
    withdraw(world, announce(world))
    assert (tell_members(world.now, 10), OutboxMessage.objects.count()) == (0, 0)


def test_what_is_taken_back_when_all_were_told_is_told_to_all(world: Founded) -> None:
    announced = announce(world)
    tell_members(world.now, 10)
    withdraw(world, announced)
    tell_members(world.now, 10)
    assert told("rulebook.withdrawn") == everybody()


def test_an_adoption_is_told_and_the_founding_is_not(world: Founded) -> None:
    assert Telling.objects.count() == 0
    announced = announce(world, first_day="2026-06-01")
    tell_members(world.now, 10)
    world.later(days=60)
    client_of(world, "Dot").post(state_vote(world, announced))
    assert tell_members(world.now, 10) == 4
    assert told("rulebook.adopted") == everybody()
    body = OutboxMessage.objects.filter(template="rulebook.adopted")[0].body
    assert "Version 2 of the rule book was adopted. It is in force from 1 June 2026." in body
    assert "http://localhost/rulebook/versions/2" in body


def test_a_turn_of_the_ticker_tells_fewer_than_are_sent(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wiring._PEOPLE_A_TURN < wiring._MESSAGES_A_TURN
    monkeypatch.setattr(wiring, "_PEOPLE_A_TURN", 3)
    (job,) = [one for one in wiring.JOBS if one.name == "members"]
    announce(world)
    job.run(world.now)
    assert told("rulebook.announced") == everybody()[:3]


def test_before_the_act_one_sees_how_many_are_told_and_how_many_by_letter(world: Founded) -> None:
    Person.objects.filter(name="Dot Reed").update(email="")
    assert will_be_told(world.now) == Told(4, 1)
    announced = EntryHash(announce(world).pk)
    assert will_be_told(world.now, announced) == Told(0, 0)
    tell_members(world.now, 2)
    assert will_be_told(world.now, announced).people == 2
    mailed = OutboxMessage.objects.exclude(address="")[0]
    bury(mailed, world.now)
    assert will_be_told(world.now) == Told(4, 2)


def test_the_pages_say_how_many(world: Founded) -> None:
    said = "4 members who may log in will be told."
    changed = entered(world, **{"member-minimum_age": "16"})
    assert said in client_of(world, "Ada").post("/rulebook/change", changed).text
    announced = announce(world, first_day="2026-06-01")
    page = client_of(world, "Ada").get(page_of(announced)).text
    assert "0 members who may log in will be told." in page
    assert "will be told" not in Client().get(page_of(announced)).text
    tell_members(world.now, 10)
    assert said in client_of(world, "Ada").get(page_of(announced)).text
    world.later(days=60)
    assert said in client_of(world, "Dot").get(state_vote(world, announced)).text


def test_a_turn_takes_as_many_queries_for_one_as_for_three(
    world: Founded,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce(world)
    monkeypatch.setattr(founded, "_kept", [founded.founded()])  # as outside of the tests' own
    for most in (1, 2):
        with django_assert_num_queries(9):
            tell_members(world.now, most)
