from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from comitia.law.permissions import Act
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.interface.models import ApiToken
from comitia.web.interface.scopes import Area, Scope
from comitia.web.interface.tokens import MOST_TOKENS
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import Program, word_of

pytestmark = pytest.mark.django_db
ASKED: dict[str, Any] = {
    "name": "Nightly export",
    "reads": ["register"],
    "acts": ["membership.admit"],
    "branch": "",
    "last_day": "2026-03-01",
}


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def logged_in(world: Founded, name: str, *, fresh: bool = True) -> Client:
    Person.objects.filter(pk=world.people[name].pk).update(claimed_at=clock.now())
    client = Client()
    client.force_login(world.people[name])
    if fresh:
        session = client.session
        session["confirmed_at"] = clock.now().isoformat()
        session.save()
    return client


def test_a_token_is_made_shown_once_and_works(world: Founded) -> None:
    client = logged_in(world, "Ada")
    made = client.post("/security/tokens/new", {**ASKED, "branch": world.branches["Mill"]})
    word = re.findall(r"comitia_[\w-]{43}", made.text)[0]
    assert "no-store" in made.headers["Cache-Control"]
    row = ApiToken.objects.get()
    assert (row.person, row.name) == (world.people["Ada"], "Nightly export")
    only = frozenset({Act.MEMBERSHIP_ADMIT})
    assert row.reach == Scope(frozenset({Area.REGISTER}), only, world.branches["Mill"])
    Program(word).get("memberships")
    shown = client.get("/security/tokens").text
    assert word not in shown
    assert "Mill and below" in shown
    assert "Nightly export" in shown


def test_who_has_not_proved_it_lately_makes_none(world: Founded) -> None:
    client = logged_in(world, "Ada", fresh=False)
    assert client.post("/security/tokens/new", ASKED).status_code == 302
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"reads": ["everything"]},
        {"acts": ["organisation.found"]},
        {"branch": "f" * 32},
        {"last_day": "2026-01-04"},
        {"last_day": "2027-01-07"},
        {"last_day": "x"},
    ],
)
def test_what_there_cannot_be_is_not_made(world: Founded, changed: dict[str, Any]) -> None:
    page = logged_in(world, "Ada").post("/security/tokens/new", {**ASKED, **changed})
    assert "Error" in page.text
    assert ApiToken.objects.count() == 0


def test_one_has_only_so_many(world: Founded) -> None:
    for _ in range(MOST_TOKENS):
        word_of(world, "Ada")
    page = logged_in(world, "Ada").post("/security/tokens/new", ASKED)
    assert "End one first" in page.text
    assert ApiToken.objects.count() == MOST_TOKENS


def test_a_token_is_ended_by_whose_it_is(world: Founded) -> None:
    ada = Program(word_of(world, "Ada"))
    token = ApiToken.objects.get()
    address = f"/security/tokens/{token.pk}/end"
    assert logged_in(world, "Ben").post(address).status_code == 404
    ada.get("branches")
    client = logged_in(world, "Ada", fresh=False)
    assert "The token was ended" in client.post(address, follow=True).text
    ada.get("branches", 401)


def test_pages_are_for_those_who_are_logged_in(world: Founded) -> None:
    assert world.now == clock.now()
    for path in ("", "/new", "/1/end"):
        answer = Client().post(f"/security/tokens{path}")
        assert answer.headers["Location"].startswith("/login")
