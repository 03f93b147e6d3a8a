"""Ways in to accounts: who may give them, to whom, and what is left behind."""

from __future__ import annotations

import logging
import re
import secrets
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
from comitia.record.kinds.register import AdmitMember, CorrectDetails
from comitia.record.kinds.values import Pseudonym, Text
from comitia.web.accounts.addresses import change_email, undo_change
from comitia.web.accounts.claiming import claim_account, issue_claim_code
from comitia.web.accounts.models import AccessUse, Channel, ClaimCode, Person, Recovery, Step
from comitia.web.accounts.recovery import TIME_TO_STOP
from comitia.web.acts import clock
from comitia.web.acts.models import Aggregate, Entry
from comitia.web.acts.performing import new_identifier
from comitia.web.notices.delivery import deliver_due
from comitia.web.notices.models import OutboxMessage
from comitia.web.register import access_levels
from comitia.web.register.access_granting import (
    begin_opening,
    begin_recovery,
    channels_again,
    channels_for,
    finish_opening,
    finish_recovery,
    needs_two,
    open_access,
    stop_for_member,
)
from comitia.web.register.access_listing import OPENING_LAPSES, told_uses
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


def issue(world: Founded, by: str, to: str, channel: str = "mail") -> str:
    """Return what the page says after one officer gave a code."""
    return post(world, by, to, what="open", channel=channel)


def hand_over(world: Founded, to: str, first: str = "Kit", second: str = "Lea") -> str:
    """Return what the page says after two gave a code from hand to hand."""
    post(world, first, to, what="ask")
    return post(world, second, to, what="confirm", channel="in person")


def claim(world: Founded, name: str) -> None:
    code = issue_claim_code(world.people[name], world.people["Cat"], Channel.LETTER, world.now)
    assert claim_account(code, world.now) == world.people[name]


def begin(world: Founded, to: str, by: str = "Kit") -> str:
    """Begin a recovery, and let the mail go out that tells of it."""
    said = post(world, by, to, what="begin")
    deliver_due(world.now, 10)
    return said


def wait(world: Founded) -> None:
    world.now += TIME_TO_STOP + timedelta(minutes=1)  # the mail took a moment


def left(world: Founded, name: str) -> list[tuple[str, str, str]]:
    """Return step, by and channel of all that was kept, the first one first."""
    rows = AccessUse.objects.filter(membership=world.memberships[name]).order_by("number")
    return list(rows.values_list("step", "by", "channel"))


def basis(world: Founded, branch: str = "Mill") -> str:
    return world.holdings[f"secretary {branch}"]


# --- A first way in ------------------------------------------------------------------------------


def test_a_code_from_hand_to_hand_takes_two_and_is_shown_once(world: Founded) -> None:
    assert "Another officer has to confirm it" in post(world, "Kit", "Max", what="ask")
    assert "You asked for it" in fresh(world, "Kit").get(address(world, "Max")).text
    assert "a code was asked for" in fresh(world, "Lea").get(address(world, "Max")).text
    shown = post(world, "Lea", "Max", what="confirm", channel="in person")
    (code,) = LONG.findall(shown)
    again = fresh(world, "Kit").get(address(world, "Max"))
    assert code not in again.text
    assert "a code is out" in again.text
    assert '<a href="/security">Kit Lane</a>' in again.text
    assert claim_account(code, world.now) == world.people["Max"]
    assert left(world, "Max") == [
        ("asked", basis(world), ""),
        ("issued", basis(world, "All"), "in person"),
    ]


def test_nobody_gives_a_code_from_hand_to_hand_alone(world: Founded) -> None:
    assert LONG.findall(issue(world, "Kit", "Max", "in person")) == []
    with pytest.raises(RuleViolation) as refused:
        open_access(row_of(world, "Max"), world.people["Kit"], Channel.IN_PERSON, world.now)
    assert refused.value.code == "account.takes_two"
    said = hand_over(world, "Max", "Kit", "Kit")
    assert "another officer has to confirm it" in said
    assert (LONG.findall(said), ClaimCode.objects.count()) == ([], 0)


