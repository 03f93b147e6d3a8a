from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from comitia.law.errors import RuleViolation
from comitia.web.accounts.claiming import (
    MOST_TRIES,
    VALID_FOR,
    claim_account,
    claim_letter,
    issue_claim_code,
    mail_claim_code,
    mark_claimed,
)
from comitia.web.accounts.models import Channel, ClaimCode, Person
from tests.web.accounts.people import LONG, NOW, at_once, log_in, make_person, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Person:
    return make_person("Ana Brandt", "ana@example.org", claimed=False)


@pytest.fixture
def officer() -> Person:
    return make_person("Olu Reyes", "olu@example.org")


def issue(person: Person, by: Person) -> str:
    return issue_claim_code(person, by, Channel.LETTER, NOW)


def test_a_code_hands_the_account_over_once(ana: Person, officer: Person) -> None:
    code = issue(ana, officer)
    assert LONG.fullmatch(code)
    assert claim_account(code, NOW) == ana
    assert Person.objects.get(pk=ana.pk).claimed_at == NOW
    assert claim_account(code, NOW) is None


def test_what_is_stored_is_no_code(ana: Person, officer: Person) -> None:
    code = issue(ana, officer).replace("-", "")
    (row,) = ClaimCode.objects.values()
    assert row["handle"] == code[:5]
    assert not [text for text in row.values() if code[5:] in str(text)]


@pytest.mark.parametrize("spoil", [str.lower, lambda code: code.replace("-", " "), str.strip])
def test_how_a_code_is_typed_does_not_matter(ana: Person, officer: Person, spoil: object) -> None:
    assert callable(spoil)
    typed = spoil(f"  {issue(ana, officer)}\n").replace("0", "o").replace("1", "L")
    assert claim_account(typed, NOW) == ana


@pytest.mark.parametrize("typed", ["", "-", "0" * 25, "x" * 1000, "\x00", "🂡" * 25])
def test_no_other_text_hands_anything_over(ana: Person, officer: Person, typed: str) -> None:
    issue(ana, officer)
    assert claim_account(typed, NOW) is None


def test_a_second_code_ends_the_first(ana: Person, officer: Person) -> None:
    first, second = issue(ana, officer), issue(ana, officer)
    assert claim_account(first, NOW) is None
    assert claim_account(second, NOW) == ana


def test_a_code_ends_after_thirty_days(ana: Person, officer: Person) -> None:
    code = issue(ana, officer)
    assert claim_account(code, NOW + VALID_FOR) is None
    assert claim_account(code, NOW + VALID_FOR - timedelta(seconds=1)) == ana


def test_ten_wrong_tries_end_the_right_code(ana: Person, officer: Person) -> None:
    code = issue(ana, officer)
    for _ in range(MOST_TRIES):
        assert claim_account(code[:5] + "0" * 20, NOW) is None
    assert claim_account(code, NOW) is None
    assert ClaimCode.objects.get().tries == MOST_TRIES


def test_who_has_claimed_an_account_gets_no_second_code(ana: Person, officer: Person) -> None:
    mark_claimed(ana, NOW)
    with pytest.raises(RuleViolation, match=r"account\.claimed"):
        issue(ana, officer)


def test_nobody_gives_themselves_a_code(ana: Person) -> None:
    with pytest.raises(RuleViolation, match=r"account\.own"):
        issue(ana, ana)


def test_an_erased_person_gets_no_code_and_claims_nothing(ana: Person, officer: Person) -> None:
    code = issue(ana, officer)
    Person.objects.filter(pk=ana.pk).update(erased_at=NOW)
    assert claim_account(code, NOW) is None
    with pytest.raises(RuleViolation, match=r"account\.erased"):
        issue(ana, officer)


def test_the_database_holds_to_one_code_at_a_time(ana: Person, officer: Person) -> None:
    issue(ana, officer)
    row = ClaimCode.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_codes_with_the_same_first_group_are_told_apart(ana: Person, officer: Person) -> None:
    jo = make_person("Jo", claimed=False)
    drawn = iter([bytes(25), bytes(5) + bytes([7] * 20)])
    codes = [
        issue_claim_code(person, officer, Channel.LETTER, NOW, lambda _: next(drawn))
        for person in (ana, jo)
    ]
    assert codes[0][:5] == codes[1][:5]
    assert claim_account(codes[1], NOW) == jo
    assert claim_account(codes[0], NOW) == ana


def test_the_letter_says_in_the_person_s_language_what_to_do(officer: Person) -> None:
    eva = make_person("Eva Öz", claimed=False, language="de")
    eva.postal_address = "Hauptstr. 1\n70173 Stuttgart"
    letter = claim_letter(eva, issue(eva, officer))
    assert letter["recipient"] == "Eva Öz"
    assert letter["postal_address"] == "Hauptstr. 1\n70173 Stuttgart"
    assert letter["subject"] == "Ihr Konto bei Union of Examples"
    assert letter["page"] == "http://localhost/claim"
    assert "30 Tage" in letter["until"]
    assert LONG.fullmatch(letter["code"])


def test_a_code_by_mail_has_the_words_of_the_letter(ana: Person, officer: Person) -> None:
    code = issue(ana, officer)
    mail_claim_code(ana, code)
    (sent,) = mail.outbox
    assert (sent.to, LONG.findall(str(sent.body))) == (["ana@example.org"], [code])
    assert "http://localhost/claim" in sent.body


def test_the_page_logs_in_and_leads_to_one_s_account(ana: Person, officer: Person) -> None:
    client = Client()
    log_in(client, officer)
    code = issue_claim_code(ana, officer, Channel.IN_PERSON, timezone.now())
    assert "account for you" in client.get("/claim").text
    done = client.post("/claim", {"code": code}, follow=True)
    assert done.redirect_chain == [("/security", 302)]
    assert who(client) == "Ana Brandt"
    wrong = Client().post("/claim", {"code": code})
    assert "This is not the code" in wrong.text


def test_a_claim_asks_for_the_passkey_or_app_of_the_account(ana: Person, officer: Person) -> None:
    """A code in the wrong hands opens no account that has more than that."""
    Authenticator.objects.create(user=ana, type=Authenticator.Type.TOTP, data={"secret": ""})
    client = Client()
    code = issue_claim_code(ana, officer, Channel.LETTER, timezone.now())
    assert client.post("/claim", {"code": code}).headers["Location"] == "/login/second"
    assert who(client) == ""


def test_one_place_tries_twenty_codes_in_five_minutes_and_no_more() -> None:
    answers = [Client().post("/claim", {"code": secrets.token_hex(10)}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [*20 * [200], 429]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_gets_the_account(ana: Person, officer: Person) -> None:
    code = issue(ana, officer)

    found = at_once(lambda typed: claim_account(typed, NOW), code, code)
    assert sorted(map(str, found)) == ["Ana Brandt", "None"]
