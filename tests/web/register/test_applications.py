from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.accounts.rates import RATES
from comitia.web.acts.models import Entry
from comitia.web.deadlines.models import Deadline
from comitia.web.notices.models import OutboxMessage
from comitia.web.organisation.models import Branch
from comitia.web.register.answering import mailbox_of
from comitia.web.register.models import Membership
from comitia.web.register.views import applications
from tests.web.founded import Founded
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def said(world: Founded, **other: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "branch": world.branches["Mill"],
        "category": "full",
        "name": "Eve Ward",
        "birth_date": "1990-03-01",
        "address": "Mill Road 3\nLeeds",
        "email": "eve@example.org",
        **other,
    }


def applicant() -> Membership:
    return Membership.objects.get(standing="applicant")


def send(browser: Client, world: Founded, **other: Any) -> Any:  # noqa: ANN401
    """Fill in the form, read the code where it was sent to, and enter it."""
    assert browser.post("/apply", said(world, **other)).status_code == 200
    return browser.post("/apply", said(world, code=code_sent(), **other))


def code_sent() -> str:
    """Return the code of the last mail."""
    found = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None
    return found[0]


def apply(world: Founded) -> Membership:
    assert send(Client(), world).status_code == 302
    return applicant()


def kept() -> tuple[int, ...]:
    """Return how much there is of what an application leaves."""
    models = (Entry, Person, PersonSecret, Deadline, OutboxMessage, Membership)
    return tuple(model._default_manager.count() for model in models)


# --- Asking ----------------------------------------------------------------------------------


def test_anybody_may_apply_and_is_told_that_it_was_received(world: Founded) -> None:
    assert Client().get("/apply").status_code == 200
    answer = send(Client(headers={"accept-language": "de"}), world)
    assert (answer.status_code, answer["Location"]) == (302, "/apply/received")
    assert Client().get("/apply/received").status_code == 200
    row = applicant()
    person = row.person
    assert (person.name, person.birth_date, person.postal_address, person.email) == (
        "Eve Ward",
        date(1990, 3, 1),
        "Mill Road 3\nLeeds",
        "eve@example.org",
    )
    assert (row.branch_id, row.category) == (world.branches["Mill"], "full")
    assert PersonSecret.objects.filter(person_id=person.pk).exists()
    message = OutboxMessage.objects.get()
    assert (message.person, message.template) == (person.pk, "register.applied")


def test_each_field_says_why_it_is_asked_for(world: Founded) -> None:  # noqa: ARG001
    page = Client().get("/apply").content.decode()
    assert page.count('class="help"') == 6
    assert "Article 6(1)(b)" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "Eve\x00Ward"},
        {"name": "Eve\x07Ward"},
        {"name": "x" * 201},
        {"name": "win at http://evil.example"},
        {"name": "   "},
        {"branch": "0" * 32},
        {"branch": "' OR 1=1"},
        {"category": "honorary"},
        {"category": "none"},
        {"birth_date": "yesterday"},
        {"birth_date": "2990-01-01"},
        {"birth_date": "1890-01-01"},
        {"address": "x" * 1001},
        {"address": "Mill\x1bRoad"},
        {"email": "eve@"},
        {"email": ""},
        {"email": "eve@example.org\nBcc: all@example.org"},
    ],
)
def test_what_cannot_be_entered_is_shown_again(world: Founded, wrong: dict[str, str]) -> None:
    before = kept()
    answer = Client().post("/apply", said(world, **wrong))
    assert answer.status_code == 200
    assert answer.content.decode().count('role="alert"') == 1
    assert (kept(), mail.outbox) == (before, [])


def test_nothing_is_asked_before_a_founding() -> None:
    assert [Client().get(page).status_code for page in ("/apply", "/apply/received")] == [404, 404]


# --- The address answers first ---------------------------------------------------------------


