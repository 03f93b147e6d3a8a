"""Who may be erased, by whom, and what is left afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client
from pytest_django import Settings

from comitia.law.errors import RuleViolation
from comitia.law.values import days
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    LeaveMembership,
    ReadmitMember,
    RefuseApplication,
)
from comitia.record.kinds.values import Text
from comitia.web.accounts.models import Person, Pseudonym, Session
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.acts import clock
from comitia.web.acts.models import Disclosure, Entry, Proposal
from comitia.web.acts.performing import Done, perform
from comitia.web.deadlines.models import Deadline
from comitia.web.deadlines.running import Kind, extend, start_deadline
from comitia.web.documents.models import StoredFile
from comitia.web.notices.models import OutboxMessage
from comitia.web.organisation.models import Administration
from comitia.web.project.checking import checks
from comitia.web.publicrecord import forgetting
from comitia.web.publicrecord.erasing import asked_for
from comitia.web.publicrecord.forgetting import (
    destroy_all_that_is_left,
    destroy_what_is_left,
    forget,
)
from comitia.web.publicrecord.models import Duty
from comitia.web.publicrecord.owning import (
    KEPT,
    LEFT_OUT,
    PLAIN,
    is_owned,
    known_models,
    label_of,
    owner_path,
)
from comitia.web.publicrecord.sequencing import sequence
from comitia.web.register.models import Copy, Membership
from tests.web.founded import Founded
from tests.web.publicrecord.planting import plant
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db
CANARY = "Zaunkönigin"


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[Founded]:
    """Found, and have somebody join and leave again; Kit keeps the register, and Lea above."""
    settings.DATA = tmp_path
    with with_keepers() as world:
        person = world.person(
            f"Eve {CANARY}",
            email="eve@zaun.example",
            postal_address="Zaun 1",
            birth_date="1990-01-02",
        )
        own = world.apply("Eve")
        world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")
        last_day = world.now.date()
        world.do(LeaveMembership(last_day=last_day), own, "Eve", person="Eve")
        plant(person, CANARY, world.now)
        world.later(days=2)
        yield world


def membership(world: Founded, name: str) -> Membership:
    return Membership.objects.select_related("person").get(pk=world.memberships[name])


def address(world: Founded, name: str) -> str:
    return f"/erasures/{world.memberships[name]}"


def fresh(world: Founded, name: str) -> Client:
    """Return the browser of somebody who has just logged in."""
    client = browser_of(world, name)
    session = client.session
    session["confirmed_at"] = world.now.isoformat()
    session.save()
    return client


def erase(world: Founded, name: str, *by: str) -> Done:
    world.later(hours=1)
    keepers = [world.people[one].pk for one in by or ("Kit", "Lea")]
    return perform(asked_for(membership(world, name), keepers))


def erase_by_page(world: Founded, name: str) -> None:
    """Have Kit propose it, and Lea confirm."""
    seen = membership(world, name).entry_id
    fresh(world, "Kit").post(address(world, name), {"do": "propose", "seen": seen})
    proposal = Proposal.objects.get(aggregate=world.memberships[name], ended_at=None)
    confirm = {"do": "confirm", "proposal": proposal.pk}
    assert fresh(world, "Lea").post(address(world, name), confirm).status_code == 302
    destroy_what_is_left(world.now)


def everything(alias: str) -> str:
    """Return every value of every table of a database, as text."""
    connection = connections[alias]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - ours
            found += [repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
                      for row in cursor.fetchall()]  # fmt: skip
    return "\n".join(found)


# --- What goes, and what stays -------------------------------------------------------------------


def test_who_is_erased_by_the_page_is_found_in_no_table_of_either_database(
    world: Founded,
) -> None:
    eve = world.people["Eve"]
    own, secret = world.memberships["Eve"], bytes(PersonSecret.objects.get(pk=eve.pk).secret)
    words = [CANARY, "Zaunk", "zaunk", "1990, 1, 2", "Zaun 1", secret.hex(), repr(secret)[2:-1]]
    before = everything("default") + everything("secrets")
    assert [one for one in words if one not in before] == [secret.hex()]
    keys = [bytes(one.key) for one in Disclosure.objects.filter(subject=own)]
    erase_by_page(world, "Eve")
    after = everything("default") + everything("secrets")
    assert [one for one in (*words, "1990-01-02") if one in after] == []
    assert [key for key in keys if repr(key)[2:-1] in after] == []
    kept = [one.get_decoded() for one in Session.objects.all()]
    assert (StoredFile.objects.count(), [one for one in kept if "word" in one]) == (0, [])


def test_what_counts_stays_and_everything_still_checks(world: Founded) -> None:
    eve, own = world.people["Eve"], world.memberships["Eve"]
    applied = Entry.objects.filter(aggregate=own).order_by("number").first()
    assert applied is not None
    done = erase(world, "Eve")
    row = Membership.objects.get(pk=own)
    assert (row.standing, row.person_id, row.entry_id) == ("left", eve.pk, done.entries[0])
    eve.refresh_from_db()
    assert (eve.name, eve.email, eve.is_active) == ("", "", False)
    entry = Entry.objects.get(hash=done.entries[0])
    value = json.loads(bytes(entry.content))
    held = [{"mandate": world.holdings[one]} for one in ("secretary Mill", "secretary All")]
    assert (value["kind"], value["actors"]) == ("record.erase", held)
    assert value["fields"]["entries"] == [applied.hash]
    assert "branch" not in value
    destroy_what_is_left(world.now)
    sequence(world.now)
    found = {
        f.id for one in checks.check_all(clock.now(), lambda _a, _b: None) for f in one.findings
    }
    assert {one for one in found if not one.startswith(("settings", "files"))} == set()


def test_what_a_kill_has_left_is_destroyed_later(world: Founded) -> None:
    eve = world.people["Eve"]
    erase(world, "Eve")
    assert PersonSecret.objects.filter(pk=eve.pk).exists()
    assert destroy_what_is_left(world.now + timedelta(days=2)) == 0
    assert destroy_all_that_is_left(world.now + timedelta(days=2)) == 1
    assert not PersonSecret.objects.filter(pk=eve.pk).exists()
    assert destroy_all_that_is_left(world.now) == 0


def test_a_kill_before_the_end_of_the_act_changes_nothing(world: Founded) -> None:
    before = everything("default") + everything("secrets")
    with (
        mock.patch.object(forgetting, "_empty", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        erase(world, "Eve")
    assert everything("default") + everything("secrets") == before


def test_contexts_are_parted(world: Founded) -> None:
    ada = world.people["Ada"]
    forget(ada, world.now)
    held = Administration.objects.get(pk=world.holdings["administrator Ada"])
    assert held.person_id != ada.pk
    assert (held.person.name, held.person.erased_at) == ("", world.now)
    assert not Pseudonym.objects.filter(person=ada).exists()
    forget(ada, world.now)
    held.refresh_from_db()
    assert Person.objects.filter(erased_at=world.now).count() == 2


def test_time_limits_go_with_those_whom_they_await_or_are_about(world: Founded) -> None:
    eve, own = world.people["Eve"], world.memberships["Eve"]
    for kind, person in (("cases.reply", eve.pk), ("cases.hearing", None)):
        first = start_deadline(Kind(kind, "Come"), own, world.now, days(9), person, book=None)
        extend(first.pk, days(5), "Eve is in hospital", world.now, book=None)
    other = start_deadline(Kind("cases.reply", "Answer"), own, world.now, days(9), book=None)
    other.subject = world.memberships["Max"]
    other.save()
    forget(eve, world.now)
    assert list(Deadline.objects.all()) == [other]


def test_copies_that_somebody_took_stay_with_the_right_by_which_it_was_done(
    world: Founded,
) -> None:
    fields = {"branch": world.branches["Mill"], "day": "2026-01-05", "known": "now"}
    fresh(world, "Kit").post("/register/as-at", {**fields, "purpose": "A ballot"})
    kit = world.people["Kit"]
    assert Copy.objects.get().taken_by == kit
    forget(kit, world.now)
    copy = Copy.objects.get()
    held = world.holdings["secretary Mill"]
    assert (copy.taken_by, copy.basis, copy.purpose) == (None, held, "A ballot")


# --- Who decides ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [("Kit",), ("Ada", "Kit"), ("Kit", "Eve"), ("Max", "Dan")])
def test_two_keepers_decide_and_nobody_else(world: Founded, by: tuple[str, ...]) -> None:
    with pytest.raises(RuleViolation, match=r"act.not_allowed: record.erase"):
        erase(world, "Eve", *by)


def test_the_page_is_for_keepers_who_have_just_logged_in(world: Founded) -> None:
    page = address(world, "Eve")
    answers = {name: fresh(world, name).get(page).status_code for name in ("Kit", "Lea", "Cat")}
    assert answers == {"Kit": 200, "Lea": 200, "Cat": 403}
    assert fresh(world, "Max").get(page).status_code == 403
    again = browser_of(world, "Kit").get(page)
    assert (again.status_code, again["Location"].partition("?")[0]) == (302, "/security/confirm")


def test_a_page_shows_beforehand_what_goes_and_what_stays(world: Founded) -> None:
    messages = OutboxMessage.objects.filter(person=world.people["Eve"].pk).count()
    page = fresh(world, "Kit").get(address(world, "Eve")).content.decode()
    for line in (
        "<dt>On the register</dt><dd>Name, Date of birth, Postal address, E-mail address</dd>",
        "<dt>Values in entries that can still be read</dt><dd>1</dd>",
        f"<dt>Messages and letters</dt><dd>{messages}</dd>",
        "<dt>Files</dt><dd>1</dd>",
        "<dt>Entries in the record</dt><dd>3, without the person</dd>",
    ):
        assert line in page
    assert "Propose to erase" in page


def test_who_proposes_does_not_confirm_and_can_withdraw(world: Founded) -> None:
    client, page = fresh(world, "Kit"), address(world, "Eve")
    client.post(page, {"do": "propose", "seen": membership(world, "Eve").entry_id})
    proposal = Proposal.objects.get()
    answer = client.post(page, {"do": "confirm", "proposal": proposal.pk}, follow=True)
    assert "What one proposes, another confirms" in answer.content.decode()
    assert "Proposed by Kit Lane" in fresh(world, "Lea").get(page).content.decode()
    assert "Eve" in fresh(world, "Lea").get("/erasures").content.decode()
    client.post(page, {"do": "withdraw", "proposal": proposal.pk})
    proposal.refresh_from_db()
    assert (proposal.act, proposal.ended_at) == ("", world.now)
    assert membership(world, "Eve").person.erased_at is None


def test_another_keeper_rejects_what_is_proposed(world: Founded) -> None:
    page = address(world, "Eve")
    fresh(world, "Kit").post(page, {"do": "propose", "seen": membership(world, "Eve").entry_id})
    lea = fresh(world, "Lea")
    answer = lea.post(page, {"do": "reject", "proposal": Proposal.objects.get().pk}, follow=True)
    assert "The proposal was rejected" in answer.content.decode()
    assert Proposal.objects.get().ended_by == world.people["Lea"].pk
    assert membership(world, "Eve").person.erased_at is None


def test_what_changed_since_it_was_proposed_is_not_erased(world: Founded) -> None:
    page = address(world, "Eve")
    fresh(world, "Kit").post(page, {"do": "propose", "seen": membership(world, "Eve").entry_id})
    again = ApplyForMembership(
        branch=world.branches["Mill"], category=Category.FULL, name=Text("Eve")
    )
    world.do(again, world.memberships["Eve"], "Eve", branch="Mill", person="Eve")
    confirm = {"do": "confirm", "proposal": Proposal.objects.get().pk}
    answer = fresh(world, "Lea").post(page, confirm, follow=True)
    assert "Somebody else was faster" in answer.content.decode()
    assert membership(world, "Eve").person.erased_at is None


# --- Who is not erased ---------------------------------------------------------------------------


def test_a_member_is_not_erased(world: Founded) -> None:
    own = world.apply("Fay")
    with pytest.raises(RuleViolation, match=r"erasure.still_member.*found applicant"):
        erase(world, "Fay")
    world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Fay")
    with pytest.raises(RuleViolation, match=r"erasure.still_member.*found member"):
        erase(world, "Fay")
    leave = LeaveMembership(last_day=world.now.date() + timedelta(days=30))
    world.do(leave, own, "Fay", person="Fay")
    with pytest.raises(RuleViolation, match=r"erasure\.still_member"):
        erase(world, "Fay")
    page = fresh(world, "Kit").get(address(world, "Fay")).content.decode()
    assert "Nobody is erased who belongs" in page
    assert "Propose to erase" not in page


def test_nobody_who_holds_something_is_erased(world: Founded) -> None:
    own = world.memberships["Ada"]
    world.do(LeaveMembership(last_day=world.now.date()), own, "Ada", person="Ada")
    world.later(days=2)
    with pytest.raises(RuleViolation, match=r"erasure.still_held"):
        erase(world, "Ada")


def test_nobody_with_technical_rights_is_erased(world: Founded) -> None:
    eve, held = world.people["Eve"], Administration.objects.get(person=world.people["Ada"])
    held.person = eve
    held.save()
    with pytest.raises(RuleViolation, match=r"erasure.still_held"):
        erase(world, "Eve")


def test_an_erasure_names_all_entries_that_say_who_it_is(world: Founded) -> None:
    asked = asked_for(membership(world, "Eve"), [world.people[one].pk for one in ("Kit", "Lea")])
    with pytest.raises(RuleViolation, match=r"erasure.other_entries"):
        perform(replace(asked, act=EraseDisclosures(entries=())))


def test_who_was_erased_is_not_erased_again_nor_readmitted(world: Founded) -> None:
    erase(world, "Eve")
    with pytest.raises(RuleViolation, match=r"erasure.done"):
        erase(world, "Eve")
    back = ReadmitMember(branch=world.branches["Mill"], since=world.now.date())
    with pytest.raises(RuleViolation, match=r"erasure.done"):
        world.do(back, world.memberships["Eve"], "Ada")
    assert fresh(world, "Kit").get(address(world, "Eve")).status_code == 404
    card = browser_of(world, "Kit").get(f"/register/{world.memberships['Eve']}")
    assert "<h1>erased</h1>" in card.content.decode()


# --- Duties to keep it ---------------------------------------------------------------------------


def note(world: Founded, last_day: date, reason: str = "Books of account") -> str:
    duty = {"do": "duty", "ground": "law", "reason": reason, "last_day": last_day.isoformat()}
    answer = fresh(world, "Kit").post(address(world, "Eve"), duty, follow=True)
    return answer.content.decode()


def test_a_duty_to_keep_it_refuses_up_to_its_last_day(world: Founded) -> None:
    last_day = world.now.date() + timedelta(days=1)
    assert "A duty runs to keep what is held" in note(world, last_day)
    duty = Duty.objects.get()
    assert (duty.reason, duty.noted_by) == ("Books of account", world.holdings["secretary Mill"])
    with pytest.raises(RuleViolation) as refused:
        erase(world, "Eve")
    told = (refused.value.code, refused.value.found)
    assert told == ("erasure.duty", f"one until {last_day}")
    world.later(days=2)
    erase_by_page(world, "Eve")
    assert membership(world, "Eve").person.erased_at == world.now


def test_a_duty_that_is_over_is_noted_and_stays_readable(world: Founded) -> None:
    note(world, world.now.date() + timedelta(days=900))
    over = {"do": "over", "duty": str(Duty.objects.get().pk)}
    fresh(world, "Lea").post(address(world, "Eve"), over)
    duty = Duty.objects.get()
    assert duty.last_day == world.now.date() - timedelta(days=1)
    assert duty.noted_by == world.holdings["secretary All"]
    erase(world, "Eve")


@pytest.mark.parametrize("after", [-1, 4000])
def test_a_duty_has_a_last_day_within_ten_years(world: Founded, after: int) -> None:
    shown = note(world, world.now.date() + timedelta(days=after))
    assert "Choose a day from today on, within ten years." in shown
    assert not Duty.objects.exists()


# --- Asking, and being due -----------------------------------------------------------------------


def ask(world: Founded, name: str) -> str:
    return fresh(world, name).post("/me/erasure", follow=True).content.decode()


def test_who_has_left_asks_on_the_own_page_and_keepers_have_a_month(world: Founded) -> None:
    assert "You asked on" in ask(world, "Eve")
    ask(world, "Eve")
    limit = Deadline.objects.get(kind="record.erasure")
    assert (limit.subject, limit.branch) == (world.memberships["Eve"], world.branches["Mill"])
    assert limit.last_day - world.now.date() >= timedelta(days=28)
    listed = fresh(world, "Lea").get("/erasures").content.decode()
    assert listed.count(f"Eve {CANARY}") == 1
    note(world, world.now.date() + timedelta(days=9), "Tax law wants it")
    limit.refresh_from_db()
    assert (limit.state, limit.met_at) == ("met", world.now)
    assert "Tax law wants it" in fresh(world, "Eve").get("/me/erasure").content.decode()
    assert f"Eve {CANARY}" not in fresh(world, "Lea").get("/erasures").content.decode()


def test_who_belongs_cannot_ask(world: Founded) -> None:
    assert "Leave first" in ask(world, "Max")
    assert not Deadline.objects.filter(kind="record.erasure").exists()


def test_keepers_are_shown_who_was_kept_for_as_long_as_the_rule_book_says(
    world: Founded,
) -> None:
    def listed() -> bool:
        page = fresh(world, "Kit").get("/erasures").content.decode()
        return f"Eve {CANARY}" in page

    left = membership(world, "Eve").since
    world.now = world.now.replace(year=left.year + 1, month=left.month, day=left.day)
    assert not listed()
    world.later(days=5)
    assert listed()
    erase_by_page(world, "Eve")
    assert not listed()


def test_a_refused_applicant_is_due_when_no_appeal_is_possible_any_more(world: Founded) -> None:
    own = world.apply("Fay")
    world.do(RefuseApplication(reasons=Text("Too young")), own, "Ada", person="Fay")
    pages = []
    for _ in range(2):
        world.later(days=20)
        pages.append(fresh(world, "Kit").get("/erasures").content.decode())
    assert ["Fay" in page for page in pages] == [False, True]
    erase_by_page(world, "Fay")
    assert membership(world, "Fay").person.name == ""


# --- Whose rows are whose ------------------------------------------------------------------------


def test_every_model_is_placed() -> None:
    owned = {label_of(one) for one in known_models() if is_owned(one)}
    assert {"accounts.person", "acts.disclosure", "notices.outboxmessage"} <= owned
    assert KEPT & owned
    assert not owned & (PLAIN | LEFT_OUT)


def test_ways_in_that_can_have_ended_since_are_in_no_backup() -> None:
    assert {"accounts.session", "interface.apitoken", "deadlines.feed"} < LEFT_OUT


def test_a_model_that_nobody_placed_stops_everything() -> None:
    with (
        mock.patch("comitia.web.publicrecord.owning.PLAIN", frozenset()),
        pytest.raises(LookupError, match="is it plain, left out, or whose"),
    ):
        is_owned(apps.get_model("rulebook", "version"))


def test_whoever_acted_on_others_owns_none_of_these_rows() -> None:
    actors = {
        (label_of(model), field.name): owner_path(model) == f"{field.name}_id"
        for model in known_models()
        if label_of(model) not in PLAIN
        for field in model._meta.concrete_fields
        if field.related_model is Person and field.name not in {"person", "user"}
    }
    assert actors == {
        ("accounts.claimcode", "issued_by"): False,
        ("accounts.opening", "first"): False,
        ("accounts.recovery", "first"): False,
        ("accounts.recovery", "second"): False,
    }


def test_an_owner_is_found_over_other_rows() -> None:
    assert owner_path(Person) == "pk"
    assert owner_path(Membership) == "person_id"
    assert owner_path(OutboxMessage) == "person"
    confirmation = apps.get_model("account", "EmailConfirmation")
    assert owner_path(confirmation) == "email_address__user_id"
    assert owner_path(Entry) is None
