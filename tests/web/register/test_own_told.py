"""What a member is told on the own page, and that the download has every table of a person's."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from comitia.record.kinds.register import CorrectDetails, RecordDeath
from comitia.record.kinds.values import Text
from comitia.web.accounts.addresses import change_email
from comitia.web.accounts.claiming import issue_claim_code
from comitia.web.accounts.models import AccessUse, Channel, Opening, Recovery, Step
from comitia.web.acts.models import Proposal
from comitia.web.acts.performing import Asked
from comitia.web.acts.proposing import propose
from comitia.web.deadlines.feeds import make_feed
from comitia.web.deadlines.models import Deadline
from comitia.web.documents.models import StoredFile
from comitia.web.interface.models import ApiToken
from comitia.web.notices.bounces import address_works
from comitia.web.notices.models import DeadAddress, OutboxMessage, State
from comitia.web.publicrecord.owning import known_models, label_of, owner_path
from comitia.web.register.access import Officer
from comitia.web.register.correcting import ask_for_correction
from comitia.web.register.models import Copy, CorrectionRequest
from comitia.web.register.outbox_deciding import decide
from comitia.web.register.own_tables import IN_DOWNLOAD, NOT_IN_DOWNLOAD
from tests.web.founded import FIRST, Founded
from tests.web.interface.calls import word_of
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def page_of(world: Founded, name: str) -> str:
    """Return the text of the own page, without its marks."""
    page = re.sub(r"<[^>]*>", " ", browser_of(world, name).get("/me").text)
    return " ".join(page.split())


def held(world: Founded, name: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(browser_of(world, name).get("/me/download").content)


def test_every_table_with_something_about_a_person_is_placed() -> None:
    ours = {label_of(model) for model in known_models() if owner_path(model) is not None} | {
        "acts.disclosure",
        "accounts.accessuse",
    }
    assert ours == IN_DOWNLOAD.keys() | NOT_IN_DOWNLOAD.keys()
    assert IN_DOWNLOAD.keys() & NOT_IN_DOWNLOAD.keys() == set()


def test_every_part_of_the_download_is_filled_by_its_tables(world: Founded) -> None:
    kit, max_ = world.people["Kit"], world.people["Max"]
    change_email(kit, "kit@new.example.org", world.now, secrets.token_bytes)
    issue_claim_code(kit, max_, Channel.LETTER, world.now)
    Opening.objects.create(person=kit, first=max_, begun_at=world.now)
    Recovery.objects.create(person=kit, first=max_, started_at=world.now, stop_hash="x")
    AccessUse.objects.create(membership=world.memberships["Kit"], step=Step.ISSUED, at=world.now)
    Proposal.objects.create(
        id="0" * 32,
        kind="x",
        version=1,
        act="{}",
        aggregate=world.memberships["Kit"],
        person=kit.pk,
        proposed_by=max_.pk,
        proposed_at=world.now,
        expires_at=world.now,
    )
    Deadline.objects.create(
        kind="x.y",
        title="x",
        subject="0" * 32,
        person=kit.pk,
        starts_at=world.now,
        ends_at=world.now + timedelta(1),
        last_day=FIRST,
    )
    make_feed(kit.pk, "en", world.now)
    file = "00000000-0000-0000-0000-000000000000"
    StoredFile.objects.create(id=file, person=kit.pk, sort="pdf", sealed=b"", made_at=world.now)
    word_of(world, "Kit")
    Authenticator.objects.create(user=kit, type=Authenticator.Type.TOTP, data={})
    DeadAddress.objects.create(person=kit.pk, address="kit@example.org", since=world.now)
    act = CorrectDetails(address=Text("Mill Lane 2"))
    world.do(act, world.memberships["Kit"], "Lea", person="Kit")
    Copy.objects.create(
        taken_by=kit,
        branch_id=world.branches["Mill"],
        day=FIRST,
        known_at=world.now,
        people=3,
        purpose="the ballot",
        taken_at=world.now,
    )
    ask_for_correction(kit.membership, "My street", world.now)
    SocialAccount.objects.create(user=kit, provider="other", uid="1")
    told = held(world, "Kit")
    assert {part for part in IN_DOWNLOAD.values() if not told[part]} == set()
    assert [one["purpose"] for one in told["copies_with_me"]] == ["the ballot"]
    assert told["tokens"][0]["name"] == ApiToken.objects.get().name
    assert "word_hash" not in json.dumps(told)


def test_a_member_reads_every_message_and_who_decided_about_it(world: Founded) -> None:
    act = CorrectDetails(address=Text("Mill Lane 2"))
    world.do(act, world.memberships["Max"], "Kit", person="Max")
    row = OutboxMessage.objects.get(template="register.details_corrected")
    assert "What is held about you was corrected waiting" in page_of(world, "Max")
    OutboxMessage.objects.update(state=State.SENT)
    assert decide(Officer(world.people["Lea"]), row, "bounced", world.now)
    shown = page_of(world, "Max")
    assert (
        "What is held about you was corrected to be posted Decided by: secretary, All (Lea Park)"
        in shown
    )
    (message,) = held(world, "Max")["messages"]
    assert (message["decided_by"], message["done_by"]) == (
        world.holdings["secretary All"],
        world.holdings["secretary Mill"],
    )


def test_a_member_sees_who_said_that_mail_came_back_and_sets_it_right(world: Founded) -> None:
    max_ = world.people["Max"]
    assert "has come back" not in page_of(world, "Max")
    DeadAddress.objects.create(
        person=max_.pk,
        address=max_.email,
        since=world.now,
        by=world.holdings["secretary Mill"],
    )
    DeadAddress.objects.create(person=max_.pk, address="old@example.org", since=world.now)
    shown = page_of(world, "Max")
    assert "Mail to max@example.org has come back" in shown
    assert "So says: secretary, Mill (Kit Lane)." in shown
    assert "So says the mail server." in shown
    assert shown.count("The address works") == 1
    answer = browser_of(world, "Max").post("/me/address-works", follow=True)
    assert "written to at this address again" in answer.text
    assert address_works(max_.pk, max_.email)
    assert Client().post("/me/address-works").status_code == 302


def test_a_member_sees_what_was_done_about_the_way_in(world: Founded) -> None:
    assert "Nothing yet." in page_of(world, "Max")
    AccessUse.objects.create(
        membership=world.memberships["Max"],
        step=Step.ISSUED,
        by=world.holdings["secretary Mill"],
        channel=Channel.LETTER,
        at=world.now,
    )
    line = "A code for the account was issued (by letter), by: secretary, Mill (Kit Lane)"
    assert line in page_of(world, "Max")


def test_a_member_sees_what_is_proposed_before_it_is_done(world: Founded) -> None:
    own = world.memberships["Max"]
    assert "What is proposed about you" not in page_of(world, "Max")
    by = (world.people["Kit"].pk,)
    act = RecordDeath(day=world.now.date())
    asked = Asked(act, own, world.branches["Mill"], by, world.people["Max"].pk)
    row = propose(asked, world.now)
    assert "What is proposed about you Enter that the member has died" in page_of(world, "Max")
    assert held(world, "Max")["proposals"][0]["kind"] == "membership.record_death"
    Proposal.objects.filter(pk=row.pk).update(ended_at=world.now)
    assert "What is proposed about you" not in page_of(world, "Max")


def test_a_member_sees_for_what_the_register_was_copied(world: Founded) -> None:
    for branch, purpose in (("Mill", "the ballot"), ("Port", "the other one"), ("All", "audit")):
        Copy.objects.create(
            taken_by=world.people["Lea"],
            branch_id=world.branches[branch],
            day=FIRST,
            known_at=world.now,
            people=3,
            purpose=purpose,
            taken_at=world.now,
        )
    shown = page_of(world, "Max")
    assert ("for: the ballot" in shown, "for: audit" in shown) == (True, True)
    assert "the other one" not in shown


def test_a_request_is_a_part_of_the_membership(world: Founded) -> None:
    browser_of(world, "Max").post("/me/correction", {"wrong": "My street"})
    (told,) = held(world, "Max")["membership"]["correction_requests"]
    assert told["wrong"] == CorrectionRequest.objects.get().wrong