def test_what_was_asked_for_lapses_in_a_day_and_is_confirmed_once(world: Founded) -> None:
    post(world, "Kit", "Max", what="ask")
    assert "begun already" in post(world, "Lea", "Max", what="ask")
    world.now += OPENING_LAPSES
    max_, lea = row_of(world, "Max"), world.people["Lea"]
    with pytest.raises(RuleViolation) as refused:
        finish_opening(max_, lea, Channel.IN_PERSON, world.now)
    assert refused.value.code == "recovery.not_open"
    assert LONG.findall(hand_over(world, "Max")) != []
    with pytest.raises(RuleViolation) as refused:
        finish_opening(max_, lea, Channel.IN_PERSON, world.now)
    assert refused.value.code == "recovery.not_open"


def test_the_member_is_told_of_every_code_whatever_way_it_goes(world: Founded) -> None:
    Person.objects.filter(name="Max Ivory").update(postal_address="Mill Road 3\nLeeds")
    open_access(row_of(world, "Max"), world.people["Kit"], Channel.LETTER, world.now)
    hand_over(world, "Max")
    told = OutboxMessage.objects.filter(template="accounts.code_issued").order_by("made_at", "pk")
    assert [(one.address, one.firm, one.branch) for one in told] == [
        ("max@example.org", True, world.branches["Mill"])
    ] * 2
    assert sorted(one.done_by for one in told) == sorted(
        [basis(world), f"{basis(world)} {basis(world, 'All')}"]
    )
    assert "by letter, by: secretary, Mill (Kit Lane)." in "".join(one.body for one in told)


def test_who_has_no_mail_address_is_told_by_letter_and_who_has_neither_is_not(
    world: Founded,
) -> None:
    Person.objects.filter(name="Max Ivory").update(email="")
    hand_over(world, "Max")
    assert not OutboxMessage.objects.filter(template="accounts.code_issued").exists()
    Person.objects.filter(name="Max Ivory").update(postal_address="Mill Road 3\nLeeds")
    hand_over(world, "Max")
    told = OutboxMessage.objects.get(template="accounts.code_issued")
    assert (told.state, told.address) == ("letter", "")


# --- Who holds an office -------------------------------------------------------------------------


def refusal_of(world: Founded, to: str, channel: Channel, *by: str) -> str:
    """Return why a code is refused that one officer gives, or two; nothing where it is given."""
    try:
        if len(by) == 1:
            open_access(row_of(world, to), world.people[by[0]], channel, world.now)
        else:
            begin_opening(row_of(world, to), world.people[by[0]], world.now)
            finish_opening(row_of(world, to), world.people[by[1]], channel, world.now)
    except RuleViolation as refused:
        return refused.code
    return ""


def test_an_officer_of_a_branch_gets_a_code_from_the_branch_above(world: Founded) -> None:
    assert refusal_of(world, "Kit", Channel.MAIL, "Lea") == ""


def test_an_officer_gets_no_code_from_hand_to_hand(world: Founded) -> None:
    assert refusal_of(world, "Kit", Channel.IN_PERSON, "Lea") == "account.not_by_hand"
    assert LONG.findall(issue(world, "Lea", "Kit", "in person")) == []


def test_an_officer_gets_no_code_from_one_of_the_same_branch(world: Founded) -> None:
    appoint(world, "Max", "Mill")
    assert refusal_of(world, "Max", Channel.MAIL, "Kit") == "account.level_above"
    assert refusal_of(world, "Max", Channel.MAIL, "Lea") == ""


def test_an_officer_of_elsewhere_gets_none_from_where_no_one_stands_above(world: Founded) -> None:
    world.person("Fay Hall", email="fay@example.org")
    world.do(AdmitMember(since=FIRST), world.apply("Fay", "Port"), "Ben", person="Fay")
    appoint(world, "Fay", "Port")
    assert refusal_of(world, "Fay", Channel.MAIL, "Kit") == "act.not_allowed"
    assert refusal_of(world, "Fay", Channel.MAIL, "Lea") == ""


