"""Every address of the application, asked by every kind of person."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from comitia.record.kinds.organisation import EndAppointment, MakeAppointment
from comitia.record.kinds.values import Pseudonym, Text
from comitia.web.acts import clock
from comitia.web.acts.performing import new_identifier
from tests.web.founded import COMMITTEE, Founded, write_document

pytestmark = pytest.mark.django_db


def patterns() -> dict[str, URLPattern]:
    """Return every address that the application answers, by its name or what it is made of."""
    return {str(one.name or one.pattern): one for one in _within(get_resolver(URLS).url_patterns)}


URLS: Final = "comitia.web.project.urls"


def _within(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from _within(one.url_patterns)
        else:
            yield one


@pytest.fixture
def world() -> Iterator[Founded]:
    world = Founded()
    with clock.showing(lambda: world.now):
        write_document(world)
        for name in ("Mia Plain", "Tom Tech", "Old Hand"):
            world.list_member(name, "Mill")
        world.list_administrator("Tom", "All")
        world.found()
        world.apply("Eve")
        world.holdings["former"] = own = new_identifier()
        act = MakeAppointment(
            organ=COMMITTEE,
            holder=Pseudonym(world.memberships["Old"]),
            since=date(2026, 1, 5),
            until=date(2026, 3, 1),
            reason=Text("Ada is ill."),
        )
        world.do(act, own, "Ada")
        world.do(EndAppointment(last_day=date(2026, 1, 5)), own, "Ada")
        world.later(days=2)
        world.holdings["appointment"] = new_identifier()
        day = world.now.date()
        cover = dataclasses.replace(act, holder=Pseudonym(world.memberships["Mia"]), since=day)
        world.do(cover, world.holdings["appointment"], "Ada")
        yield world


ACTORS: Final[dict[str, str]] = {
    "anonymous": "",
    "applicant": "Eve",
    "expelled": "Dan",
    "member": "Mia",
    "officer": "Ada",  # of the committee of Mill
    "officer elsewhere": "Cat",  # of that of Port
    "officer above": "Ben",  # of that of the whole
    "administrator": "Tom",
    "former officer": "Old",
}
"""Who asks, and who that is in the tests' organisation; what is asked for is of the branch Mill."""


def answers(world: Founded, name: str) -> dict[str, int]:
    """Return the status that each gets; 302 is the way to the login page, or on from there."""
    made = ARGUMENTS[name](world) if name in ARGUMENTS else {}
    address = reverse(name, kwargs=made, urlconf=URLS)
    found = {}
    for actor, who in ACTORS.items():
        client = Client()
        if who:
            client.force_login(world.people[who])
        found[actor] = client.get(address).status_code
    return found


ARGUMENTS: Final[dict[str, Callable[[Founded], dict[str, str | int]]]] = {
    "branch": lambda world: {"identifier": world.branches["Mill"]},
    "branch-history": lambda world: {"identifier": world.branches["Mill"]},
    "branch-act": lambda world: {"identifier": world.branches["Mill"], "key": "rename"},
    "holding": lambda world: {"identifier": world.holdings["committee Mill"]},
    "end-appointment": lambda world: {"identifier": world.holdings["appointment"]},
    "calendar": lambda _: {"token": "nobody-s"},
    "published": lambda _: {"path": "checkpoint"},
    "openid_connect_login": lambda _: {"provider_id": "none"},
    "openid_connect_callback": lambda _: {"provider_id": "none"},
    "stop_recovery": lambda _: {"word": "none"},
    "mfa_edit_webauthn": lambda _: {"pk": 1},
    "mfa_remove_webauthn": lambda _: {"pk": 1},
}


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ACTORS, status)


def logged_in(status: int = 200, anonymous: int = 302) -> dict[str, int]:
    """Return what an address answers that asks everybody else to log in."""
    return {**everybody(status), "anonymous": anonymous}


def only(*actors: str) -> dict[str, int]:
    """Return what an address answers that is for some alone."""
    return {**logged_in(403), **dict.fromkeys(actors, 200)}


EXPECTED: Final[dict[str, dict[str, int]]] = {
    "home": everybody(200),
    "health": everybody(200),
    "language": everybody(302),
    "organisation": everybody(200),
    "branch": everybody(200),
    "branch-history": logged_in(),
    "branch-act": only("officer", "officer above"),
    "holding": logged_in(),
    "end-appointment": only("officer", "officer above"),
    "calendar": everybody(404),  # who has no token has no calendar
    "record": everybody(200),
    "record_key": everybody(200),
    "record_trust": everybody(404),  # nothing was published
    "record_cosignatures": everybody(405),
    "published": everybody(404),  # the same
    "account_login": logged_in(302, anonymous=200),
    "login_code": everybody(302),  # to what comes first
    "mfa_authenticate": everybody(302),
    "mfa_login_webauthn": everybody(302),
    "openid_connect_login": everybody(404),  # there is no other login
    "openid_connect_callback": everybody(404),
    "socialaccount_login_cancelled": everybody(200),
    "account_logout": everybody(405),
    "claim": everybody(200),
    "install": everybody(200),
    "found": everybody(302),  # founded already
    "stop_recovery": everybody(200),
    "mfa_index": logged_in(),
    "confirm": logged_in(),
    "mfa_reauthenticate": everybody(302),  # to a fresh login, as all below that change one
    "mfa_reauthenticate_webauthn": everybody(302),
    "address": everybody(302),
    "address_code": everybody(302),
    "end_sessions": logged_in(405),
    "untie_other_login": everybody(302),
    "mfa_add_webauthn": everybody(302),
    "mfa_edit_webauthn": everybody(302),
    "mfa_remove_webauthn": everybody(302),
    "mfa_activate_totp": everybody(302),
    "mfa_deactivate_totp": everybody(302),
    "mfa_view_recovery_codes": everybody(302),
    "mfa_generate_recovery_codes": everybody(302),
}
"""What each address answers to each; whoever adds an address says so here."""


def test_of_every_address_it_is_stated_who_may_ask() -> None:
    assert set(patterns()) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_address_answers_each_as_stated(name: str, world: Founded) -> None:
    assert answers(world, name) == EXPECTED[name]
