"""Technical rights are given and taken by two administrators, never by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from comitia.web.acts.models import Proposal
from comitia.web.organisation.models import Administration
from tests.web.founded import Founded, an_organisation
from tests.web.organisation.administered import administered_by_three

pytestmark = pytest.mark.django_db
PAGE = "/organisation/administrators/"
BEN = {"who": "ben hill", "email": "ben@example.org", "until": "2026-12-31"}


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def client_of(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def test_only_administrators_come_here(world: Founded) -> None:
    for address in ("", "grant", f"{world.holdings['administrator Ada']}/revoke"):
        assert client_of(world, "Ben").get(PAGE + address).status_code == 403
        assert Client().get(PAGE + address).status_code == 302
        assert client_of(world, "Ada").get(PAGE + address).status_code == 200
    assert PAGE in client_of(world, "Ada").get("/organisation/").text
    assert PAGE not in client_of(world, "Ben").get("/organisation/").text


def test_one_proposes_and_another_confirms(world: Founded) -> None:
    ada, cat = client_of(world, "Ada"), client_of(world, "Cat")
    assert ada.post(f"{PAGE}grant", BEN).status_code == 302
    answer = f"{PAGE}{Proposal.objects.get().pk}/answer"
    assert "Ben Hill is to have technical rights up to" in cat.get(PAGE).text
    assert "Another administrator must confirm it." in ada.get(PAGE).text
    assert 'class="error"' in ada.post(answer, follow=True).text
    assert client_of(world, "Ben").post(answer).status_code == 403
    assert Administration.objects.count() == 2
    assert 'class="success"' in cat.post(answer, follow=True).text
    given = Administration.objects.get(person=world.people["Ben"])
    assert given.until == date(2026, 12, 31)
    assert client_of(world, "Ben").get(PAGE).status_code == 200
    assert cat.post(f"{PAGE}{given.pk}/revoke", {"last_day": "2026-01-05"}).status_code == 302
    row = Proposal.objects.get(kind="administrator.revoke")
    assert "Ben Hill is to have technical rights no longer than" in ada.get(PAGE).text
    ada.post(f"{PAGE}{row.pk}/answer")
    given.refresh_from_db()
    assert given.until == date(2026, 1, 5)
    world.later(days=1)
    assert client_of(world, "Ben").get(PAGE).status_code == 403


def test_a_proposal_is_taken_back_by_whose_it_is(world: Founded) -> None:
    ada, cat = client_of(world, "Ada"), client_of(world, "Cat")
    ada.post(f"{PAGE}grant", BEN)
    answer = f"{PAGE}{Proposal.objects.get().pk}/answer"
    assert 'class="error"' in cat.post(answer, {"withdraw": "1"}, follow=True).text
    assert 'class="success"' in ada.post(answer, {"withdraw": "1"}, follow=True).text
    assert "Proposed" not in ada.get(PAGE).text
    cat.post(answer)
    assert Administration.objects.count() == 2


def test_a_proposal_is_rejected_by_another(world: Founded) -> None:
    ada, cat = client_of(world, "Ada"), client_of(world, "Cat")
    ada.post(f"{PAGE}grant", BEN)
    answer = f"{PAGE}{Proposal.objects.get().pk}/answer"
    assert "The proposal is rejected." in cat.post(answer, {"reject": "1"}, follow=True).text
    assert Proposal.objects.get().ended_by == world.people["Cat"].pk
    assert "Proposed" not in ada.get(PAGE).text


def test_where_it_takes_three_the_second_joins() -> None:
    with administered_by_three() as world:
        ada, ben, cat = (client_of(world, name) for name in ("Ada", "Ben", "Cat"))
        ada.post(f"{PAGE}{world.holdings['administrator Dan']}/revoke", {"last_day": "2026-01-31"})
        answer = f"{PAGE}{Proposal.objects.get().pk}/answer"
        joined = ben.post(answer, follow=True).text
        assert joined.count("You have joined. It takes still more of you.") == 2
        assert 'class="error"' in ben.post(answer, follow=True).text
        assert "Done." in cat.post(answer, follow=True).text


def test_the_same_is_not_proposed_twice(world: Founded) -> None:
    address = f"{PAGE}{world.holdings['administrator Cat']}/revoke"
    ada = client_of(world, "Ada")
    assert ada.post(address, {"last_day": "2026-02-01"}).status_code == 302
    again = ada.post(address, {"last_day": "2026-02-01"})
    assert (again.status_code, 'class="summary"' in again.text) == (200, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"who": "Nobody Here"},
        {"email": "ada@example.org"},
        {"email": "no address"},
        {"who": "\x00"},
        {"who": "x" * 5000},
        {"until": "yesterday"},
        {"until": ""},
    ],
)
def test_who_is_not_known_so_is_not_proposed(world: Founded, fields: dict[str, str]) -> None:
    answer = client_of(world, "Ada").post(f"{PAGE}grant", {**BEN, **fields})
    assert (answer.status_code, 'class="summary"' in answer.text) == (200, True)
    assert not Proposal.objects.exists()


def test_nothing_else_is_answered_here(world: Founded) -> None:
    ada = client_of(world, "Ada")
    assert ada.post(f"{PAGE}{'0' * 32}/answer").status_code == 404
    assert ada.get(f"{PAGE}{'0' * 32}/revoke").status_code == 404


def test_nobody_finds_out_by_trying_who_is_known(world: Founded) -> None:
    ada = client_of(world, "Ada")
    tries = [{**BEN, "who": "Nobody Here"} for _ in range(10)]
    statuses = [ada.post(f"{PAGE}grant", one).status_code for one in [*tries, BEN]]
    assert statuses == [200] * 10 + [429]
    assert not Proposal.objects.exists()
    assert client_of(world, "Cat").post(f"{PAGE}grant", BEN).status_code == 302


@pytest.mark.parametrize("reader", ["Ben", "Cat"])
def test_no_history_names_an_administrator(world: Founded, reader: str) -> None:
    """Ada signed the founding as one, and holds an office of Mill by another entry."""
    page = (
        client_of(world, reader)
        .get(f"/organisation/branches/{world.branches['Port']}/history")
        .text
    )
    assert "administrator, All" in page
    assert "Ada Lowe" not in page