@pytest.mark.parametrize("to", ["Ada", "Ben"])
def test_at_the_top_and_for_technical_rights_it_takes_two(world: Founded, to: str) -> None:
    """Ada is an administrator, Ben is on the committee of all."""
    for by in ("Kit", "Lea"):
        assert refusal_of(world, to, Channel.MAIL, by) == "account.takes_two"
    assert refusal_of(world, to, Channel.MAIL, "Kit", "Lea") == ""


def test_of_these_two_one_stands_at_the_top(world: Founded) -> None:
    appoint(world, "Max", "Mill")
    assert refusal_of(world, "Ben", Channel.MAIL, "Kit", "Max") == "account.level_above"


def test_who_held_an_office_once_is_a_member_as_others_are(world: Founded) -> None:
    appoint(world, "Max", "Mill", until=FIRST + DAY)
    world.now += 10 * DAY
    assert refusal_of(world, "Max", Channel.MAIL, "Kit") == ""


def appoint(world: Founded, name: str, branch: str, *, until: date = date(2026, 12, 31)) -> None:
    """Make somebody the secretary's deputy."""
    act = MakeAppointment(
        organ=SECRETARY,
        holder=Pseudonym(world.memberships[name]),
        since=FIRST,
        until=until,
        as_deputy=True,
        reason=Text("holidays"),
    )
    world.do(act, new_identifier(), "Ben", branch=branch, person=name)


def test_nobody_gives_more_codes_a_day_than_a_job_may_change_people(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_levels, "most_people", lambda _: 1)
    assert refusal_of(world, "Max", Channel.MAIL, "Lea") == ""
    assert refusal_of(world, "Max", Channel.MAIL, "Lea") == ""  # the same person once more
    assert refusal_of(world, "Kit", Channel.MAIL, "Lea") == "account.too_many"
    world.now += DAY
    assert refusal_of(world, "Kit", Channel.MAIL, "Lea") == ""


# --- What goes out -------------------------------------------------------------------------------


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
        open_access(row_of(world, "Max"), world.people["Kit"], Channel.MAIL, world.now)
    assert refused.value.code == "account.claimed"
    assert "claimed already" in issue(world, "Kit", "Max")
    assert "claimed already" in post(world, "Kit", "Max", what="ask")