def test_nothing_is_kept_until_the_address_has_answered(world: Founded) -> None:
    before = kept()
    browser = Client()
    page = browser.post("/apply", said(world))
    assert (page.status_code, kept()) == (200, before)
    assert "Eve Ward" in page.content.decode()
    stored = dict(browser.session)
    assert stored == {
        "application_code": {"hash": ANY, "until": (world.now + timedelta(minutes=15)).isoformat()}
    }
    assert re.fullmatch("[0-9a-f]{64}", stored["application_code"]["hash"])


def test_the_mail_with_the_code_repeats_nothing_that_was_written(world: Founded) -> None:
    Client().post("/apply", said(world))
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (
        ["eve@example.org"],
        "The Association: your application",
    )
    assert sent.body == (
        "Somebody wants to become a member of The Association and gave this address.\n\n"
        "If that was you, enter this code on the page where you applied, within 15 minutes:\n\n"
        f"{code_sent()}\n\n"
        "If it was not, do nothing. Without the code nothing is kept.\n"
    )


def test_the_page_of_the_code_brings_back_what_was_written(world: Founded) -> None:
    browser = Client()
    address = "a <b>\n'c'"
    page = browser.post("/apply", said(world, address=address)).content.decode()
    assert f'name="address" value="{escape(address)}"' in page
    again = browser.post("/apply", said(world, again="1")).content.decode()
    assert 'value="Eve Ward"' in again
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("code", ["", "0000-0000", "\x00", "é", "x" * 101])
def test_no_other_code_opens(world: Founded, code: str) -> None:
    browser, before = Client(), kept()
    browser.post("/apply", said(world))
    answer = browser.post("/apply", said(world, code=code))
    assert (answer.status_code, kept()) == (200, before)
    assert answer.content.decode().count('role="alert"') == 1


def test_a_code_opens_for_its_address_in_its_browser_for_a_quarter_of_an_hour(
    world: Founded,
) -> None:
    browser, before = Client(), kept()
    browser.post("/apply", said(world))
    code = code_sent()
    browser.post("/apply", said(world, code=code, email="ada@example.org"))
    Client().post("/apply", said(world, code=code))
    world.later(minutes=16)
    browser.post("/apply", said(world, code=code))
    assert kept() == before
    world.later(minutes=-2)
    assert browser.post("/apply", said(world, code=code)).status_code == 302


def test_a_code_opens_once(world: Founded) -> None:
    browser = Client()
    send(browser, world)
    before = kept()
    assert browser.post("/apply", said(world, code=code_sent())).status_code == 200
    assert kept() == before


def test_a_code_is_used_up_also_where_two_use_it_at_the_same_moment(world: Founded) -> None:
    browser, twin = Client(), Client()
    browser.post("/apply", said(world))
    session, copied = browser.session, twin.session
    copied["application_code"] = session["application_code"]
    copied.save()
    twin.cookies[django_settings.SESSION_COOKIE_NAME] = copied.session_key or ""
    statuses = [
        one.post("/apply", said(world, code=code_sent())).status_code for one in (browser, twin)
    ]
    assert statuses == [302, 200]
    assert applicant().person.name == "Eve Ward"


def test_a_code_is_tried_five_times(world: Founded) -> None:
    browser, before = Client(), kept()
    browser.post("/apply", said(world))
    for _ in range(5):
        browser.post("/apply", said(world, code="0000-0000"))
    browser.post("/apply", said(world, code=code_sent()))
    assert kept() == before
    browser.post("/apply", said(world, code="0000-0000", another="1"))
    assert browser.post("/apply", said(world, code=code_sent())).status_code == 302


def test_a_branch_that_has_closed_meanwhile_is_said(world: Founded) -> None:
    browser = Client()
    browser.post("/apply", said(world))
    before = kept()
    Branch.objects.filter(pk=world.branches["Mill"]).update(last_day=date(2026, 1, 5))
    answer = browser.post("/apply", said(world, code=code_sent()))
    assert (answer.status_code, kept()) == (200, before)


