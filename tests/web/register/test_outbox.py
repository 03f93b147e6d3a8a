"""The outbox as officers see it: whose messages, what can be decided, letters on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.errors import RuleViolation
from comitia.record.kinds.register import Category, SetCategory
from comitia.web.accounts.models import Person
from comitia.web.notices.bounces import address_works, bury
from comitia.web.notices.models import DeadAddress, OutboxMessage, State
from comitia.web.notices.outbox import erase_person, write_notices
from comitia.web.notices.values import Recipient
from comitia.web.notices.wording import Template
from comitia.web.register import notifying
from comitia.web.register.access import Officer
from comitia.web.register.outbox_deciding import DECISIONS, STATES, decide, visible
from tests.web.founded import Founded
from tests.web.notices.making import NOTICE
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        yield world


def write(world: Founded, to: str, branch: str = "Mill", *, mail: bool = True) -> OutboxMessage:
    person = world.people[to]
    recipient = Recipient(person.pk, person.email if mail else "", "en", person.name)
    at = world.branches[branch] if branch else ""
    (made,) = write_notices([replace(NOTICE, recipient=recipient, branch=at)], world.now)
    return OutboxMessage.objects.get(pk=made)


def state_of(row: OutboxMessage) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.decided_by


def seen(world: Founded, name: str) -> set[OutboxMessage]:
    return set(visible(Officer(world.people[name])))


# --- Who sees what -------------------------------------------------------------------------------


def test_a_keeper_sees_the_messages_of_the_own_branch_and_below_but_their_own(
    world: Founded,
) -> None:
    to_max, to_cat = write(world, "Max"), write(world, "Cat", "Port")
    to_kit, to_lea = write(world, "Kit"), write(world, "Lea", "Port")
    to_ada = write(world, "Ada", "")
    assert seen(world, "Kit") == {to_max}
    assert seen(world, "Lea") == {to_max, to_cat, to_kit, to_ada}
    assert to_lea not in seen(world, "Lea")
    assert seen(world, "Max") == set()


@pytest.mark.parametrize("page", ["/outbox", "/outbox/letters", "message", "letters"])
def test_others_see_no_page_of_it(world: Founded, page: str) -> None:
    row = write(world, "Cat", "Port")
    pages = {"message": f"/outbox/{row.pk}", "letters": f"/outbox/letters/{world.branches['Port']}"}
    address = pages.get(page, page)
    assert Client().get(address).status_code == 302
    assert browser_of(world, "Max").get(address).status_code == 403
    allowed = {"/outbox": 200}.get(page, 404)
    assert browser_of(world, "Kit").get(address).status_code == allowed
    assert browser_of(world, "Lea").get(address).status_code == 200


def test_the_act_s_own_notices_carry_its_branch(world: Founded) -> None:
    world.apply("Eve")
    row = OutboxMessage.objects.get(template="register.applied")
    assert row.branch == world.branches["Mill"]


def test_the_list_shows_what_is_not_done_and_by_choice_what_is(world: Founded) -> None:
    rows = {state: write(world, "Max") for state in State.values}
    for state, row in rows.items():
        OutboxMessage.objects.filter(pk=row.pk).update(state=state)
    kit = browser_of(world, "Kit")
    assert len(kit.get("/outbox").context["rows"]) == 5
    for state, label in STATES.items():
        (row,) = kit.get("/outbox", {"state": state}).context["rows"]
        assert row[1:3] == ("Max Ivory", label)
    for asked in ({"state": "lost"}, {"page": "-1"}, {"state": "\x00"}):
        assert kit.get("/outbox", asked).context["rows"] == []


def test_what_was_blanked_or_is_nobody_s_says_so(world: Founded) -> None:
    row = write(world, "Max")
    OutboxMessage.objects.update(state=State.SENT, sent_at=world.now)
    erase_person(world.people["Max"].pk)
    kit = browser_of(world, "Kit")
    ((subject, to, *_),) = kit.get("/outbox", {"state": "sent"}).context["rows"]
    assert ("(blanked)" in subject, to) == (True, "erased")
    page = kit.get(f"/outbox/{row.pk}").text
    assert "The text was blanked." in page


def test_long_lists_come_in_pages_and_take_few_queries(
    world: Founded, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kit = browser_of(world, "Kit")
    write(world, "Max")
    with django_assert_max_num_queries(30) as few:
        kit.get("/outbox")
    for _ in range(60):
        write(world, "Max")
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = kit.get("/outbox")
    assert len(page.context["rows"]) == 50
    assert 'name="page" value="2"' in page.text
    assert len(kit.get("/outbox", {"page": "2"}).context["rows"]) == 11


# --- One message ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before,what,after",
    [
        ("waiting", "hold", "held"),
        ("letter", "hold", "held"),
        ("held", "release", "waiting"),
        ("failed", "release", "waiting"),
        ("failed", "letter", "letter"),
        ("letter", "posted", "sent"),
        ("sent", "bounced", "letter"),
        ("waiting", "cancel", "cancelled"),
        ("held", "cancel", "cancelled"),
        ("letter", "cancel", "cancelled"),
        ("failed", "cancel", "cancelled"),
    ],
)
def test_a_keeper_decides_and_the_office_used_is_kept(
    world: Founded, before: str, what: str, after: str
) -> None:
    row = write(world, "Max")
    OutboxMessage.objects.update(state=before)
    kit = browser_of(world, "Kit")
    page = kit.get(f"/outbox/{row.pk}").text
    assert f'value="{what}"' in page
    answer = kit.post(f"/outbox/{row.pk}", {"what": what}, follow=True)
    assert "Done." in answer.text
    assert state_of(row) == (after, world.holdings["secretary Mill"])
    assert "secretary, Mill (Kit Lane)" in answer.text


def test_every_decision_is_offered_in_its_states_alone(world: Founded) -> None:
    row = write(world, "Max")
    kit = browser_of(world, "Kit")
    for state in State.values:
        OutboxMessage.objects.update(state=state)
        page = kit.get(f"/outbox/{row.pk}").text
        offered = {key for key in DECISIONS if f'value="{key}"' in page}
        assert offered == {key for key, one in DECISIONS.items() if state in one.states}, state


def test_what_tells_of_a_decision_on_its_recipient_is_neither_held_nor_cancelled(
    world: Founded,
) -> None:
    row = write(world, "Max")
    kit = browser_of(world, "Kit")
    for state in State.values:
        OutboxMessage.objects.update(state=state, firm=True)
        page = kit.get(f"/outbox/{row.pk}").text
        assert ('value="hold"' in page, 'value="cancel"' in page) == (False, False)
        for what in ("hold", "cancel"):
            answer = kit.post(f"/outbox/{row.pk}", {"what": what}, follow=True)
            assert "not possible any more" in answer.text
        assert state_of(row) == (state, "")


def test_every_notice_of_the_register_is_firm() -> None:
    ours = [one for one in vars(notifying).values() if isinstance(one, Template)]
    assert ([one.name for one in ours if not one.firm], len(ours)) == ([], 12)


@pytest.mark.parametrize("what", DECISIONS)
def test_who_did_what_a_message_tells_of_decides_nothing_about_it(
    world: Founded, what: str
) -> None:
    row = write(world, "Max")
    state = min(DECISIONS[what].states)
    by = f"{world.holdings['secretary Mill']} {world.holdings['secretary All']}"
    OutboxMessage.objects.update(state=state, done_by=by)
    kit = browser_of(world, "Kit")
    page = kit.get(f"/outbox/{row.pk}").text
    assert (f'value="{what}"' in page, "another officer decides" in page) == (False, True)
    answer = kit.post(f"/outbox/{row.pk}", {"what": what}, follow=True)
    assert "Another officer decides about it." in answer.text
    assert state_of(row) == (state, "")


def test_an_act_s_own_notice_is_out_of_the_hands_of_who_did_it(world: Founded) -> None:
    act = SetCategory(category=Category.SUPPORTING)
    world.do(act, world.memberships["Max"], "Kit", person="Max")
    row = OutboxMessage.objects.get(template="register.category_set")
    assert (row.firm, row.done_by) == (True, world.holdings["secretary Mill"])
    with pytest.raises(RuleViolation) as refused:
        decide(Officer(world.people["Kit"]), row, "bounced", world.now)
    assert refused.value.code == "notice.own_deed"
    OutboxMessage.objects.update(state=State.SENT)
    assert decide(Officer(world.people["Lea"]), row, "bounced", world.now)
    assert DeadAddress.objects.get().by == world.holdings["secretary All"]


def test_what_is_no_longer_so_is_not_decided(world: Founded) -> None:
    row = write(world, "Max")
    OutboxMessage.objects.update(state=State.SENT)
    answer = browser_of(world, "Kit").post(f"/outbox/{row.pk}", {"what": "cancel"}, follow=True)
    assert "not possible any more" in answer.text
    assert state_of(row) == ("sent", "")
    row.delete()
    gone = OutboxMessage(pk=uuid4(), branch=world.branches["Mill"])
    assert not decide(Officer(world.people["Kit"]), gone, "cancel", world.now)


@pytest.mark.parametrize("what", ["", "burn", "\x00"])
def test_what_is_no_decision_is_no_page(world: Founded, what: str) -> None:
    row = write(world, "Max")
    address = f"/outbox/{row.pk}"
    assert browser_of(world, "Kit").post(address, {"what": what}).status_code == 404
    assert state_of(row) == ("waiting", "")


def test_nobody_decides_about_a_message_to_themselves(world: Founded) -> None:
    row = write(world, "Kit")
    assert browser_of(world, "Kit").post(f"/outbox/{row.pk}", {"what": "cancel"}).status_code == 404
    with pytest.raises(RuleViolation) as refused:
        decide(Officer(world.people["Kit"]), row, "cancel", world.now)
    assert refused.value.code == "act.not_allowed"
    assert state_of(row) == ("waiting", "")


def test_a_right_that_has_ended_meanwhile_decides_nothing(
    world: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = write(world, "Max")

    def refuse(*_: object) -> str:
        raise RuleViolation("act.not_allowed", "notices.decide", "a right to it", "none")

    monkeypatch.setattr("comitia.web.register.outbox_deciding.basis_of", refuse)
    answer = browser_of(world, "Kit").post(f"/outbox/{row.pk}", {"what": "cancel"}, follow=True)
    assert "You have no right to do this here." in answer.text
    assert state_of(row) == ("waiting", "")


def test_an_address_that_works_again_gets_mail_again(world: Founded) -> None:
    row, person = write(world, "Max"), world.people["Max"]
    kit = browser_of(world, "Kit")
    assert "The address works again" not in kit.get(f"/outbox/{row.pk}").text
    bury(row, world.now)
    assert "The address works again" in kit.get(f"/outbox/{row.pk}").text
    assert not address_works(person.pk, person.email)
    answer = kit.post(f"/outbox/{row.pk}", {"what": "works"}, follow=True)
    assert "Mail goes to this address again." in answer.text
    assert address_works(person.pk, person.email)


def test_a_message_whose_person_is_gone_has_no_address_to_trust(world: Founded) -> None:
    row = write(world, "Max")
    OutboxMessage.objects.update(person=None)
    answer = browser_of(world, "Kit").post(f"/outbox/{row.pk}", {"what": "works"})
    assert answer.status_code == 302


# --- Letters -------------------------------------------------------------------------------------


def letters_page(world: Founded, branch: str = "Mill") -> str:
    return f"/outbox/letters/{world.branches[branch]}"


def lives_at(world: Founded, name: str, address: str = "Mill Road 3\nLeeds") -> None:
    Person.objects.filter(pk=world.people[name].pk).update(postal_address=address)


def test_letters_are_printed_and_then_noted_as_posted(world: Founded) -> None:
    lives_at(world, "Max")
    row = write(world, "Max", mail=False)
    kit = browser_of(world, "Kit")
    assert letters_page(world) in kit.get("/outbox").text
    page = kit.get(letters_page(world))
    assert "Max Ivory: The ruling about noise" in page.text
    printed = kit.post(letters_page(world), {"what": "print", "shown": page.context["shown"]})
    assert printed.content.startswith(b"%PDF-")
    assert printed["Content-Disposition"] == 'attachment; filename="letters.pdf"'
    assert state_of(row) == ("letter", "")
    asked = {"what": "posted", "shown": page.context["shown"]}
    assert "1 letter is posted." in kit.post(letters_page(world), asked, follow=True).text
    assert state_of(row) == ("sent", world.holdings["secretary Mill"])
    again = kit.post(letters_page(world), asked, follow=True).text
    assert "None of these letters is still to be posted." in again


def test_letters_about_one_s_own_deeds_are_posted_by_others(world: Founded) -> None:
    lives_at(world, "Max")
    row = write(world, "Max", mail=False)
    OutboxMessage.objects.update(done_by=world.holdings["secretary Mill"])
    shown = browser_of(world, "Kit").get(letters_page(world)).context["shown"]
    assert shown == ""
    lea = browser_of(world, "Lea")
    shown = lea.get(letters_page(world)).context["shown"]
    lea.post(letters_page(world), {"what": "posted", "shown": shown})
    assert state_of(row) == ("sent", world.holdings["secretary All"])


def test_what_came_since_the_page_was_shown_is_not_marked_as_posted(world: Founded) -> None:
    lives_at(world, "Max")
    first = write(world, "Max", mail=False)
    kit = browser_of(world, "Kit")
    shown = kit.get(letters_page(world)).context["shown"]
    second = write(world, "Max", mail=False)
    kit.post(letters_page(world), {"what": "posted", "shown": shown})
    assert (state_of(first)[0], state_of(second)[0]) == ("sent", "letter")


@pytest.mark.parametrize("address", ["", "\n".join("abcdefg"), "x" * 61])
def test_a_letter_without_a_fitting_address_waits(world: Founded, address: str) -> None:
    lives_at(world, "Max", address)
    Person.objects.filter(name="Max Ivory").update(name="Max Ivory" if address else "")
    row = write(world, "Max", mail=False)
    kit = browser_of(world, "Kit")
    page = kit.get(letters_page(world))
    assert ([one.letter.message for one in page.context["unfit"]], page.context["fit"]) == (
        [row.pk],
        [],
    )
    kit.post(letters_page(world), {"what": "posted", "shown": str(row.pk)})
    assert state_of(row)[0] == "letter"


@pytest.mark.parametrize("shown", ["", "x", "\x00", str(UUID(int=0)), ","])
def test_letters_that_were_not_shown_are_neither_printed_nor_posted(
    world: Founded, shown: str
) -> None:
    lives_at(world, "Max")
    row = write(world, "Max", mail=False)
    for what in ("print", "posted", "burn"):
        asked = {"what": what, "shown": shown}
        assert browser_of(world, "Kit").post(letters_page(world), asked).status_code == 302
    assert state_of(row) == ("letter", "")


def test_letters_of_no_branch_are_the_topmost_keeper_s(world: Founded) -> None:
    lives_at(world, "Max")
    row = write(world, "Max", "", mail=False)
    lea = browser_of(world, "Lea")
    assert "/outbox/letters" in lea.get("/outbox").text
    shown = lea.get("/outbox/letters").context["shown"]
    assert shown == str(row.pk)
    lea.post("/outbox/letters", {"what": "burn", "shown": shown})
    assert state_of(row) == ("letter", "")
    answer = lea.post("/outbox/letters", {"what": "posted", "shown": shown})
    assert answer["Location"] == "/outbox/letters"
    assert state_of(row) == ("sent", world.holdings["secretary All"])