@pytest.mark.parametrize(
    "by,to,status",
    [
        ("Kit", "Max", 200),
        ("Lea", "Max", 200),
        ("Lea", "Kit", 200),
        ("Lea", "Ben", 200),
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
    posted = client.post(address(world, to), {"what": "open", "channel": "mail"}, follow=True)
    assert posted.status_code == status
    assert ClaimCode.objects.exists() is (status == 200 and to != "Ben")


def test_a_right_that_has_ended_opens_nothing(world: Founded) -> None:
    client = fresh(world, "Kit")
    world.now += timedelta(days=800)
    answer = client.post(address(world, "Max"), {"what": "open", "channel": "mail"})
    assert answer.status_code in {302, 403}
    with pytest.raises(RuleViolation) as refused:
        open_access(row_of(world, "Max"), world.people["Kit"], Channel.MAIL, world.now)
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
        (code,) = LONG.findall(hand_over(world, "Max"))
    assert "it listens" in caplog.text
    assert [word for word in (code, "Max", world.memberships["Max"]) if word in caplog.text] == []


# --- A new way in --------------------------------------------------------------------------------


def test_two_officers_give_a_new_way_in(world: Founded) -> None:
    claim(world, "Max")
    assert "Another officer has to confirm it" in begin(world, "Max")
    assert "You began it" in fresh(world, "Kit").get(address(world, "Max")).text
    wait(world)
    shown = post(world, "Lea", "Max", what="finish", channel="in person")
    (code,) = LONG.findall(shown)
    assert Person.objects.get(name="Max Ivory").claimed_at is None
    assert claim_account(code, world.now) == world.people["Max"]
    assert left(world, "Max") == [
        ("started", basis(world), ""),
        ("confirmed", basis(world, "All"), "in person"),
    ]


def test_one_officer_does_not_do_both(world: Founded) -> None:
    claim(world, "Max")
    begin(world, "Max")
    wait(world)
    said = post(world, "Kit", "Max", what="finish", channel="in person")
    assert "another officer has to confirm it" in said
    assert LONG.findall(said) == []
    assert left(world, "Max") == [("started", basis(world), "")]


def test_one_person_with_two_offices_is_one(world: Founded) -> None:
    appoint(world, "Kit", "All")
    claim(world, "Max")
    begin_recovery(row_of(world, "Max"), world.people["Kit"], world.now)
    with pytest.raises(RuleViolation) as refused:
        finish_recovery(
            row_of(world, "Max"), world.people["Kit"], Channel.IN_PERSON, world.now + TIME_TO_STOP
        )
    assert refused.value.code == "recovery.same_officer"


def test_nobody_recovers_the_own_account(world: Founded) -> None:
    claim(world, "Kit")
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
    assert "has time to stop this" in said
    assert Recovery.objects.get().confirmed_at is None


def test_the_member_stops_it_and_sees_who_began(world: Founded) -> None:
    claim(world, "Max")
    begin(world, "Max")
    (link,) = re.findall(r"http://localhost(/recovery/[\w-]+)", str(mail.outbox[-1].body))
    assert Client().post(link).status_code == 200
    assert [(use.what, use.by) for use in told_uses(world.memberships["Max"])] == [
        ("It was stopped", "the member"),
        (
            "A new way in was begun; a second officer has to confirm it",
            "secretary, Mill (Kit Lane)",
        ),
    ]
    wait(world)
    said = post(world, "Lea", "Max", what="finish", channel="in person")
    assert "Nothing is under way" in said


def test_it_is_begun_once(world: Founded) -> None:
    claim(world, "Max")
    post(world, "Kit", "Max", what="begin")
    assert "begun already" in post(world, "Lea", "Max", what="begin")
    assert [step for step, *_ in left(world, "Max")] == ["started"]


def test_after_a_recovery_no_officer_sends_another_code_alone(world: Founded) -> None:
    claim(world, "Max")
    begin(world, "Max")
    wait(world)
    post(world, "Lea", "Max", what="finish", channel="mail")
    said = post(world, "Kit", "Max", what="open", channel="mail")
    assert "claimed already" in said
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
    assert left(world, "Max") == [("issued", basis(world), "mail")]


def test_a_member_stops_it_at_the_branch(world: Founded) -> None:
    claim(world, "Max")
    begin(world, "Max")
    assert "It was stopped." in post(world, "Lea", "Max", what="stop")
    assert left(world, "Max")[-1] == ("stopped", basis(world, "All"), "")
    with pytest.raises(RuleViolation) as refused:
        stop_for_member(row_of(world, "Max"), world.people["Lea"], world.now)
    assert refused.value.code == "recovery.not_open"


def test_no_new_code_goes_to_an_address_that_was_changed_lately(world: Founded) -> None:
    max_ = row_of(world, "Max")
    Person.objects.filter(name="Max Ivory").update(postal_address="Mill Road 3\nLeeds")
    max_.person.refresh_from_db()
    assert channels_again(max_, world.now) == tuple(Channel)
    change_email(max_.person, "new@example.org", world.now, secrets.token_bytes)
    assert channels_again(max_, world.now) == (Channel.LETTER, Channel.IN_PERSON)
    details = CorrectDetails(address=Text("Elsewhere 1"))
    world.do(details, world.memberships["Max"], "Max", person="Max")
    assert channels_again(row_of(world, "Max"), world.now) == (Channel.IN_PERSON,)
    claim(world, "Max")
    begin_recovery(max_, world.people["Kit"], world.now)
    with pytest.raises(RuleViolation) as refused:
        finish_recovery(max_, world.people["Lea"], Channel.MAIL, world.now)
    assert refused.value.code == "account.not_by_hand"
    assert set(channels_again(row_of(world, "Max"), world.now + 31 * DAY)) == set(Channel)


def test_after_a_change_was_undone_it_takes_two(world: Founded) -> None:
    max_ = row_of(world, "Max")
    claim(world, "Max")
    word = change_email(world.people["Max"], "new@example.org", world.now, secrets.token_bytes)
    assert undo_change(word, world.now)
    max_.person.refresh_from_db()
    assert (max_.person.claimed_at, needs_two(max_)) == (None, True)
    assert left(world, "Max") == [("undone", "", "")]


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
