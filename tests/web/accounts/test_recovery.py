from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from comitia.law.errors import RuleViolation
from comitia.web.accounts.claiming import claim_account
from comitia.web.accounts.models import Channel, MailedCode, Person, Recovery
from comitia.web.accounts.recovery import (
    ENDS_AFTER,
    TIME_BY_LETTER,
    TIME_TO_STOP,
    confirm_recovery,
    start_recovery,
    stop_recovery,
)
from comitia.web.notices import outbox
from comitia.web.notices.delivery import deliver_due
from comitia.web.notices.letters import note_posted
from comitia.web.notices.models import OutboxMessage, State
from tests.web.accounts.people import NOW, at_once, codes_in_mail, log_in, make_person, who

pytestmark = pytest.mark.django_db
LATER = NOW + TIME_TO_STOP + timedelta(minutes=1)  # the mail takes a moment


@pytest.fixture
def ana() -> Person:
    return make_person("Ana Brandt", "ana@example.org")


@pytest.fixture
def first() -> Person:
    return make_person("Olu Reyes")


@pytest.fixture
def second() -> Person:
    return make_person("Kim Sato")


def begin(person: Person, by: Person) -> Recovery:
    """Begin it, and let the mail go out that tells of it."""
    recovery = start_recovery(person, by, NOW)
    deliver_due(NOW, 10)
    return recovery


def confirm(recovery: Recovery, by: Person) -> str:
    return confirm_recovery(recovery.pk, by, Channel.LETTER, LATER)


def post(recovery: Recovery, at: datetime) -> None:
    """Post the letter that tells of it."""
    assert recovery.notice is not None
    assert note_posted([recovery.notice], at) == 1


def link() -> str:
    (found,) = re.findall(r"http://localhost(/recovery/[\w-]+)", str(mail.outbox[-1].body))
    return str(found)


def test_two_officers_end_all_old_ways_in_and_open_a_new_one(
    ana: Person, first: Person, second: Person
) -> None:
    client = Client()
    log_in(client, ana)
    client.post("/login", {"email": ana.email})
    Authenticator.objects.create(user=ana, type=Authenticator.Type.TOTP, data={})
    SocialAccount.objects.create(user=ana, provider="other", uid="1")
    code = confirm(begin(ana, first), second)
    assert who(client) == ""
    assert not Authenticator.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not MailedCode.objects.exists()
    Client().post("/login", {"email": ana.email})
    assert claim_account(code, LATER) == ana


def test_until_the_code_is_used_a_mail_does_not_log_in(
    ana: Person, first: Person, second: Person
) -> None:
    """Whoever reads the old mailbox may be the reason for the recovery."""
    code = confirm(begin(ana, first), second)
    mail.outbox.clear()
    Client().post("/login", {"email": ana.email})
    assert mail.outbox == []
    claim_account(code, LATER)
    Client().post("/login", {"email": ana.email})
    assert list(codes_in_mail()) == ["Ana Brandt"]


def test_the_person_is_told_at_the_start_and_can_stop_it(
    ana: Person, first: Person, second: Person
) -> None:
    recovery = begin(ana, first)
    assert mail.outbox[0].to == ["ana@example.org"]
    client = Client()
    assert "stop it now" in client.get(link()).text  # looking does nothing
    assert Recovery.objects.get().stopped_at is None
    assert "It was stopped." in client.post(link()).text
    assert "nothing to stop" in client.get(link()).text
    with pytest.raises(RuleViolation, match=r"recovery\.not_open"):
        confirm(recovery, second)
    assert Person.objects.get(pk=ana.pk).claimed_at is not None


@pytest.mark.parametrize("word", ["0" * 40, "x", "a" * 2000])
def test_another_word_stops_nothing(ana: Person, first: Person, word: str) -> None:
    start_recovery(ana, first, NOW)
    assert not stop_recovery(word, NOW)
    assert "nothing to stop" in Client().post(f"/recovery/{word}").text
    assert Recovery.objects.get().stopped_at is None


def test_one_officer_alone_recovers_nothing(ana: Person, first: Person) -> None:
    with pytest.raises(RuleViolation, match=r"recovery\.same_officer"):
        confirm(begin(ana, first), first)


def test_nobody_recovers_their_own_account(ana: Person, first: Person) -> None:
    with pytest.raises(RuleViolation, match=r"account\.own"):
        start_recovery(ana, ana, NOW)
    with pytest.raises(RuleViolation, match=r"account\.own"):
        confirm(begin(ana, first), ana)


def test_the_second_comes_no_earlier_than_a_day_and_no_later_than_four_weeks(
    ana: Person, first: Person, second: Person
) -> None:
    recovery = begin(ana, first)
    for moment, code in [
        (NOW + TIME_TO_STOP - timedelta(seconds=1), r"recovery\.too_early"),
        (NOW + ENDS_AFTER, r"recovery\.too_late"),
    ]:
        with pytest.raises(RuleViolation, match=code):
            confirm_recovery(recovery.pk, second, Channel.LETTER, moment)
    assert Recovery.objects.get().confirmed_at is None


