"""The member's own page: all that is held, what happened, and what one can do about it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.errors import Code, RuleViolation
from comitia.record.evidence import parse_evidence, verify_evidence
from comitia.record.keys import KeyKind, SignerKey, generate_key
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    CorrectDetails,
    LeaveMembership,
)
from comitia.record.kinds.values import Identifier, Text
from comitia.web.acts import clock
from comitia.web.acts.models import Entry
from comitia.web.deadlines.models import State
from comitia.web.notices.models import OutboxMessage
from comitia.web.publicrecord.sequencing import place_entries
from comitia.web.register.correcting import refuse_correction
from comitia.web.register.models import CorrectionRequest, Membership
from tests.web.founded import Founded, an_organisation

pytestmark = pytest.mark.django_db
ADDRESS = "1 Mill Lane\nMilltown"


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def client_of(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def do(client: Client, at: str, **fields: str) -> tuple[str, int]:
    """Fill in an act's form, and confirm what is shown."""
    hidden = dict(re.findall(r'name="(new|seen)" value="([^"]*)"', client.get(at).text))
    shown = client.post(at, {**hidden, **fields})
    if "Nothing has been done yet" not in shown.text:
        return shown.text, shown.status_code
    return shown.text, client.post(at, {**hidden, **fields, "confirmed": "1"}).status_code


PAGES = ["", "/history", "/download", "/leave", "/address", "/correction", "/evidence"]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_has_a_page_without_logging_in(page: str) -> None:
    assert Client().get(f"/me{page}").status_code == 302


def test_everything_that_is_held_is_shown_with_why_and_how_long(world: Founded) -> None:
    page = client_of(world, "Ada").get("/me").text
    assert "You are on the register of members, in Mill" in page
    for value in (
        "Ada Lowe",
        "ada@example.org",
        "Feb. 29, 1980",
        "Mill",
        "member",
        "full membership",
    ):
        assert value in page
    labels = re.findall(r"<h3>([^<]+)</h3>", page)
    assert labels == [
        *("Name", "Date of birth", "Postal address", "E-mail address"),
        *("Standing", "Branch", "Kind of membership", "Dues paid up to"),
    ]
    assert page.count("<dt>Purpose</dt>") == page.count("<dt>Legal basis</dt>") == len(labels)
    assert "Committee, Mill" in page
    assert '<select name="language"' in page


def test_who_is_nothing_to_the_organisation_is_told_so(world: Founded) -> None:
    world.person("Zoe Stranger")
    client = client_of(world, "Zoe")
    page = client.get("/me").text
    assert "You are not on the register of members." in page
    assert ("/me/leave" in page, "/me/download" in page) == (False, True)
    for address in ("history", "leave", "address", "correction", "evidence"):
        assert client.get(f"/me/{address}").status_code == 404
    assert json.loads(client.get("/me/download").content)["membership"] is None


@pytest.mark.parametrize(
    "name, sentence",
    [("Dan", "you are not counted as a member"), ("Eve", "you are not counted as a member")],
)
def test_who_was_or_wants_to_be_a_member_is_told_so(
    world: Founded, name: str, sentence: str
) -> None:
    world.apply("Eve")
    client = client_of(world, name)
    page = client.get("/me").text
    assert sentence in page
    assert ("/apply/own" in page) == (name == "Eve")
    assert client.get("/me/leave").status_code == 404


