"""Every address of the application, asked by every kind of person.

Pages are asked as a browser asks, calls of the programming interface with a token of that person
that was made for everything. What is asked for is of the branch Mill; whoever asks is not who it is
about. Which acts are whose is ``tests/web/acts/test_rights.py``'s.
"""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from comitia.law.permissions import Act
from comitia.law.values import Organ, OrganKind, days
from comitia.record.kinds import KINDS
from comitia.record.kinds.organisation import EndAppointment, GrantAdministration, MakeAppointment
from comitia.record.kinds.register import RecordDeath
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook
from comitia.record.kinds.values import Pseudonym, Text, Values
from comitia.record.tiles import handover_path
from comitia.web.accounts.models import Context
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock
from comitia.web.acts.models import Aggregate, Proposal
from comitia.web.acts.performing import Asked, new_identifier
from comitia.web.acts.proposing import propose
from comitia.web.deadlines.models import Deadline
from comitia.web.deadlines.running import Kind, start_deadline
from comitia.web.interface.models import ApiToken
from comitia.web.notices.models import OutboxMessage
from comitia.web.notices.outbox import write_notices
from comitia.web.notices.values import Recipient
from comitia.web.publicrecord.sequencing import sequence
from comitia.web.register.correcting import ask_for_correction
from comitia.web.register.models import Membership
from comitia.web.register.own_models import CorrectionRequest
from comitia.web.rulebook.models import Announcement, Version
from tests.web.founded import COMMITTEE, SECRETARY, Founded, write_document
from tests.web.interface.calls import word_of
from tests.web.notices.making import NOTICE

pytestmark = pytest.mark.django_db

URLS: Final = "comitia.web.project.urls"
API: Final = "api:"
NO_CALL: Final = "^api/"
MEETING: Final = Organ(OrganKind.BODY, "general-meeting")


def patterns() -> dict[str, URLPattern]:
    """Return every address that the application answers: pages by name, calls by their path."""
    return dict(_within(get_resolver(URLS).url_patterns, ""))


