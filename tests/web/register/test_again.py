"""Nobody comes back without asking; who asks again is decided on like everybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.utils.formats import date_format

from comitia.law.errors import Code, RuleViolation
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    CorrectMembership,
    LeaveMembership,
    ReadmitMember,
    RefuseApplication,
)
from comitia.record.kinds.values import EntryHash, Text
from comitia.web.acts.errors import Refusal
from comitia.web.acts.models import Entry
from comitia.web.deadlines.models import Deadline
from comitia.web.notices.models import OutboxMessage
from comitia.web.register.models import Membership
from tests.web.folded import differences
from tests.web.founded import Founded
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db
BY_APPLICATION = {"readmission.after_expulsion": "application"}


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers(rules=BY_APPLICATION) as world:
        yield world


def row_of(world: Founded, name: str) -> Membership:
    return Membership.objects.get(pk=world.memberships[name])


def through(client: Client, address: str, **said: str) -> int:
    """Fill in a form, and confirm what is shown; return the last status."""
    hidden = dict(re.findall(r'name="(new|seen)" value="([^"]*)"', client.get(address).text))
    shown = client.post(address, {**hidden, **said})
    if shown.status_code != 200:
        return shown.status_code
    hidden |= dict(re.findall(r'name="(new|seen)" value="([^"]*)"', shown.text))
    return client.post(address, {**hidden, **said, "confirmed": "1", "sure": "1"}).status_code


def asks(world: Founded, name: str, branch: str = "Mill") -> Membership:
    said = {"branch": world.branches[branch], "category": "reduced"}
    assert through(browser_of(world, name), "/apply/again", **said) == 302
    return row_of(world, name)


def test_a_former_member_asks_from_the_own_page(world: Founded) -> None:
    dan = browser_of(world, "Dan")
    assert "/apply/again" in dan.get("/me").text
    assert "/apply/again" in dan.get("/apply/own").text
    row = asks(world, "Dan", "Port")
    found = (row.standing, row.branch_id, row.category)
    assert found == ("applicant", world.branches["Port"], "reduced")
    entry = Entry.objects.order_by("-number")[0]
    assert f'"membership":"{row.pk}"'.encode() in bytes(entry.content)
    page = dan.get("/apply/own").text
    assert ("Port" in page, "/apply/again" in page) == (True, False)
    assert dan.get("/apply/again").status_code == 404
    assert differences() == []


@pytest.mark.parametrize("name", ["Ada", "Max"])
def test_a_member_does_not_apply_again(world: Founded, name: str) -> None:
    browser = browser_of(world, name)
    assert browser.get("/apply/again").status_code == 404
    assert "/apply/again" not in browser.get("/me").text


def test_the_keeper_enters_an_application_on_paper(world: Founded) -> None:
    address = f"/register/{world.memberships['Dan']}/apply"
    said = {"branch": world.branches["Mill"], "category": "full"}
    assert through(browser_of(world, "Kit"), address, **said) == 302
    assert row_of(world, "Dan").standing == "applicant"


def test_who_decides_sees_what_the_applicant_was_and_readmits(world: Founded) -> None:
    row = asks(world, "Dan")
    ada, address = browser_of(world, "Ada"), f"/applications/{row.pk}"
    page = ada.get(address).text
    assert ("Standing before" in page, "expelled" in page) == (True, True)
    assert f'<a href="{address}">Dan Reed</a>' in ada.get("/applications").text
    form = {"decision": "admit", "since": world.now.date().isoformat(), "seen": row.entry_id}
    assert ada.post(address, {**form, "sure": "1"}).status_code == 302
    assert row_of(world, "Dan").standing == "member"
    assert Entry.objects.order_by("-number")[0].kind == "membership.readmit"
    assert OutboxMessage.objects.filter(template="register.readmitted").count() == 1
    assert Deadline.objects.get(subject=row.pk).state == "met"
    assert differences() == []


@pytest.mark.parametrize("is_refused", [True, False])
def test_who_is_refused_or_thinks_better_of_it_is_what_they_were(
    world: Founded,
    is_refused: bool,  # noqa: FBT001 - one of two ways
) -> None:
    row = asks(world, "Dan", "Port")
    if is_refused:
        refuse = RefuseApplication(reasons=Text("No."))
        world.do(refuse, world.memberships["Dan"], "Cat", branch="Port", person="Dan")
    else:
        browser_of(world, "Dan").post("/apply/own", {"seen": row.entry_id})
    now = row_of(world, "Dan")
    assert (now.standing, now.branch_id) == ("expelled", world.branches["Mill"])
    assert differences() == []


def test_nobody_is_readmitted_who_did_not_ask(world: Founded) -> None:
    back = ReadmitMember(branch=world.branches["Mill"], since=date(2026, 1, 7))
    before = Entry.objects.count()
    with pytest.raises(RuleViolation) as error:
        world.do(back, world.memberships["Dan"], "Ada", person="Dan")
    assert (error.value.code, Entry.objects.count()) == (Code.READMISSION_NOT_ASKED, before)


def test_an_erased_person_is_not_brought_back(world: Founded) -> None:
    """What a pseudonym was, nobody is any more: a keeper enters no application for it."""
    own = world.memberships["Dan"]
    world.people["Dan"].pseudonyms.all().delete()
    act = ApplyForMembership(
        branch=world.branches["Mill"], category=Category.FULL, name=Text("Dan Reed")
    )
    with pytest.raises(RuleViolation) as error:
        world.do(act, own, "Kit")
    assert error.value.code == Refusal.NOT_THERE


# --- What the rule book says, said by the act itself ---------------------------------------------


def test_no_program_admits_somebody_while_members_may_object() -> None:
    with with_keepers(rules={"application.objections": {"days": 14}}) as world:
        own = world.apply("Eve")
        with pytest.raises(RuleViolation) as error:
            world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
        assert error.value.code == Code.APPLICATION_OBJECTIONS_RUN
        ada, address = browser_of(world, "Ada"), f"/applications/{own}"
        form = {"decision": "admit", "since": world.now.date().isoformat()}
        page = ada.post(address, {**form, "seen": row_of(world, "Eve").entry_id}).text
        assert "Members may still object, until the end of Jan. 19, 2026." in page
        world.later(days=15)
        world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")


def test_nobody_is_admitted_below_the_level_of_the_rules() -> None:
    with with_keepers(rules={"application.level": "top"}) as world:
        own = world.apply("Eve")
        ada, ben = browser_of(world, "Ada"), browser_of(world, "Ben")
        form = {"decision": "admit", "since": world.now.date().isoformat(), "sure": "1"}
        form["seen"] = row_of(world, "Eve").entry_id
        assert "Others decide" in ada.get(f"/applications/{own}").text
        assert ada.post(f"/applications/{own}", form).status_code == 403
        assert ben.post(f"/applications/{own}", form).status_code == 302
        assert row_of(world, "Eve").standing == "member"


@pytest.mark.parametrize("born", [date(2010, 1, 6), None])
def test_no_program_enters_who_is_too_young(born: date | None) -> None:
    with with_keepers(rules={"member.minimum_age": 16}) as world:
        before = Entry.objects.count()
        with pytest.raises(RuleViolation) as error:
            world.apply("Eve", birth_date=born)
        assert (error.value.code, Entry.objects.count()) == (Code.APPLICANT_TOO_YOUNG, before)
        world.apply("Eve", birth_date=date(2010, 1, 5))
        assert row_of(world, "Eve").standing == "applicant"


def test_a_letter_s_notice_runs_from_the_day_on_which_it_came() -> None:
    with with_keepers(rules={"leaving.notice": {"days": 28}}) as world:
        own, day = world.memberships["Max"], date(2026, 1, 10)
        with pytest.raises(RuleViolation) as error:
            world.do(LeaveMembership(last_day=day), own, "Kit", "Lea", person="Max")
        assert error.value.code == Code.LEAVING_TOO_EARLY
        letter = LeaveMembership(last_day=day, declared_on=date(2025, 12, 13))
        world.do(letter, own, "Kit", "Lea", person="Max")
        assert row_of(world, "Max").standing == "left"


# --- The person that an application names --------------------------------------------------------


def test_what_an_application_says_is_what_is_held(world: Founded) -> None:
    act = ApplyForMembership(
        branch=world.branches["Mill"],
        category=Category.FULL,
        name=Text("Daniel Reed"),
        birth_date=date(1990, 3, 1),
        address=Text("Mill Road 3"),
    )
    world.do(act, world.memberships["Dan"], "Dan", person="Dan")
    world.people["Dan"].refresh_from_db()
    dan = world.people["Dan"]
    assert (dan.name, dan.birth_date, dan.postal_address) == (
        *("Daniel Reed", date(1990, 3, 1)),
        "Mill Road 3",
    )
    found = browser_of(world, "Kit").post("/register", {"words": "daniel", "standing": "all"})
    assert "Daniel Reed" in found.text


# --- Until when it is to be decided --------------------------------------------------------------


def test_the_branch_that_is_asked_sees_until_when_it_decides(world: Founded) -> None:
    own = world.apply("Eve")
    assert Deadline.objects.get(subject=own).branch == world.branches["Mill"]
    assert "Decide an application" in browser_of(world, "Ada").get("/deadlines").text
    assert "Decide an application" not in browser_of(world, "Cat").get("/deadlines").text


def test_it_goes_with_the_application_to_another_branch(world: Founded) -> None:
    own = world.apply("Eve")
    wrong = CorrectMembership(
        wrong=EntryHash(row_of(world, "Eve").entry_id),
        was_void=False,
        branch=world.branches["Port"],
        reasons=Text("The letter names the Port."),
    )
    world.do(wrong, own, "Ben", "Lea", person="Eve", branch="All")
    assert Deadline.objects.get(subject=own).branch == world.branches["Port"]
    assert "Decide an application" in browser_of(world, "Cat").get("/deadlines").text


def test_more_time_is_shown_where_one_decides_and_to_the_applicant(world: Founded) -> None:
    own = world.apply("Eve")
    due = Deadline.objects.get(subject=own)
    more = {"number": "30", "unit": "days", "reason": "The committee meets in March."}
    assert browser_of(world, "Ada").post(f"/deadlines/{due.pk}", more).status_code == 302
    later = Deadline.objects.get(subject=own, extends=due).last_day
    told = date_format(later, "DATE_FORMAT")
    for name, address in (("Ada", f"/applications/{own}"), ("Eve", "/apply/own")):
        assert (address, told in browser_of(world, name).get(address).text) == (address, True)
