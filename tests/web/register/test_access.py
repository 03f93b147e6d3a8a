"""Ways in to accounts: who may give them, to whom, and what is left behind."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.errors import MalformedRecord
from comitia.law.errors import RuleViolation
from comitia.record.kinds.organisation import MakeAppointment
from comitia.record.kinds.values import Pseudonym, Text
from comitia.web.accounts.claiming import claim_account
from comitia.web.accounts.models import AccessUse, Channel, ClaimCode, Person, Recovery, Step
from comitia.web.accounts.recovery import TIME_TO_STOP
from comitia.web.acts import clock
from comitia.web.acts.models import Aggregate, Entry
from comitia.web.acts.performing import new_identifier
from comitia.web.register.access_granting import (
    begin_recovery,
    channels_for,
    finish_recovery,
    open_access,
)
from comitia.web.register.access_listing import told_uses
from comitia.web.register.models import Membership
from tests.web.accounts.people import LONG
from tests.web.founded import FIRST, SECRETARY, Founded
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def row_of(world: Founded, name: str) -> Membership:
    rows = Membership.objects.select_related("person", "branch")
    return rows.get(pk=world.memberships[name])


def address(world: Founded, name: str) -> str:
    return f"/register/access/{world.memberships[name]}"


def fresh(world: Founded, name: str) -> Client:
    """Return the browser of somebody who has just proved who they are."""
    client = browser_of(world, name)
    session = client.session
    session["confirmed_at"] = world.now.isoformat()
    session.save()
    return client


def post(world: Founded, by: str, to: str, **fields: str) -> str:
    answer = fresh(world, by).post(address(world, to), fields, follow=True)
    assert answer.status_code == 200
    return answer.text


def issue(world: Founded, by: str, to: str, channel: str = "in person") -> str:
    """Return what the page says after a code was asked for."""
    return post(world, by, to, what="open", channel=channel)


def claim(world: Founded, name: str, by: str = "Kit") -> None:
    (code,) = LONG.findall(issue(world, by, name))
    assert claim_account(code, world.now) == world.people[name]


def left(world: Founded, name: str) -> list[tuple[str, str, str]]:
    """Return step, by and channel of all that was kept, the first one first."""
    rows = AccessUse.objects.filter(membership=world.memberships[name]).order_by("number")
    return list(rows.values_list("step", "by", "channel"))


def basis(world: Founded, branch: str = "Mill") -> str:
    return world.holdings[f"secretary {branch}"]


# --- A first way in ------------------------------------------------------------------------------


def test_a_code_from_hand_to_hand_is_shown_once_and_opens_the_account(world: Founded) -> None:
    (code,) = LONG.findall(issue(world, "Kit", "Max"))
    again = fresh(world, "Kit").get(address(world, "Max"))
    assert code not in again.text
    assert "a code is out" in again.text
    assert '<a href="/security">Kit Lane</a>' in again.text
    assert claim_account(code, world.now) == world.people["Max"]
    assert left(world, "Max") == [("issued", basis(world), "in person")]


def test_a_code_by_mail_goes_to_the_member_and_to_no_page(world: Founded) -> None:
    answer = fresh(world, "Kit").post(address(world, "Max"), {"what": "open", "channel": "mail"})
    assert (answer.status_code, answer["Location"]) == (302, address(world, "Max"))
    (code,) = LONG.findall(str(mail.outbox[-1].body))
    assert mail.outbox[-1].to == ["max@example.org"]
    assert code not in answer.text
    assert claim_account(code, world.now) == world.people["Max"]


def test_a_code_by_letter_is_a_pdf_that_nobody_keeps(world: Founded) -> None:
    Person.objects.filter(name="Max Ivory").update(postal_address="Mill Road 3\nLeeds")
    answer = fresh(world, "Kit").post(address(world, "Max"), {"what": "open", "channel": "letter"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="account.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")
    assert left(world, "Max") == [("issued", basis(world), "letter")]


def test_an_address_that_fits_no_letter_issues_no_code(world: Founded) -> None:
    Person.objects.filter(name="Max Ivory").update(postal_address="a\nb\nc\nd\ne\nf\ng")
    said = issue(world, "Kit", "Max", "letter")
    assert "does not fit a letter" in said
    assert (ClaimCode.objects.count(), left(world, "Max")) == (0, [])
    with pytest.raises(MalformedRecord):
        open_access(row_of(world, "Max"), world.people["Kit"], Channel.LETTER, world.now)


def test_a_way_that_reaches_nobody_is_not_offered(world: Founded) -> None:
    assert channels_for(Person(name="Max")) == (Channel.IN_PERSON,)
    assert channels_for(Person(name="Max", email="m@example.org")) == (
        Channel.MAIL,
        Channel.IN_PERSON,
    )
    assert channels_for(Person(name="Max", postal_address="Road 3")) == (
        Channel.LETTER,
        Channel.IN_PERSON,
    )
    assert LONG.findall(issue(world, "Kit", "Max", "letter")) == []
    assert left(world, "Max") == []


def test_who_has_the_account_gets_no_second_code_from_one_officer(world: Founded) -> None:
    claim(world, "Max")
    with pytest.raises(RuleViolation) as refused:
        open_access(row_of(world, "Max"), world.people["Kit"], Channel.IN_PERSON, world.now)
    assert refused.value.code == "account.claimed"
    assert "claimed already" in issue(world, "Kit", "Max")


@pytest.mark.parametrize(
    "by,to,status",
    [
        ("Kit", "Max", 200),
        ("Lea", "Max", 200),
        ("Lea", "Kit", 200),
        ("Kit", "Kit", 404),
        ("Lea", "Lea", 404),
        ("Kit", "Cat", 404),
        ("Ada", "Max", 403),
        ("Max", "Max", 403),
        ("Max", "Ada", 403),
    ],
)
def test_keepers_open_accounts_of_their_branch_and_below_and_never_their_own(
    world: Founded, by: str, to: str, status: int
) -> None:
    client = fresh(world, by)
    assert client.get(address(world, to)).status_code == status
    posted = client.post(address(world, to), {"what": "open", "channel": "in person"})
    assert posted.status_code == status
    assert ClaimCode.objects.exists() is (status == 200)


def test_a_right_that_has_ended_opens_nothing(world: Founded) -> None:
    client = fresh(world, "Kit")
    world.now += timedelta(days=800)
    answer = client.post(address(world, "Max"), {"what": "open", "channel": "in person"})
    assert answer.status_code in {302, 403}
    with pytest.raises(RuleViolation) as refused:
        open_access(row_of(world, "Max"), world.people["Kit"], Channel.IN_PERSON, world.now)
    assert refused.value.code == "act.not_allowed"
    assert not ClaimCode.objects.exists()


def test_an_open_session_alone_is_not_enough(world: Founded) -> None:
    answer = browser_of(world, "Kit").get(address(world, "Max"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/security/confirm")
    assert Client().get(address(world, "Max")).status_code == 302


def test_nobody_who_died_or_was_erased_has_an_account(world: Founded) -> None:
    Membership.objects.filter(pk=world.memberships["Max"]).update(standing="deceased")
    assert fresh(world, "Kit").get(address(world, "Max")).status_code == 404


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"what": "open"},
        {"what": "open", "channel": "pigeon"},
        {"what": "found", "channel": "in person"},
        {"what": "\x00", "channel": "\x00"},
        {"channel": "in person"},
    ],
)
def test_anything_else_that_is_sent_does_nothing(world: Founded, posted: dict[str, str]) -> None:
    assert fresh(world, "Kit").post(address(world, "Max"), posted).status_code == 200
    assert (ClaimCode.objects.exists(), Recovery.objects.exists()) == (False, False)


def test_no_log_tells_of_a_code(world: Founded, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "comitia"):
        logging.getLogger("comitia").debug("it listens")
        (code,) = LONG.findall(issue(world, "Kit", "Max"))
    assert "it listens" in caplog.text
    assert [word for word in (code, "Max", world.memberships["Max"]) if word in caplog.text] == []


# --- A new way in --------------------------------------------------------------------------------


def test_two_officers_give_a_new_way_in(world: Founded) -> None:
    claim(world, "Max")
    assert "Another officer has to confirm it" in post(world, "Kit", "Max", what="begin")
    assert "You began it" in fresh(world, "Kit").get(address(world, "Max")).text
    world.now += TIME_TO_STOP
    shown = post(world, "Lea", "Max", what="finish", channel="in person")
    (code,) = LONG.findall(shown)
    assert Person.objects.get(name="Max Ivory").claimed_at is None
    assert claim_account(code, world.now) == world.people["Max"]
    assert left(world, "Max")[1:] == [
        ("started", basis(world), ""),
        ("confirmed", basis(world, "All"), "in person"),
    ]


def test_one_officer_does_not_do_both(world: Founded) -> None:
    claim(world, "Max")
    post(world, "Kit", "Max", what="begin")
    world.now += TIME_TO_STOP
    said = post(world, "Kit", "Max", what="finish", channel="in person")
    assert "another officer has to confirm it" in said
    assert LONG.findall(said) == []
    assert left(world, "Max")[1:] == [("started", basis(world), "")]


def test_one_person_with_two_offices_is_one(world: Founded) -> None:
    act = MakeAppointment(
        organ=SECRETARY,
        holder=Pseudonym(world.memberships["Kit"]),
        since=FIRST,
        until=date(2026, 12, 31),
        as_deputy=True,
        reason=Text("holidays"),
    )
    world.do(act, new_identifier(), "Ben", branch="All", person="Kit")
    claim(world, "Max")
    begin_recovery(row_of(world, "Max"), world.people["Kit"], world.now)
    with pytest.raises(RuleViolation) as refused:
        finish_recovery(
            row_of(world, "Max"), world.people["Kit"], Channel.IN_PERSON, world.now + TIME_TO_STOP
        )
    assert refused.value.code == "recovery.same_officer"


def test_nobody_recovers_the_own_account(world: Founded) -> None:
    claim(world, "Kit", "Lea")
    for by in ("Kit", "Max"):
        with pytest.raises(RuleViolation) as refused:
            begin_recovery(row_of(world, "Kit"), world.people[by], world.now)
        assert refused.value.code == "act.not_allowed"
    assert not Recovery.objects.exists()


def test_the_first_must_still_have_the_right_when_the_second_confirms(world: Founded) -> None:
    claim(world, "Max")
    recovery = begin_recovery(row_of(world, "Max"), world.people["Kit"], world.now)
    Recovery.objects.filter(pk=recovery.pk).update(first=world.people["Ada"])
    with pytest.raises(RuleViolation) as refused:
        finish_recovery(
            row_of(world, "Max"), world.people["Lea"], Channel.IN_PERSON, world.now + TIME_TO_STOP
        )
    assert refused.value.code == "act.not_allowed"
    assert Recovery.objects.get().confirmed_at is None


def test_it_is_not_confirmed_before_the_member_could_stop_it(world: Founded) -> None:
    claim(world, "Max")
    post(world, "Kit", "Max", what="begin")
    said = post(world, "Lea", "Max", what="finish", channel="mail")
    assert "has a day to stop this" in said
    assert Recovery.objects.get().confirmed_at is None


def test_the_member_stops_it_and_sees_who_began(world: Founded) -> None:
    claim(world, "Max")
    post(world, "Kit", "Max", what="begin")
    (link,) = re.findall(r"http://localhost(/recovery/\w+)", str(mail.outbox[-1].body))
    assert Client().post(link).status_code == 200
    assert [(use.what, use.by) for use in told_uses(world.memberships["Max"])] == [
        ("The member stopped it", ""),
        (
            "A new way in was begun; a second officer has to confirm it",
            "secretary, Mill (Kit Lane)",
        ),
        ("A code for the account was issued", "secretary, Mill (Kit Lane)"),
    ]
    world.now += TIME_TO_STOP
    said = post(world, "Lea", "Max", what="finish", channel="in person")
    assert "Nothing is under way" in said


def test_it_is_begun_once(world: Founded) -> None:
    claim(world, "Max")
    post(world, "Kit", "Max", what="begin")
    assert "begun already" in post(world, "Lea", "Max", what="begin")
    assert [step for step, *_ in left(world, "Max")] == ["issued", "started"]


def test_after_a_recovery_no_officer_sends_another_code_alone(world: Founded) -> None:
    claim(world, "Max")
    post(world, "Kit", "Max", what="begin")
    world.now += TIME_TO_STOP
    post(world, "Lea", "Max", what="finish", channel="mail")
    said = post(world, "Kit", "Max", what="open", channel="in person")
    assert "claimed already" in said
    assert LONG.findall(said) == []
    assert "Another officer has to confirm it" in post(world, "Kit", "Max", what="begin")


def test_what_was_done_cannot_be_undone_in_the_table(world: Founded) -> None:
    issue(world, "Kit", "Max")
    use = AccessUse.objects.get()
    assert str(use) == f"issued {use.pk}"
    for change in (
        lambda: AccessUse.objects.update(step=Step.STOPPED),
        lambda: AccessUse.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert left(world, "Max") == [("issued", basis(world), "in person")]


# --- The list ------------------------------------------------------------------------------------


def listed(client: Client, **asked: str) -> list[tuple[str, str]]:
    page = client.post("/register/access", asked)
    assert page.status_code == 200
    return [(re.sub("<.*?>", "", str(name)), str(state)) for name, _, state in page.context["rows"]]


def test_a_keeper_sees_how_far_everybody_of_the_own_branch_is(world: Founded) -> None:
    claim(world, "Ada")
    claim(world, "Ben")
    post(world, "Kit", "Ben", what="begin")
    issue(world, "Kit", "Max")
    kit = browser_of(world, "Kit")
    assert listed(kit) == [("Kit Lane", "no code yet"), ("Max Ivory", "a code is out")]
    assert listed(kit, who="all") == [
        ("Ada Lowe", "has the account"),
        ("Ben Hill", "a new way in was begun"),
        ("Kit Lane", "no code yet"),
        ("Max Ivory", "a code is out"),
    ]
    world.now += 30 * DAY
    assert listed(kit, words="max") == [("Max Ivory", "the code is over")]
    assert len(listed(browser_of(world, "Lea"), who="all")) == 6


@pytest.mark.parametrize(
    "asked",
    [
        {"who": "nonsense"},
        {"words": "x" * 101},
        {"words": "\x00"},
        {"page": "-1"},
        {"words": "moss"},
    ],
)
def test_what_makes_no_sense_finds_nobody(world: Founded, asked: dict[str, str]) -> None:
    assert listed(browser_of(world, "Kit"), **asked) == []


def test_others_do_not_see_the_list(world: Founded) -> None:
    assert browser_of(world, "Max").get("/register/access").status_code == 403
    assert Client().get("/register/access").status_code == 302


def test_long_lists_come_in_pages_and_take_few_queries(
    world: Founded, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kit = browser_of(world, "Kit")
    with django_assert_max_num_queries(30) as few:
        listed(kit)
    row = row_of(world, "Max")
    for number in range(60):
        person = Person.objects.create(name=f"Zoe {number:02}")
        Membership.objects.create(
            id=f"{number:032x}",
            person=person,
            branch=row.branch,
            standing="member",
            since=row.since,
            category=row.category,
            entry=entry(number),
        )
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(listed(kit)) == 50
    assert len(listed(kit, page="2")) == 14


def entry(number: int) -> Entry:
    about = Aggregate.objects.create(id=f"{number:032x}", kind="membership", last="")
    name = f"{number:064x}"
    return Entry.objects.create(
        hash=name, content=b"", kind="membership.declare", aggregate=about, at=clock.now()
    )


def test_the_head_names_who_is_logged_in_also_on_a_page_about_somebody_else(
    world: Founded,
) -> None:
    card = browser_of(world, "Kit").get(f"/register/{world.memberships['Max']}").text
    assert '<a href="/security">Kit Lane</a>' in card
    assert '<a href="/security">Max Ivory</a>' not in card


def test_cards_and_the_register_lead_there(world: Founded) -> None:
    kit = browser_of(world, "Kit")
    assert address(world, "Max") in kit.get(f"/register/{world.memberships['Max']}").text
    assert address(world, "Kit") not in kit.get(f"/register/{world.memberships['Kit']}").text
    assert 'href="/register/access"' in kit.get("/register").text
    assert 'href="/register/access"' not in browser_of(world, "Ada").get("/register").text
