"""Former e-mail addresses: who is told of a change, who can undo it, and what that is good for."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from comitia.law.errors import RuleViolation
from comitia.web.accounts.access import KEEP_FORMER
from comitia.web.accounts.addresses import change_email, sweep_former, undo_change
from comitia.web.accounts.models import Channel, FormerAddress, Person
from comitia.web.accounts.recovery import TIME_TO_STOP, confirm_recovery, start_recovery
from comitia.web.notices.bounces import address_works
from comitia.web.notices.delivery import deliver_due
from comitia.web.notices.models import DeadAddress, OutboxMessage, State
from tests.web.accounts.people import NOW, log_in, make_person, who

pytestmark = pytest.mark.django_db
OLD, NEW, MOMENT = "ana@example.org", "thief@example.org", timedelta(seconds=1)


@pytest.fixture
def ana() -> Person:
    return make_person("Ana Brandt", OLD)


@pytest.fixture
def first() -> Person:
    return make_person("Olu Reyes")


def change(person: Person, address: str = NEW) -> str:
    return change_email(person, address, NOW, secrets.token_bytes)


def words_sent() -> dict[str, list[str]]:
    """Return the words by which a recovery is stopped, by the addresses to which they went."""
    deliver_due(NOW, 10)
    return {
        one.to[0]: re.findall(r"/recovery/([\w-]+)", str(one.body))
        for one in mail.outbox
        if "new way in" in one.subject
    }


def test_the_former_address_is_sent_a_link_and_the_new_one_is_not(ana: Person) -> None:
    client = Client()
    log_in(client, ana)
    mail.outbox.clear()
    client.post("/security/address", {"email": NEW})
    (code,) = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", str(mail.outbox[0].body))
    client.post("/security/address/code", {"code": code})
    links = {one.to[0]: "/former-address/" in str(one.body) for one in mail.outbox}
    assert links == {NEW: False, OLD: True}


def test_undoing_puts_the_address_back_and_lets_nobody_in(ana: Person) -> None:
    client = Client()
    log_in(client, ana)
    word = change(ana)
    page = f"/former-address/{word}"
    assert "undo it now" in Client().get(page).text  # looking does nothing
    assert who(client) == "Ana Brandt"
    assert "It was undone." in Client().post(page).text
    assert who(client) == ""
    found = Person.objects.get(pk=ana.pk)
    assert (found.email, found.claimed_at) == (OLD, None)
    mail.outbox.clear()
    for address in (OLD, NEW):
        Client().post("/login", {"email": address})
    assert mail.outbox == []
    assert "nothing to undo" in Client().post(page).text


def test_undoing_the_first_change_undoes_those_after_it(ana: Person) -> None:
    first, second = change(ana), change(ana, "other@example.org")
    assert undo_change(first, NOW)
    assert Person.objects.get(pk=ana.pk).email == OLD
    assert (undo_change(second, NOW), FormerAddress.objects.count()) == (False, 0)


@pytest.mark.parametrize("word", ["0" * 40, "x", "a" * 2000])
def test_another_word_undoes_nothing(ana: Person, word: str) -> None:
    change(ana)
    assert "nothing to undo" in Client().post(f"/former-address/{word}").text
    assert Person.objects.get(pk=ana.pk).email == NEW


def test_a_change_is_undone_for_thirty_days_and_then_forgotten(ana: Person) -> None:
    word = change(ana)
    assert sweep_former(NOW + KEEP_FORMER - MOMENT) == 0
    assert not undo_change(word, NOW + KEEP_FORMER)
    assert sweep_former(NOW + KEEP_FORMER) == 1
    assert FormerAddress.objects.count() == 0


def test_an_erased_person_s_change_is_not_undone(ana: Person) -> None:
    word = change(ana)
    Person.objects.filter(pk=ana.pk).update(erased_at=NOW)
    assert not undo_change(word, NOW)


def test_mail_goes_to_an_address_that_was_proved_though_some_came_back(ana: Person) -> None:
    DeadAddress.objects.create(person=ana.pk, address=NEW, since=NOW)
    change(ana)
    assert address_works(ana.pk, NEW)


def test_a_recovery_is_stopped_from_the_address_before_and_not_from_a_new_one(
    ana: Person, first: Person
) -> None:
    change(ana)
    start_recovery(ana, first, NOW)
    words = words_sent()
    assert (len(words[OLD]), words[NEW]) == (1, [])


def test_the_address_of_thirty_days_ago_counts_however_often_it_was_changed(
    ana: Person, first: Person
) -> None:
    change(ana, "one@example.org")
    change(ana, "two@example.org")
    start_recovery(ana, first, NOW)
    words = words_sent()
    assert {one: len(found) for one, found in words.items()} == {
        OLD: 1,
        "one@example.org": 0,
        "two@example.org": 0,
    }


def test_who_had_no_address_before_is_told_by_letter(first: Person) -> None:
    eva = make_person("Eva")
    change(eva)
    recovery = start_recovery(eva, first, NOW)
    told = OutboxMessage.objects.get(pk=str(recovery.notice))
    assert (told.state, told.address) == (State.LETTER, "")
    assert words_sent() == {NEW: []}


def test_after_a_recovery_a_new_address_is_no_way_in_and_both_are_told(
    ana: Person, first: Person
) -> None:
    change(ana)
    recovery = start_recovery(ana, first, NOW)
    deliver_due(NOW, 10)
    later = NOW + TIME_TO_STOP + timedelta(minutes=1)
    confirm_recovery(recovery.pk, make_person("Kim"), Channel.LETTER, later)
    assert Person.objects.get(pk=ana.pk).email == ""
    told = OutboxMessage.objects.filter(template="accounts.code_issued")
    assert {one.address for one in told} == {OLD, NEW}


def test_a_link_s_word_is_stopped_by_however_it_is_typed(ana: Person, first: Person) -> None:
    start_recovery(ana, first, NOW)
    (word,) = words_sent()[OLD]
    assert "It was stopped." in Client().post(f"/recovery/{word.lower()}").text
    with pytest.raises(RuleViolation, match=r"recovery\.not_open"):
        confirm_recovery(1, make_person("Kim"), Channel.LETTER, NOW + KEEP_FORMER)