def _within(found: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from _within(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        elif space == API:
            yield f"{API}{one.pattern}", one
        else:
            yield space + str(one.name or one.pattern), one


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[Founded]:
    settings.DATA = tmp_path
    world = Founded()
    with clock.showing(lambda: world.now):
        write_document(world)
        for name in ("Mia Plain", "Bea Plain", "Sub Deputy", "Old Hand", "Tom Tech", "Oda Mill"):
            world.list_member(name, "Mill", email=f"{name[:3].lower()}@example.org")
        for name in ("Pam Port", "Lou Port", "Una All", "Uwe All", "Ray All"):
            world.list_member(name, "Port")
        world.list_mandate(COMMITTEE, "Oda", "Mill")
        world.list_mandate(COMMITTEE, "Pam", "Port")
        world.list_mandate(COMMITTEE, "Una", "All")
        world.list_mandate(MEETING, "Una", "All")
        world.list_mandate(MEETING, "Uwe", "All")
        world.list_member("Kit Mill", "Mill")
        world.list_mandate(SECRETARY, "Kit", "Mill")
        world.list_mandate(SECRETARY, "Lou", "Port")
        world.list_mandate(SECRETARY, "Ray", "All")
        world.list_administrator("Tom", "All")
        world.found()
        world.apply("Eve")
        act = MakeAppointment(
            organ=COMMITTEE,
            holder=Pseudonym(world.memberships["Old"]),
            since=date(2026, 1, 5),
            until=date(2026, 3, 1),
            reason=Text("Ada is ill."),
        )
        for organ in (COMMITTEE, SECRETARY):
            own = new_identifier()
            world.do(dataclasses.replace(act, organ=organ), own, "Ada")
            world.do(EndAppointment(last_day=date(2026, 1, 5)), own, "Ada")
        world.later(days=2)
        world.holdings["appointment"] = new_identifier()
        day = world.now.date()
        cover = dataclasses.replace(act, holder=Pseudonym(world.memberships["Sub"]), since=day)
        world.do(cover, world.holdings["appointment"], "Ada")
        write_what_waits(world)
        sequence(world.now)
        yield world


def write_what_waits(world: Founded) -> None:
    """Have something wait for each kind of officer, all about Bea."""
    bea, own = world.people["Bea"], world.memberships["Bea"]
    mill, now = world.branches["Mill"], world.now
    death = RecordDeath(day=now.date())
    propose(Asked(death, own, mill, (world.people["Ben"].pk,), bea.pk), now)
    technical = make_pseudonym(bea, Context.ADMINISTRATION, secrets.token_bytes).value
    grant = GrantAdministration(holder=Pseudonym(technical), until=date(2026, 12, 31))
    propose(Asked(grant, new_identifier(), world.branches["All"], (world.people["Ada"].pk,)), now)
    start_deadline(
        Kind("cases.reply", "Answer"), own, now, days(14), bea.pk, book=None, branch=mill
    )
    recipient = Recipient(bea.pk, bea.email, "en", bea.name)
    write_notices([dataclasses.replace(NOTICE, recipient=recipient, branch=mill)], now)
    ask_for_correction(Membership.objects.get(pk=own), "My name.", now)
    write_change(world)
    word_of(world, "Bea")


def write_change(world: Founded) -> None:
    """Have a change of the rule book announced, and its vote stated by one."""
    book, own = Version.objects.get(), world.listed[0].aggregate
    rules = Values({**json.loads(book.rules), "member.minimum_age": 16})
    change = AnnounceRuleBook(in_force_from=date(2026, 6, 1), preset=Text(book.preset), rules=rules)
    name = world.do(change, own, "Una", branch="All").entries[0]
    adopt = AdoptRuleBook(
        number=2,
        in_force_from=change.in_force_from,
        preset=change.preset,
        rules=rules,
        announced=name,
        in_favour=9,
        against=1,
    )
    whole = world.branches["All"]
    propose(Asked(adopt, own, whole, (world.people["Uwe"].pk,)), world.now)


ACTORS: Final[dict[str, str]] = {
    "anonymous": "",
    "applicant": "Eve",
    "expelled": "Dan",
    "member": "Mia",
    "officer": "Oda",  # of the committee of Mill
    "officer elsewhere": "Pam",  # of that of Port
    "officer above": "Una",  # of that of the whole, and of the meeting that adopts the rule book
    "keeper": "Kit",  # of the register of Mill
    "keeper elsewhere": "Lou",  # of that of Port
    "keeper above": "Ray",  # of that of the whole
    "administrator": "Tom",
    "former officer": "Old",  # of the committee of Mill and as keeper of its register
}
"""Who asks, and who that is in the tests' organisation; what is asked for is of the branch Mill."""


def browsers(world: Founded, *, fresh: bool = False) -> Iterator[tuple[str, Client]]:
    """Yield a browser of each. fresh: whether they have just proved who they are."""
    for actor, who in ACTORS.items():
        client = Client()
        if who:
            client.force_login(world.people[who])
            if fresh:
                session = client.session
                session["confirmed_at"] = world.now.isoformat()
                session.save()
        yield actor, client


def asked(world: Founded, name: str) -> Iterator[tuple[str, Any]]:
    """Yield what an address answers each."""
    if name.startswith(API):
        for actor, who in ACTORS.items():
            yield actor, called(world, name, Client(), who)
        return
    address = "/api/" if name == NO_CALL else address_of(world, name)
    for actor, browser in browsers(world, fresh=name in FRESH):
        yield actor, browser.post(address) if name in POSTED else browser.get(address)


def answers(world: Founded, name: str) -> dict[str, int]:
    """Return the status that each gets; 302 is the way to the login page, or on from there."""
    return {actor: answer.status_code for actor, answer in asked(world, name)}


def address_of(world: Founded, name: str) -> str:
    query = QUERIES[name](world) if name in QUERIES else ""
    return reverse(name, kwargs=made_for(world, name), urlconf=URLS) + query


def called(world: Founded, name: str, client: Client, who: str) -> Any:  # noqa: ANN401 - an answer of the tests' client
    """Return what a call answers. who: by whose token; of nobody's it brings none."""
    made = made_for(world, name)
    path = "/api/1/" + re.sub("<(.+?)>", lambda found: made[found[1]], name.removeprefix(API))
    headers = {"Authorization": f"Bearer {word_of(world, who)}"} if who else {}
    if name.startswith(f"{API}acts/") or name in POSTED:
        return client.post(path, "{}", content_type="application/json", headers=headers)
    query = QUERIES[name](world) if name in QUERIES else ""
    return client.get(path + query, headers=headers)


Arguments = dict[str, Any]


def made_for(world: Founded, name: str) -> Arguments:
    return ARGUMENTS[name](world) if name in ARGUMENTS else {}


def of_bea(world: Founded) -> Arguments:
    return {"membership": world.memberships["Bea"]}


def on_bea(world: Founded) -> Arguments:
    return {"proposal": Proposal.objects.get(aggregate=world.memberships["Bea"]).pk}


ANSWERS: Final = tuple(
    f"api:proposals/<proposal>/{one}" for one in ("confirm", "withdraw", "reject")
)

ARGUMENTS: Final[dict[str, Callable[[Founded], Arguments]]] = {
    "branch": lambda world: {"identifier": world.branches["Mill"]},
    "branch-history": lambda world: {"identifier": world.branches["Mill"]},
    "branch-act": lambda world: {"identifier": world.branches["Mill"], "key": "rename"},
    "holding": lambda world: {"identifier": world.holdings["committee Mill"]},
    "end-appointment": lambda world: {"identifier": world.holdings["appointment"]},
    "resign": lambda world: {"identifier": world.holdings["committee Mill"]},
    "revoke-administration": lambda world: {"identifier": world.holdings["administrator Cat"]},
    "answer-administration": lambda _: {
        "proposal": Proposal.objects.get(kind="administrator.grant").pk
    },
    "rulebook-version": lambda _: {"number": 1},
    **dict.fromkeys(
        ("announcement", "withdraw-rulebook", "adopt-rulebook"),
        lambda _: {"entry": Announcement.objects.get().pk},
    ),
    "answer-rulebook": lambda _: {"proposal": Proposal.objects.get(kind="rulebook.adopt").pk},
    "register:application": lambda world: {"membership": world.memberships["Eve"]},
    "register:member-access": of_bea,
    "erasure": of_bea,
    "register:letters": lambda world: {"branch": world.branches["Mill"]},
    "register:message": lambda world: {
        "message": OutboxMessage.objects.get(person=world.people["Bea"].pk).pk
    },
    "register:extend-deadline": lambda _: {"deadline": Deadline.objects.get(title="Answer").pk},
    "register:proposal": on_bea,
    "register:card": of_bea,
    "register:act": lambda world: {**of_bea(world), "slug": "transfer"},
    "correction": lambda _: {"number": CorrectionRequest.objects.get().pk},
    "calendar": lambda _: {"token": "nobody-s"},
    "published": lambda _: {"path": "checkpoint"},
    "openid_connect_login": lambda _: {"provider_id": "none"},
    "openid_connect_callback": lambda _: {"provider_id": "none"},
    "stop_recovery": lambda _: {"word": "none"},
    "undo_address": lambda _: {"word": "none"},
    "mfa_edit_webauthn": lambda _: {"pk": 1},
    "mfa_remove_webauthn": lambda _: {"pk": 1},
    "end_api_token": lambda world: {"token": ApiToken.objects.get(person=world.people["Bea"]).pk},
    "founding_rule": lambda _: {"key": "minimum-age"},
    "founding_invite": lambda _: {"number": 0},
    "founding_table": lambda _: {"table": "members"},
    "founding_rows_file": lambda _: {"table": "members"},
    "founding_import": lambda _: {"table": "members"},
    "founding_add": lambda _: {"table": "members"},
    "founding_edit": lambda _: {"table": "members", "number": 0},
    "founding_remove": lambda _: {"table": "members", "number": 0},
    "api:branches/<branch>": lambda world: {"branch": world.branches["Mill"]},
    "api:rulebook/versions/<number>": lambda _: {"number": "1"},
    "api:memberships/<membership>": of_bea,
    "api:proposals/<proposal>": on_bea,
    **dict.fromkeys(ANSWERS, on_bea),
    "api:record/entries/<entry>": lambda world: {
        "entry": Aggregate.objects.get(pk=world.memberships["Bea"]).last
    },
}

CALLS: Final = frozenset(Act) & {name for name, _ in KINDS} - {Act.ORGANISATION_FOUND}
"""What is done by a call: see ``tests/web/interface``."""

QUERIES: Final[dict[str, Callable[[Founded], str]]] = {
    "register:balance": lambda world: f"?branch={world.branches['Mill']}",
    "api:balance": lambda world: (
        f"?branch={world.branches['Mill']}&first=2026-01-05&last=2026-01-05"
    ),
    "register:balance-entries": lambda world: f"?branch={world.branches['Mill']}&column=joined",
}

POSTED: Final = {
    "answer-administration",
    "withdraw-rulebook",
    "own-language",
    "own-address-works",
    "calendar_address",
    "end_api_token",
    "founding_back",
    "founding_invite",
    "founding_import",
    "founding_remove",
    "api:memberships/search",
    *ANSWERS,
}
"""What a page sends to and nobody looks at; nothing is sent along, so nothing comes of it."""

FRESH: Final = {
    *("register:member-access", "make_api_token", "calendar_address"),
    *("erasure", "own-erasure", "change-key"),
}
"""What opens only to who has just proved to be that person; here everybody has."""


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ACTORS, status)


def logged_in(status: int = 200, anonymous: int = 302) -> dict[str, int]:
    """Return what an address answers that asks everybody else to log in."""
    return {**everybody(status), "anonymous": anonymous}


def only(*actors: str, status: int = 200, elsewhere: tuple[str, ...] = ()) -> dict[str, int]:
    """Return what an address answers that is for some alone.

    elsewhere: who has such pages, and is told that there is nothing here.
    """
    found = dict.fromkeys(actors, status)
    return {**logged_in(403), **found, **dict.fromkeys(elsewhere, 404)}


def with_token(status: int = 200) -> dict[str, int]:
    """Return what a call answers to everybody who brings a token."""
    return logged_in(status, anonymous=401)


def of_members(status: int = 200, other: int = 404) -> dict[str, int]:
    return {**logged_in(status), "applicant": other, "expelled": other}


OFFICERS: Final = ("officer", "officer above")
KEEPERS: Final = ("keeper", "keeper above")
ELSEWHERE: Final = ("officer elsewhere", "keeper elsewhere")
OFFICERS_ANYWHERE: Final = (*OFFICERS, *KEEPERS, *ELSEWHERE)
KEEPERS_ANYWHERE: Final = (*KEEPERS, "keeper elsewhere")

EXPECTED: Final[dict[str, dict[str, int]]] = {
    "home": everybody(200),
    "health": everybody(200),
    "language": everybody(302),
    # The organisation, and its rule book: whoever is to be judged by a rule can read it.
    "organisation": everybody(200),
    "branch": everybody(200),
    "branch-history": logged_in(),
    "branch-act": only(*OFFICERS),
    "holding": logged_in(),
    "end-appointment": only(*OFFICERS),
    "resign": only("officer"),
    "administrators": only("administrator"),
    "change-key": only("administrator"),
    "grant-administration": only("administrator"),
    "revoke-administration": only("administrator"),
    "answer-administration": only("administrator", status=302),
    "rulebook": everybody(200),
    "presets": everybody(200),
    "rulebook-version": everybody(200),
    "announcement": everybody(200),
    "change-rulebook": only("officer above"),
    "withdraw-rulebook": only("officer above", status=302),
    "adopt-rulebook": only("officer above"),
    "answer-rulebook": only("officer above"),
    "calendar": everybody(404),  # who has no token has no calendar
    # The record, which asks nobody who they are.
    "record": everybody(200),
    "record_key": everybody(200),
    "record_trust": everybody(200),
    "record_cosignatures": everybody(405),
    "published": everybody(200),
    # Asking to be admitted, and deciding on it.
    "register:apply": everybody(200),
    "register:applied": everybody(200),
    "register:own-application": logged_in(),
    "register:apply-again": {**logged_in(404), "expelled": 200},
    "register:applications": only(*OFFICERS_ANYWHERE),
    "register:lodge": only(*KEEPERS_ANYWHERE),
    "register:application": only(*OFFICERS, *KEEPERS, elsewhere=ELSEWHERE),
    # The register: of the own branch and those below, and of nobody by being an administrator.
    "register:members": only(*OFFICERS_ANYWHERE),
    "register:as-at": only(*OFFICERS_ANYWHERE),
    "register:balance": of_members(other=403),  # numbers, and nobody's name
    "register:balance-entries": only(*OFFICERS, *KEEPERS, elsewhere=ELSEWHERE),
    "register:card": only(*OFFICERS, *KEEPERS, elsewhere=ELSEWHERE),
    "register:act": only(*KEEPERS, elsewhere=(*OFFICERS, *ELSEWHERE)),  # a transfer
    "register:proposals": only(*OFFICERS_ANYWHERE),
    "register:proposal": only(*OFFICERS, *KEEPERS, elsewhere=ELSEWHERE),
    "register:access": only(*KEEPERS_ANYWHERE),
    "register:member-access": only(*KEEPERS, elsewhere=("keeper elsewhere",)),
    "erasures": only(*KEEPERS_ANYWHERE),
    "erasure": only(*KEEPERS, elsewhere=("keeper elsewhere",)),
    "corrections": only(*KEEPERS_ANYWHERE),
    "correction": only(*KEEPERS, elsewhere=("keeper elsewhere",)),
    # What goes out, and what is due.
    "register:outbox": only(*KEEPERS_ANYWHERE),
    "register:message": only(*KEEPERS, elsewhere=("keeper elsewhere",)),
    "register:letters": only(*KEEPERS, elsewhere=("keeper elsewhere",)),
    "register:letters-of-all": only("keeper above", elsewhere=("keeper", "keeper elsewhere")),
    "register:deadlines": only(*OFFICERS_ANYWHERE),
    "register:extend-deadline": only(*OFFICERS, elsewhere=("officer elsewhere",)),
    # One's own, also of whoever applied or was a member once: it is about them.
    "me": logged_in(),
    "own-history": logged_in(),
    "own-download": logged_in(),
    "own-evidence": logged_in(),
    "own-erasure": logged_in(),
    "own-details": logged_in(),
    "request-correction": logged_in(),
    "own-address-works": everybody(302),  # back to the page
    "own-language": everybody(302),  # back to the page
    "leave": of_members(),
    # The way in, and the account.
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
    "stop_recovery": everybody(200),
    "undo_address": everybody(200),
    "mfa_index": logged_in(),
    "confirm": logged_in(),
    "calendar_address": logged_in(),
    "api_tokens": logged_in(),
    "make_api_token": logged_in(),
    "end_api_token": logged_in(404),  # it is somebody else's
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
    # The founding, which is over: nobody comes to the draft any more.
    "found": everybody(302),
    "founding_organisation": everybody(302),
    "founding_file": everybody(302),
    "founding_back": everybody(302),
    "founding_rules": everybody(302),
    "founding_rule": everybody(302),
    "founding_summary": everybody(302),
    "founding_invite": everybody(302),
    "founding_table": everybody(302),
    "founding_rows_file": everybody(302),
    "declared_cases": everybody(200),
    "founding_import": everybody(302),
    "founding_add": everybody(302),
    "founding_edit": everybody(302),
    "founding_remove": everybody(302),
    "founding_enter": everybody(200),  # asks for a code, and there is none
    "founding_sign": everybody(302),
    # The programming interface: what its owner may see, by a token.
    "api:": everybody(404),
    NO_CALL: everybody(404),
    "api:openapi.json": everybody(200),  # a description, the same everywhere
    "api:branches": with_token(),
    "api:branches/<branch>": with_token(),
    "api:cases/declared": with_token(),
    "api:mandates": with_token(),
    "api:appointments": with_token(),
    "api:administrators": {**with_token(403), "administrator": 200},
    "api:rulebook": with_token(),
    "api:rulebook/announced": with_token(),
    "api:rulebook/versions": with_token(),
    "api:rulebook/versions/<number>": with_token(),
    "api:memberships": with_token(),  # at least one's own
    "api:memberships/search": with_token(),
    "api:memberships/<membership>": {
        **with_token(404),
        **dict.fromkeys((*OFFICERS, *KEEPERS), 200),
    },
    "api:proposals": with_token(),
    "api:proposals/<proposal>": {**with_token(404), **dict.fromkeys(KEEPERS, 200)},
    # The first keeper who can answers it; that it is over then hear all who do such acts at all.
    "api:proposals/<proposal>/confirm": {
        **with_token(404),
        **dict.fromkeys(KEEPERS_ANYWHERE, 409),
        "keeper": 200,
    },
    "api:proposals/<proposal>/reject": {
        **with_token(404),
        **dict.fromkeys(KEEPERS_ANYWHERE, 409),
        "keeper": 200,
    },
    "api:proposals/<proposal>/withdraw": {
        **with_token(404),
        **dict.fromkeys(KEEPERS, 409),  # it is somebody else's
    },
    "api:balance": {**with_token(404), **dict.fromkeys((*OFFICERS, *KEEPERS), 200)},
    "api:record/checkpoint": with_token(),
    "api:record/entries/<entry>": with_token(),  # open fields, as the record is open
    **{f"api:acts/{kind}": with_token(422) for kind in sorted(CALLS)},  # which says nothing
}
"""What each address answers to each; whoever adds an address says so here."""


def test_of_every_address_it_is_stated_who_may_ask() -> None:
    assert set(patterns()) == set(EXPECTED)
    asked_specially = {*ARGUMENTS, *QUERIES, *POSTED, *FRESH}
    assert asked_specially <= set(EXPECTED)


def test_no_address_hides_another() -> None:
    found = [name for name, _ in _within(get_resolver(URLS).url_patterns, "")]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", EXPECTED)
def test_an_address_answers_each_as_stated(name: str, world: Founded) -> None:
    assert answers(world, name) == EXPECTED[name]


IN_THE_RECORD: Final = {
    "checkpoint": 200,
    "latest": 200,
    "tile/0/000.p/3": 200,
    "tile/entries/000.p/3": 200,
    handover_path(3): 404,  # the key was never changed
    "tile/entries/001": 404,
}


@pytest.mark.parametrize("path", IN_THE_RECORD)
@pytest.mark.parametrize("token", ["", "the organisation's"])
def test_what_is_published_is_the_same_for_everybody(
    path: str, token: str, world: Founded, settings: Settings
) -> None:
    """Where the record needs a token, nobody reads entries by being somebody."""
    settings.RECORD_TOKEN = token
    found = {actor: browser.get(f"/record/{path}") for actor, browser in browsers(world)}
    needs_token = bool(token) and "entries" in path
    status = 401 if needs_token else IN_THE_RECORD[path]
    assert {actor: one.status_code for actor, one in found.items()} == everybody(status)
    assert status == 404 or len({one.content for one in found.values()}) == 1


@pytest.mark.parametrize("name", sorted(FRESH))
def test_an_open_session_is_not_enough(name: str, world: Founded) -> None:
    address = address_of(world, name)
    ask = Client.post if name in POSTED else Client.get
    found = {actor: ask(browser, address).status_code for actor, browser in browsers(world)}
    assert found == everybody(302)


def test_no_call_is_answered_for_a_session(world: Founded) -> None:
    calls = [one for one in EXPECTED if one.startswith(API) and EXPECTED[one]["anonymous"] == 401]
    for actor, browser in browsers(world):
        assert {called(world, one, browser, "").status_code for one in calls} == {401}, actor


LISTS: Final = {
    "register:applications": ("Eve", {*OFFICERS, *KEEPERS}),
    "register:members": ("Bea Plain", {*OFFICERS, *KEEPERS}),
    "register:proposals": ("Bea Plain", {*OFFICERS, *KEEPERS}),
    "register:access": ("Eve", {*KEEPERS}),
    "register:outbox": ("Bea Plain", {*KEEPERS}),
    "register:deadlines": ("Bea Plain", {*OFFICERS, *KEEPERS}),
    "corrections": ("Bea Plain", {*KEEPERS}),
    "api:memberships": ("Bea Plain", {*OFFICERS, *KEEPERS}),
    "api:memberships/search": ("Bea Plain", {*OFFICERS, *KEEPERS}),
}
"""Somebody of Mill who stands in a list, and who reads the name there."""


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_those_of_one_s_own_branches_alone(name: str, world: Founded) -> None:
    who, readers = LISTS[name]
    assert {actor for actor, answer in asked(world, name) if who in answer.text} == readers