def test_one_mailbox_is_not_flooded_however_it_is_spelt(world: Founded) -> None:
    spellings = ["x@example.org", "X@Example.ORG", "x+1@example.org", "x+2@example.org"]
    statuses = [Client().post("/apply", said(world, email=one)).status_code for one in spellings]
    assert statuses == [200, 200, 200, 429]
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(
    "one, other, are_same",
    [
        ("a@x.org", " A@X.ORG", True),
        ("a+b@x.org", "a@x.org", True),
        ("+b@x.org", "+c@x.org", False),
        ("a@x.org", "a@y.org", False),
        ("a.b@x.org", "ab@x.org", False),
    ],
)
def test_spellings_of_one_mailbox_are_one(one: str, other: str, *, are_same: bool) -> None:
    assert (mailbox_of(one) == mailbox_of(other)) == are_same


def flood(world: Founded, senders: Iterable[str]) -> Counter[int]:
    """Ask once from each address, each time for another mailbox; return the answers."""
    return Counter(
        Client(REMOTE_ADDR=sender)
        .post("/apply", said(world, email=f"e{number}@example.org"))
        .status_code
        for number, sender in enumerate(senders)
    )


def test_one_origin_does_not_flood_everybody(world: Founded) -> None:
    assert flood(world, ["192.0.2.1"] * 21) == {200: 20, 429: 1}


@pytest.mark.parametrize("network", ["192.0.2.{}", "2001:db8:0:{:x}::1"])
def test_one_network_does_not_flood_everybody(world: Founded, network: str) -> None:
    assert flood(world, [network.format(n) for n in range(62)]) == {200: 60, 429: 2}


def test_the_house_mails_only_so_many_strangers(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "apply_all", "5/1h/key")
    senders = [f"192.0.{n}.1" for n in range(7)]
    assert flood(world, senders) == {200: 5, 429: 2}
    assert len(mail.outbox) == 5


def test_where_no_mail_is_sent_applications_are_on_paper(
    world: Founded, settings: Settings
) -> None:
    settings.MAIL_SERVER = False
    before = kept()
    for answer in (Client().get("/apply"), Client().post("/apply", said(world))):
        assert (answer.status_code, "on paper" in answer.content.decode()) == (200, True)
    assert (kept(), mail.outbox) == (before, [])


# --- On paper --------------------------------------------------------------------------------


def test_the_keeper_lodges_an_application_on_paper(world: Founded) -> None:
    kit = browser_of(world, "Kit")
    assert kit.get("/applications/new").status_code == 200
    answer = kit.post("/applications/new", said(world, email=""))
    assert answer["Location"] == f"/applications/{applicant().pk}"
    entry = Entry.objects.order_by("-number")[0]
    assert f'"mandate":"{world.holdings["secretary Mill"]}"'.encode() in bytes(entry.content)
    assert OutboxMessage.objects.get().state == "letter"


@pytest.mark.parametrize("name", ["Ada", "Max", "Dan"])
def test_nobody_else_does(world: Founded, name: str) -> None:
    assert browser_of(world, name).post("/applications/new", said(world)).status_code == 403
    assert not Membership.objects.filter(standing="applicant").exists()


def test_the_keeper_lodges_in_no_other_branch(world: Founded) -> None:
    answer = browser_of(world, "Ben").post(
        "/applications/new", said(world, branch=world.branches["Port"])
    )
    assert answer.status_code == 200
    assert not Membership.objects.filter(standing="applicant").exists()


def test_who_may_be_there_already_is_shown_with_reasons_and_not_merged(world: Founded) -> None:
    ben = browser_of(world, "Ben")
    form = said(world, name="Lowe Ada", birth_date="1980-02-28")
    page = ben.post("/applications/new", form).content.decode()
    assert "Ada Lowe is another person" in page
    assert "the same names in another order" in page
    assert "the date of birth differs in one figure" in page
    assert not Membership.objects.filter(standing="applicant").exists()
    form["different"] = [world.memberships["Ada"]]
    assert ben.post("/applications/new", form).status_code == 302
    assert applicant().person_id != world.people["Ada"].pk


def marks_of(page: str) -> list[str]:
    return re.findall(r'name="different" value="([^"]*)"', page)