def test_who_has_no_mail_address_has_seven_days_from_when_the_letter_was_posted(
    first: Person, second: Person
) -> None:
    eva = make_person("Eva")
    recovery = start_recovery(eva, first, NOW)
    posted = NOW + timedelta(days=3)
    with pytest.raises(RuleViolation, match=r"recovery\.too_early"):
        confirm_recovery(recovery.pk, second, Channel.IN_PERSON, posted + TIME_BY_LETTER)
    post(recovery, posted)
    soon = posted + TIME_BY_LETTER - timedelta(seconds=1)
    with pytest.raises(RuleViolation, match=r"recovery\.too_early"):
        confirm_recovery(recovery.pk, second, Channel.IN_PERSON, soon)
    code = confirm_recovery(recovery.pk, second, Channel.IN_PERSON, posted + TIME_BY_LETTER)
    assert claim_account(code, posted + TIME_BY_LETTER) == eva
    assert mail.outbox == []


def test_while_no_mail_goes_out_the_time_to_stop_it_does_not_begin(
    ana: Person, first: Person, second: Person
) -> None:
    recovery = start_recovery(ana, first, NOW)
    with pytest.raises(RuleViolation, match=r"recovery\.too_early"):
        confirm_recovery(recovery.pk, second, Channel.LETTER, NOW + timedelta(days=5))
    deliver_due(NOW + timedelta(days=5), 10)
    with pytest.raises(RuleViolation, match=r"recovery\.too_early"):
        confirm_recovery(recovery.pk, second, Channel.LETTER, NOW + timedelta(days=5, hours=23))
    assert confirm_recovery(recovery.pk, second, Channel.LETTER, NOW + timedelta(days=6, minutes=1))


def test_without_a_mail_server_it_goes_by_letter(
    ana: Person, first: Person, settings: Settings
) -> None:
    settings.MAIL_SERVER = False
    start_recovery(ana, first, NOW)
    told = OutboxMessage.objects.get()
    assert (told.state, told.address) == (State.LETTER, "")


def test_what_tells_of_it_is_never_cancelled_nor_held(ana: Person, first: Person) -> None:
    start_recovery(ana, first, NOW)
    (told,) = OutboxMessage.objects.all()
    assert (outbox.hold([told.pk]), outbox.cancel([told.pk], NOW)) == (0, 0)
    assert OutboxMessage.objects.get().state == State.WAITING


def test_of_the_code_too_the_person_is_told(ana: Person, first: Person, second: Person) -> None:
    confirm(begin(ana, first), second)
    told = OutboxMessage.objects.get(template="accounts.code_issued")
    assert (told.address, told.firm) == ("ana@example.org", True)
    assert "given out by letter" in told.body


def test_one_recovery_at_a_time_and_an_old_one_makes_room(ana: Person, first: Person) -> None:
    start_recovery(ana, first, NOW)
    with pytest.raises(RuleViolation, match=r"recovery\.under_way"):
        start_recovery(ana, first, NOW + ENDS_AFTER - timedelta(seconds=1))
    start_recovery(ana, first, NOW + ENDS_AFTER)
    assert Recovery.objects.filter(stopped_at=None).count() == 1


def test_an_erased_person_s_account_is_not_recovered(ana: Person, first: Person) -> None:
    ana.erased_at = NOW
    with pytest.raises(RuleViolation, match=r"account\.erased"):
        start_recovery(ana, first, NOW)


def test_there_is_nothing_to_confirm_where_nothing_was_begun(second: Person) -> None:
    with pytest.raises(RuleViolation, match=r"recovery\.not_open"):
        confirm_recovery(1, second, Channel.LETTER, NOW)


def test_the_database_holds_to_three_different_people(
    ana: Person, first: Person, second: Person
) -> None:
    recovery = start_recovery(ana, first, NOW)
    wrong: list[dict[str, object]] = [
        {"first": ana},
        {"second": ana},
        {"second": first},
        {"confirmed_at": NOW},
    ]
    for changes in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Recovery.objects.filter(pk=recovery.pk).update(**changes)
    Recovery.objects.filter(pk=recovery.pk).update(second=second, confirmed_at=NOW)


def test_names_of_rows_name_nobody(ana: Person, first: Person) -> None:
    recovery = start_recovery(ana, first, NOW)
    assert str(recovery) == f"recovery {recovery.pk}"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_does(ana: Person, first: Person, second: Person) -> None:
    third = make_person("Bo Lund")
    recovery = begin(ana, first)

    def act(by: Person) -> str:
        try:
            return confirm(recovery, by)
        except RuleViolation as refused:
            return refused.code

    found = sorted(at_once(act, second, third), key=len)
    assert found[0] == "recovery.not_open"
    assert claim_account(found[1], LATER) == ana


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_does(ana: Person, first: Person, second: Person) -> None:
    def act(by: Person) -> str:
        try:
            return str(type(start_recovery(ana, by, timezone.now())).__name__)
        except RuleViolation as refused:
            return refused.code

    assert sorted(at_once(act, first, second)) == ["Recovery", "recovery.under_way"]
