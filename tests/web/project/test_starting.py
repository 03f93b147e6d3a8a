"""The start page: what awaits whoever is logged in, and nobody's names for anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.values import days
from comitia.record.kinds.organisation import RevokeAdministration
from comitia.record.kinds.register import Category, SetCategory
from comitia.record.kinds.values import Identifier
from comitia.web.acts import proposing
from comitia.web.acts.models import Joining, Proposal
from comitia.web.acts.performing import Asked
from comitia.web.deadlines.running import Kind, start_deadline
from comitia.web.notices.models import OutboxMessage, State
from comitia.web.notices.outbox import write_notices
from comitia.web.notices.values import Recipient
from comitia.web.organisation.models import Administration, Mandate
from tests.web.founded import Founded, an_organisation
from tests.web.notices.making import NOTICE
from tests.web.register.organised import appoint_second_keeper, with_keepers
from tests.web.rulebook.test_pages import announce, state_vote
from tests.web.rulebook.test_pages import world as rule_book

__all__ = ["rule_book"]

pytestmark = pytest.mark.django_db
DUE = Kind("sample.reply", "Answer the charge")


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def client_of(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def items_of(page: str) -> list[str]:
    """Return what the page says awaits somebody, links as their texts."""
    part = page.partition('<ul class="held">')[2].partition("</ul>")[0]
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<li>(.*?)</li>", part)]


def test_before_the_founding_the_page_says_so() -> None:
    page = Client().get("/").text
    assert "Nothing has been entered yet." in page
    assert "The organisation now" not in page


def test_anybody_sees_what_the_organisation_does_and_no_name(world: Founded) -> None:
    page = Client().get("/").text
    assert ">3</a>" in page
    assert "Version 1, in force from" in page
    assert not [one.name for one in world.people.values() if one.name in page]


def test_nothing_awaits_who_has_nothing_to_do(world: Founded) -> None:
    assert "Nothing awaits you now." in client_of(world, "Cat").get("/").text


def test_a_decider_is_told_of_applications_and_a_keeper_of_requests(world: Founded) -> None:
    world.apply("Eve")
    world.apply("Fay")
    client_of(world, "Ada").post("/me/correction", {"wrong": "My name"})
    assert items_of(client_of(world, "Ada").get("/").text) == [
        "2 applications wait for a decision",
        "A correction that you asked for is answered by Feb. 5, 2026",
    ]
    assert items_of(client_of(world, "Ben").get("/").text) == [
        "2 applications wait for a decision",
        "1 request for a correction waits for an answer",
        "2 letters are to be posted",
    ]
    assert items_of(client_of(world, "Cat").get("/").text) == []
    assert items_of(client_of(world, "Dan").get("/").text) == []


def test_ones_own_deadlines_and_the_end_of_a_term_are_there(world: Founded) -> None:
    Mandate.objects.filter(pk=world.holdings["committee Port"]).update(until=date(2026, 2, 1))
    begun = datetime(2026, 1, 5, 12, tzinfo=UTC)
    start_deadline(DUE, "0" * 32, begun, days(7), world.people["Cat"].pk, book=None)
    assert items_of(client_of(world, "Cat").get("/").text) == [
        "Answer the charge: by Jan. 12, 2026",
        "Committee, Port: the term ends on Feb. 1, 2026",
    ]


def test_a_source_is_asked_once_however_much_there_is(
    world: Founded, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada = client_of(world, "Ada")
    for name in ("Eve", "Fay", "Gil"):
        world.apply(name)
        ada.post("/me/correction", {"wrong": "My name"})
        with django_assert_num_queries(26):
            ada.get("/")
    with django_assert_num_queries(8):
        Client().get("/")


# --- What officers have to answer ----------------------------------------------------------------


def propose(world: Founded, act: Any, on: Identifier, by: str, person: str | None = None) -> None:  # noqa: ANN401 - any act
    about = None if person is None else world.people[person].pk
    whole = world.branches["Mill" if person else "All"]
    proposing.propose(Asked(act, on, whole, (world.people[by].pk,), about), world.now)


def told(world: Founded, name: str) -> list[str]:
    return items_of(client_of(world, name).get("/").text)


def test_what_one_keeper_proposed_waits_for_the_other() -> None:
    with with_keepers() as world:
        appoint_second_keeper(world)
        to = SetCategory(category=Category.REDUCED)
        propose(world, to, world.memberships["Max"], "Kit", "Max")
        waits = "1 proposal about a member waits for another keeper"
        assert [waits in told(world, one) for one in ("Kit", "Lea", "Cat", "Max")] == [
            *(False, True, True, False),
        ]
        assert 'href="/register/proposals"' in client_of(world, "Lea").get("/").text


def test_nobody_is_to_confirm_what_is_about_themselves() -> None:
    with with_keepers() as world:
        appoint_second_keeper(world)
        to = SetCategory(category=Category.REDUCED)
        propose(world, to, world.memberships["Kit"], "Lea", "Kit")
        assert told(world, "Kit") == []
        assert told(world, "Cat") == ["1 proposal about a member waits for another keeper"]


def test_administrators_are_told_of_what_the_other_proposed(world: Founded) -> None:
    own = Administration.objects.get(person=world.people["Cat"])
    propose(world, RevokeAdministration(last_day=world.now.date()), Identifier(own.pk), "Ada")
    waits = "1 proposal about technical rights waits for another administrator"
    assert [waits in told(world, one) for one in ("Ada", "Ben", "Cat")] == [False, False, True]


def test_who_has_joined_already_is_not_told_again(world: Founded) -> None:
    own = Administration.objects.get(person=world.people["Cat"])
    propose(world, RevokeAdministration(last_day=world.now.date()), Identifier(own.pk), "Ada")
    cat = world.people["Cat"].pk
    Joining.objects.create(proposal=Proposal.objects.get(), person=cat, at=world.now)
    assert not [one for one in told(world, "Cat") if "technical rights" in one]


def test_keepers_see_to_messages_letters_and_deadlines() -> None:
    with with_keepers() as world:
        branch = Identifier(world.branches["Mill"])
        person = world.people["Max"]
        to = [Recipient(person.pk, mail, "en", person.name) for mail in ("", "max@example.org")]
        notices = [replace(NOTICE, recipient=one, branch=branch) for one in to]
        _, mailed = write_notices(notices, world.now)
        OutboxMessage.objects.filter(pk=mailed).update(state=State.FAILED)
        start_deadline(DUE, "0" * 32, world.now, days(1), book=None, branch=branch)
        assert told(world, "Kit") == [
            "1 message has failed or come back",
            "1 letter is to be posted",
        ]
        world.later(days=3)
        assert "1 deadline in your branches is overdue" in told(world, "Lea")
        assert told(world, "Max") == []


def test_deciders_of_the_rule_book_are_told_what_can_be_decided_and_what_waits(
    rule_book: Founded,
) -> None:
    announced = announce(rule_book)
    assert told(rule_book, "Dot") == []
    rule_book.later(days=60)
    can = "A change of the rule book can be decided"
    assert [told(rule_book, one) for one in ("Ada", "Dot", "Cat")] == [[can], [can], []]
    page = state_vote(rule_book, announced)
    waits = "The adoption of a rule book waits for a second confirmation"
    assert [told(rule_book, one) for one in ("Ada", "Dot", "Cat")] == [[], [waits], []]
    assert f'href="{page}"' in client_of(rule_book, "Dot").get("/").text