def test_a_page_takes_few_queries(
    world: Founded, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(world, "Ada")
    for _ in range(3):
        client.post("/me/correction", {"wrong": "My name"})
        with django_assert_num_queries(14):
            client.get("/me")


def test_the_history_shows_ones_own_values(world: Founded) -> None:
    own = world.apply("Eve")
    world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
    page = client_of(world, "Eve").get("/me/history").text
    assert "The application was accepted" in page
    assert "<dd>Eve</dd>" in page


def test_a_download_holds_everything_and_nobody_else(world: Founded) -> None:
    own = world.apply("Eve")
    world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
    client = client_of(world, "Eve")
    client.post("/me/correction", {"wrong": "My street is another"})
    answer = client.get("/me/download")
    assert answer.headers["Cache-Control"] == "no-store"
    held = json.loads(answer.content)
    assert held["person"]["name"] == "Eve"
    assert held["membership"]["branch"] == "Mill"
    assert held["membership"]["correction_requests"][0]["wrong"] == "My street is another"
    assert [one["entry"]["kind"] for one in held["entries"]] == [
        "membership.apply",
        "membership.admit",
    ]
    assert held["entries"][0]["disclosed"] == {"name": "Eve"}
    others = {one.name for one in world.people.values()} - {"Eve"}
    assert not [name for name in others if name in answer.text]
    assert held["sessions"]


def test_the_download_of_an_officer_names_what_is_held(world: Founded) -> None:
    held = json.loads(client_of(world, "Ada").get("/me/download").content)
    assert {one["kind"] for one in held["held"]} == {"mandate", "administration"}
    assert {one["context"] for one in held["pseudonyms"]} == {"membership", "administration"}


# --- Proofs --------------------------------------------------------------------------------------


@pytest.fixture
def key() -> SignerKey:
    return generate_key("example.org/record", KeyKind.NOTE, secrets.token_bytes)


def test_proofs_are_checked_elsewhere_with_the_key_alone(world: Founded, key: SignerKey) -> None:
    world.apply("Eve")
    client = client_of(world, "Eve")
    assert client.get("/me/evidence").status_code == 404
    for name in ("Fay", "Gil", "Hal"):
        world.apply(name)
    place_entries(clock.now(), key)
    evidence = parse_evidence(client.get("/me/evidence").content)
    checked = verify_evidence(evidence, "example.org/record", [key.verifier])
    (application,) = checked.entries
    assert isinstance(application.act, ApplyForMembership)
    assert (application.act.name, application.aggregate) == ("Eve", world.memberships["Eve"])


def test_what_has_no_place_yet_has_no_proof_yet(world: Founded, key: SignerKey) -> None:
    place_entries(clock.now(), key)
    own = world.apply("Eve")
    client = client_of(world, "Eve")
    assert parse_evidence(client.get("/me/evidence").content).entries == ()
    world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
    place_entries(clock.now(), key)
    assert len(parse_evidence(client.get("/me/evidence").content).entries) == 2


# --- What one can do -----------------------------------------------------------------------------


def test_somebody_leaves_alone(world: Founded) -> None:
    day = world.now.date().isoformat()
    shown, done = do(client_of(world, "Cat"), "/me/leave", last_day=day)
    assert (done, "The last day of membership" in shown) == (302, True)
    assert Membership.objects.get(pk=world.memberships["Cat"]).standing == "left"


def test_a_notice_is_kept_as_the_rule_book_says() -> None:
    with an_organisation({"leaving.notice": {"days": 28}}) as world:
        client, day = client_of(world, "Cat"), world.now.date()
        early, late = (day + timedelta(days=number) for number in (27, 28))
        shown, done = do(client, "/me/leave", last_day=early.isoformat())
        assert (done, "The rule book asks for a later day." in shown) == (200, True)
        own = world.memberships["Cat"]
        with pytest.raises(RuleViolation) as error:
            world.do(LeaveMembership(last_day=early), own, "Cat", person="Cat", branch="Port")
        assert error.value.code == Code.LEAVING_TOO_EARLY
        assert do(client, "/me/leave", last_day=late.isoformat())[1] == 302


def test_an_address_is_corrected_and_confirmed(world: Founded) -> None:
    client = client_of(world, "Cat")
    assert do(client, "/me/address", address=ADDRESS)[1] == 302
    row = Membership.objects.select_related("person").get(pk=world.memberships["Cat"])
    assert (row.person.postal_address, row.confirmed_on) == (ADDRESS, world.now.date())
    world.later(days=400)
    assert do(client, "/me/address", address="")[1] == 302
    row.refresh_from_db()
    assert row.confirmed_on == world.now.date()
    assert "last confirmed on" in client.get("/me").text


def test_a_language_is_chosen_among_those_that_there_are(world: Founded) -> None:
    client = client_of(world, "Cat")
    for wanted in ("de", "xx", "", "\x00"):
        assert client.post("/me/language", {"language": wanted}).status_code == 302
        world.people["Cat"].refresh_from_db()
        assert world.people["Cat"].language == "de"
    assert client.get("/me/language").status_code == 405


# --- Requests for correction ---------------------------------------------------------------------


def test_a_request_has_a_last_day_and_is_answered_by_the_keeper(world: Founded) -> None:
    ada, ben = client_of(world, "Ada"), client_of(world, "Ben")
    assert ada.post("/me/correction", {"wrong": "I was born in March"}).status_code == 302
    asked = CorrectionRequest.objects.get()
    assert asked.last_day == date(2026, 2, 5)
    assert "I was born in March" in ada.get("/me").text
    assert "Ada Lowe" in ben.get("/corrections").text
    page = f"/corrections/{asked.pk}"
    assert "I was born in March" in ben.get(page).text
    answer = {"outcome": "granted", "reasons": "The certificate shows it"}
    unproven = ben.post(page, answer)
    assert (unproven.status_code, "then say by which entry" in unproven.text) == (200, True)
    elsewhere = ben.post(page, {**answer, "entry": Entry.objects.order_by("number")[0].hash})
    assert (elsewhere.status_code, CorrectionRequest.objects.get().outcome) == (200, "open")
    own = Identifier(world.memberships["Ada"])
    (right,) = world.do(CorrectDetails(address=Text(ADDRESS)), own, "Ben", person="Ada").entries
    assert right in ben.get(page).text
    assert ben.post(page, {**answer, "entry": right}).status_code == 302
    asked = CorrectionRequest.objects.get()
    mandate = world.holdings["secretary Mill"]
    assert (asked.outcome, asked.entry, asked.answered_by) == ("granted", right, mandate)
    assert (asked.deadline.state, asked.deadline.entry) == (State.MET, right)
    shown = ada.get("/me").text
    assert ("The certificate shows it" in shown, right in shown) == (True, True)
    assert "Decided by: secretary, Mill (Ben Hill)" in shown
    told = OutboxMessage.objects.get(template="register.correction_granted")
    assert (told.person, told.firm, told.done_by) == (world.people["Ada"].pk, True, mandate)
    assert ben.get(page).status_code == 404
    assert "Nobody waits for an answer." in ben.get("/corrections").text


def test_an_answer_can_be_put_off_once_with_a_reason(world: Founded) -> None:
    ada, ben = client_of(world, "Ada"), client_of(world, "Ben")
    ada.post("/me/correction", {"wrong": "I was born in March"})
    page = f"/corrections/{CorrectionRequest.objects.get().pk}"
    later = {"outcome": "extend", "reasons": "The archive is closed"}
    assert ben.post(page, later).status_code == 302
    extended = CorrectionRequest.objects.get()
    assert (extended.last_day, extended.outcome) == (date(2026, 4, 6), "open")
    assert "The archive is closed" in ada.get("/me").text
    assert extended.extended_by == world.holdings["secretary Mill"]
    told = OutboxMessage.objects.get(template="register.correction_put_off")
    assert ("The archive is closed" in told.body, "2026" in told.body) == (True, True)
    again = ben.post(page, {**later, "reasons": "Once more"})
    assert (again.status_code, "more time once already" in again.text) == (200, True)
    assert CorrectionRequest.objects.get().extended_because == "The archive is closed"
    assert ben.post(page, {"outcome": "refused", "reasons": ""}).status_code == 200
    world.later(days=200)
    for address in ("/corrections", page, "/deadlines"):
        assert ">overdue<" in ben.get(address).text
    assert ">overdue<" in ada.get("/me").text
    late = {"outcome": "refused", "reasons": "It is right"}
    assert ben.post(page, late).status_code == 302
    assert CorrectionRequest.objects.get().deadline.state == State.MISSED
    assert "answered too late" in ada.get("/me").text
    assert OutboxMessage.objects.filter(template="register.correction_refused").count() == 1


def test_what_is_over_is_not_put_off(world: Founded) -> None:
    ada, ben = client_of(world, "Ada"), client_of(world, "Ben")
    ada.post("/me/correction", {"wrong": "I was born in March"})
    world.later(days=40)
    page = f"/corrections/{CorrectionRequest.objects.get().pk}"
    answer = ben.post(page, {"outcome": "extend", "reasons": "The archive is closed"})
    assert (answer.status_code, "gets no more time" in answer.text) == (200, True)
    assert not OutboxMessage.objects.filter(template="register.correction_put_off").exists()


def test_more_time_for_an_answer_is_not_given_among_all_deadlines(world: Founded) -> None:
    ben = client_of(world, "Ben")
    client_of(world, "Ada").post("/me/correction", {"wrong": "I was born in March"})
    due = CorrectionRequest.objects.get().deadline
    listed = ben.get("/deadlines").text
    assert ("Answer a request for correction" in listed, "Ada Lowe" in listed) == (True, True)
    assert f"/deadlines/{due.pk}" not in listed
    more = {"number": "5", "unit": "days", "reason": "Why not"}
    assert ben.post(f"/deadlines/{due.pk}", more).status_code == 404


def test_nobody_answers_without_the_office_nor_twice(world: Founded) -> None:
    client_of(world, "Ada").post("/me/correction", {"wrong": "I was born in March"})
    row = CorrectionRequest.objects.get()
    for who in ("Cat", "Ada"):
        with pytest.raises(RuleViolation) as refused:
            refuse_correction(row.pk, world.people[who], "No", world.now)
        assert refused.value.code == "act.not_allowed"
    refuse_correction(row.pk, world.people["Ben"], "No", world.now)
    with pytest.raises(RuleViolation) as over:
        refuse_correction(row.pk, world.people["Ben"], "No", world.now)
    assert over.value.code == "act.not_there"
    assert CorrectionRequest.objects.get().answer == "No"


def test_an_office_that_has_ended_answers_nothing(world: Founded) -> None:
    client_of(world, "Ada").post("/me/correction", {"wrong": "I was born in March"})
    row = CorrectionRequest.objects.get()
    world.later(days=800)
    with pytest.raises(RuleViolation) as refused:
        refuse_correction(row.pk, world.people["Ben"], "No", world.now)
    assert refused.value.code == "act.not_allowed"
    assert CorrectionRequest.objects.get().outcome == "open"


def test_nobody_answers_but_the_keeper_there_and_none_their_own(world: Founded) -> None:
    ben, cat = client_of(world, "Ben"), client_of(world, "Cat")
    ben.post("/me/correction", {"wrong": "Mine"})
    cat.post("/me/correction", {"wrong": "Of the Port"})
    assert "Nobody waits for an answer." in ben.get("/corrections").text
    for asked in CorrectionRequest.objects.all():
        assert ben.get(f"/corrections/{asked.pk}").status_code == 404
        assert cat.get(f"/corrections/{asked.pk}").status_code == 403
        assert Client().get(f"/corrections/{asked.pk}").status_code == 302


@pytest.mark.parametrize("text", ["", " ", "\x00", "\x1b[2J", "x" * 2001])
def test_no_text_breaks_a_request(world: Founded, text: str) -> None:
    answer = client_of(world, "Cat").post("/me/correction", {"wrong": text})
    assert (answer.status_code, 'class="summary"' in answer.text) == (200, True)
    assert not CorrectionRequest.objects.exists()


def test_nobody_floods_the_keeper(world: Founded) -> None:
    cat = client_of(world, "Cat")
    for number in range(7):
        cat.post("/me/correction", {"wrong": f"Number {number}"})
    assert CorrectionRequest.objects.count() == 5


@pytest.mark.parametrize("text", ["", "x" * 20_000, "\x00", "9999-12-31", "0000-00-00", "-1"])
def test_no_value_breaks_the_other_forms(world: Founded, text: str) -> None:
    client = client_of(world, "Cat")
    assert client.post("/me/leave", {"last_day": text}).status_code == 200
    assert client.post("/me/address", {"address": text, "seen": text}).status_code == 200
    assert client.post("/corrections/1", {"outcome": text}).status_code == 403


def test_who_has_left_keeps_the_page(world: Founded) -> None:
    own = Identifier(world.memberships["Cat"])
    day = world.now.date()
    world.do(LeaveMembership(last_day=day), own, "Cat", branch="Port", person="Cat")
    page = client_of(world, "Cat").get("/me").text
    assert ("not counted as a member" in page, "/me/history" in page) == (True, True)