def test_of_who_is_alike_elsewhere_nothing_is_told(world: Founded) -> None:
    kit = browser_of(world, "Kit")
    pages = [
        kit.post("/applications/new", said(world, name=name)).content.decode()
        for name in ("Moss Cat", "Cat Moss")
    ]
    (mark,), (other,) = map(marks_of, pages)
    assert "Whoever else is alike, of those whom you do not see, is another person" in pages[0]
    assert (mark != other, world.memberships["Cat"] in {mark, other}) == (True, False)
    form = pages[0][pages[0].index("<fieldset") :]
    assert "the same names" not in form
    assert 'class="mark' not in form


def test_who_is_expelled_elsewhere_looks_like_everybody_there(world: Founded) -> None:
    kit, pages = browser_of(world, "Kit"), []
    for standing in ("member", "expelled"):
        Membership.objects.filter(pk=world.memberships["Cat"]).update(standing=standing)
        page = kit.post("/applications/new", said(world, name="Moss Cat")).content.decode()
        pages.append(page[page.index("<fieldset") : page.index("</fieldset>")])
    assert pages[0] == pages[1]


def test_those_elsewhere_are_told_apart_together(world: Founded) -> None:
    world.people["Twin"] = world.person("Lea Park")
    world.apply("Twin", "Port")
    kit, form = browser_of(world, "Kit"), said(world, name="Park Lea")
    (mark,) = marks_of(kit.post("/applications/new", form).content.decode())
    form["different"] = [mark]
    assert kit.post("/applications/new", form).status_code == 302


def test_the_word_for_one_form_tells_nobody_apart_in_another(world: Founded) -> None:
    kit = browser_of(world, "Kit")
    page = kit.post("/applications/new", said(world, name="Moss Cat")).content.decode()
    form = said(world, name="Cat Moss", different=marks_of(page))
    assert kit.post("/applications/new", form).status_code == 200
    assert not Membership.objects.filter(standing="applicant").exists()


def test_a_keeper_asks_only_so_often_who_is_there(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "lodge", "2/1d/key")
    kit = browser_of(world, "Kit")
    statuses = [
        kit.post("/applications/new", said(world, name="Moss Cat")).status_code for _ in range(3)
    ]
    assert statuses == [200, 200, 429]


# --- Deciding --------------------------------------------------------------------------------


def test_what_waits_is_listed_with_its_limit(world: Founded) -> None:
    row = apply(world)
    page = browser_of(world, "Ada").get("/applications").content.decode()
    assert f'<a href="/applications/{row.pk}">Eve Ward</a>' in page
    assert "overdue" not in page
    world.later(days=100)
    assert "overdue" in browser_of(world, "Ada").get("/applications").content.decode()


@pytest.mark.parametrize(
    "page, listed", [("", 2), ("2", 1), ("9", 1), ("0", 1), ("x", 2), ("²", 2)]
)
def test_the_list_comes_in_pages(
    world: Founded, monkeypatch: pytest.MonkeyPatch, page: str, listed: int
) -> None:
    monkeypatch.setattr(applications, "PAGE", 2)
    for name in ("Eve", "Fay", "Gus"):
        world.apply(name)
    shown = browser_of(world, "Ada").get("/applications", {"page": page})
    assert len(shown.context["rows"]) == listed


def test_another_branch_sees_nothing_of_it(world: Founded) -> None:
    row = apply(world)
    cat = browser_of(world, "Cat")
    assert "Eve" not in cat.get("/applications").content.decode()
    assert cat.get(f"/applications/{row.pk}").status_code == 404
    assert browser_of(world, "Dan").get(f"/applications/{row.pk}").status_code == 403
    assert Client().get("/applications").status_code == 302


def decide(world: Founded, row: Membership, **other: str) -> dict[str, str]:
    return {
        "decision": "admit",
        "since": world.now.date().isoformat(),
        "seen": row.entry_id,
        **other,
    }


