"""The start page: what awaits whoever is logged in, and nobody's names for anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.values import days
from comitia.web.deadlines.running import Kind, start_deadline
from comitia.web.organisation.models import Mandate
from tests.web.founded import Founded, an_organisation

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
        with django_assert_num_queries(21):
            ada.get("/")
    with django_assert_num_queries(8):
        Client().get("/")