def test_what_follows_is_shown_before_anything_is_done(world: Founded) -> None:
    row = apply(world)
    world.later(days=20)
    ada, before = browser_of(world, "Ada"), Entry.objects.count()
    page = ada.post(f"/applications/{row.pk}", decide(world, row)).content.decode()
    assert escape("You are a member of the branch Mill from") in page
    assert "decider of applications, Mill" in page
    assert Entry.objects.count() == before
    answer = ada.post(f"/applications/{row.pk}", decide(world, row, sure="1"))
    assert answer["Location"] == "/applications"
    assert Membership.objects.get(pk=row.pk).standing == "member"
    assert {one.template for one in OutboxMessage.objects.all()} == {
        "register.applied",
        "register.admitted",
    }


def test_who_is_refused_is_told_why(world: Founded) -> None:
    row = apply(world)
    form = {"decision": "refuse", "reasons": "Not of\nthe trade.", "seen": row.entry_id}
    ada = browser_of(world, "Ada")
    assert "Not of" in ada.post(f"/applications/{row.pk}", form).content.decode()
    assert ada.post(f"/applications/{row.pk}", {**form, "sure": "1"}).status_code == 302
    assert Membership.objects.get(pk=row.pk).standing == ""
    body = OutboxMessage.objects.get(template__startswith="register.refused").body
    assert "    Not of\n    the trade." in body


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2025-01-01"},
        {"since": ""},
        {"decision": "expel"},
        {"decision": "refuse", "reasons": ""},
        {"decision": "refuse", "reasons": "a\x00b"},
        {"decision": "refuse", "reasons": "x" * 10_001},
        {"seen": "0" * 64},
        {"seen": ""},
    ],
)
def test_a_decision_that_cannot_be_changes_nothing(world: Founded, wrong: dict[str, str]) -> None:
    row = apply(world)
    world.later(days=20)
    before = Entry.objects.count()
    form = decide(world, row, sure="1", **wrong)
    assert browser_of(world, "Ada").post(f"/applications/{row.pk}", form).status_code == 200
    assert Entry.objects.count() == before


def test_a_keeper_sees_an_application_and_does_not_decide_it(world: Founded) -> None:
    row = apply(world)
    world.later(days=20)
    kit = browser_of(world, "Kit")
    assert "Others decide" in kit.get(f"/applications/{row.pk}").content.decode()
    answer = kit.post(f"/applications/{row.pk}", decide(world, row, sure="1"))
    assert answer.status_code == 403
    assert Membership.objects.get(pk=row.pk).standing == "applicant"


def test_who_is_alike_has_to_be_told_apart_before_an_admission(world: Founded) -> None:
    send(Client(), world, name="Ada Lowe", birth_date="1980-02-29")
    row = applicant()
    world.later(days=20)
    ada = browser_of(world, "Ben")
    form = decide(world, row, sure="1")
    assert "other people" in ada.post(f"/applications/{row.pk}", form).content.decode()
    assert Membership.objects.get(pk=row.pk).standing == "applicant"
    form["different"] = world.memberships["Ada"]
    assert ada.post(f"/applications/{row.pk}", form).status_code == 302
    assert Membership.objects.get(pk=row.pk).standing == "member"


def test_lists_ask_as_much_for_one_row_as_for_three(
    world: Founded,
    django_assert_max_num_queries: Any,  # noqa: ANN401
) -> None:
    ada = browser_of(world, "Ada")
    world.apply("Eve")
    with django_assert_max_num_queries(100) as one:
        ada.get("/applications")
    world.apply("Fay")
    world.apply("Gus")
    with django_assert_max_num_queries(len(one)):
        ada.get("/applications")
    assert len(one) <= 30


# --- The applicant's own page ----------------------------------------------------------------


def test_an_applicant_takes_the_application_back(world: Founded) -> None:
    row = apply(world)
    own = Client()
    assert own.get("/apply/own").status_code == 302
    own.force_login(row.person)
    assert "Mill" in own.get("/apply/own").content.decode()
    own.post("/apply/own", {"seen": "0" * 64})
    assert Membership.objects.get(pk=row.pk).standing == "applicant"
    page = own.post("/apply/own", {"seen": row.entry_id}, follow=True).content.decode()
    assert "You took your application back." in page
    assert Membership.objects.get(pk=row.pk).standing == ""
    assert OutboxMessage.objects.filter(template="register.withdrawn").count() == 1
