"""Every way in to an account, and that none of them opens once the account was recovered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Model
from django.test import Client

from comitia.web.accounts.claiming import claim_account, issue_claim_code
from comitia.web.accounts.mailed_codes import make_codes, persons_at, use_code
from comitia.web.accounts.models import (
    Channel,
    ClaimCode,
    FormerAddress,
    MailedCode,
    Opening,
    Person,
    Pseudonym,
    Purpose,
    Recovery,
    Session,
)
from comitia.web.accounts.recovery import TIME_TO_STOP, confirm_recovery, start_recovery
from comitia.web.acts import clock
from comitia.web.deadlines.feeds import find_feed, make_feed
from comitia.web.deadlines.models import Feed
from comitia.web.interface.models import Answer, ApiToken
from comitia.web.interface.scopes import Scope
from comitia.web.interface.tokens import find_token, make_token
from comitia.web.notices.delivery import deliver_due
from comitia.web.publicrecord.owning import known_models, owner_path
from tests.web.accounts.people import NOW, make_person, who

pytestmark = pytest.mark.django_db
LATER = NOW + TIME_TO_STOP + timedelta(minutes=1)
Opens = Callable[[], bool]
ROOMS = {"accounts", "account", "mfa", "socialaccount", "interface", "deadlines"}
NO_WAY_IN = {
    *("Person", "Pseudonym", "Recovery", "Opening", "FormerAddress", "Answer", "EmailAddress"),
    *("SocialToken", "EmailConfirmation", "Deadline"),
}
"""Rows of a person's in these rooms by which nobody gets in."""


@pytest.fixture
def ana() -> Iterator[Person]:
    with clock.showing(lambda: NOW):
        yield make_person("Ana Brandt", "ana@example.org")


def of_session(ana: Person) -> Opens:
    client = Client()
    client.force_login(ana)
    return lambda: who(client) == "Ana Brandt"


def of_authenticator(kind: Authenticator.Type) -> Callable[[Person], Opens]:
    def make(ana: Person) -> Opens:
        made = Authenticator.objects.create(user=ana, type=kind, data={})
        return lambda: Authenticator.objects.filter(pk=made.pk).exists()

    return make


def of_other_login(ana: Person) -> Opens:
    made = SocialAccount.objects.create(user=ana, provider="other", uid="1")
    return lambda: SocialAccount.objects.filter(pk=made.pk).exists()


def of_sent_code(ana: Person) -> Opens:
    sent = make_codes(Purpose.LOGIN, [ana], secrets.token_bytes, LATER)
    ((_, code),) = sent.codes
    return lambda: use_code(Purpose.LOGIN, sent.id, code, LATER) is not None


def of_mail(ana: Person) -> Opens:
    return lambda: persons_at(ana.email) == (ana,)


def of_claim_code(ana: Person) -> Opens:
    ana.claimed_at = None
    ana.save()
    code = issue_claim_code(ana, make_person("Bo"), Channel.LETTER, NOW)
    return lambda: claim_account(code, LATER) is not None


def of_token(ana: Person) -> Opens:
    Person.objects.filter(pk=ana.pk).update(claimed_at=NOW)
    scope = Scope(frozenset(), frozenset(), None)
    day = (NOW + timedelta(days=300)).date()
    _, word = make_token(
        ana, "script", scope, last_day=day, now=NOW, randomness=secrets.token_bytes
    )
    return lambda: find_token(word, LATER) is not None


def of_feed(ana: Person) -> Opens:
    token = make_feed(ana.pk, "en", NOW)
    return lambda: find_feed(token) is not None


WAYS_IN: Mapping[str, tuple[type[Model], Callable[[Person], Opens]]] = {
    "session": (Session, of_session),
    "passkey": (Authenticator, of_authenticator(Authenticator.Type.WEBAUTHN)),
    "app": (Authenticator, of_authenticator(Authenticator.Type.TOTP)),
    "recovery codes": (Authenticator, of_authenticator(Authenticator.Type.RECOVERY_CODES)),
    "another organisation's login": (SocialAccount, of_other_login),
    "a code that was mailed": (MailedCode, of_sent_code),
    "a code that is to be mailed": (MailedCode, of_mail),
    "claim code": (ClaimCode, of_claim_code),
    "token": (ApiToken, of_token),
    "calendar": (Feed, of_feed),
}


def recover(ana: Person) -> str:
    recovery = start_recovery(ana, make_person("Olu"), NOW)
    deliver_due(NOW, 10)
    return confirm_recovery(recovery.pk, make_person("Kim"), Channel.IN_PERSON, LATER)


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_way_in_opens_before_a_recovery(ana: Person, way: str) -> None:
    assert WAYS_IN[way][1](ana)()


@pytest.mark.parametrize("way", WAYS_IN)
def test_no_way_in_opens_after_a_recovery(ana: Person, way: str) -> None:
    opens = WAYS_IN[way][1](ana)
    recover(ana)
    assert not opens()


@pytest.mark.parametrize("way", sorted(set(WAYS_IN) - {"a code that is to be mailed"}))
def test_nor_once_its_person_has_claimed_the_account_again(ana: Person, way: str) -> None:
    """By mail the person logs in again: the address was theirs all the time."""
    opens = WAYS_IN[way][1](ana)
    assert claim_account(recover(ana), LATER) == ana
    assert not opens()


def test_every_table_of_a_person_s_is_a_way_in_or_is_known_not_to_be() -> None:
    found = {
        model.__name__
        for model in known_models()
        if model._meta.app_label in ROOMS and owner_path(model) is not None
    }
    ways = {model.__name__ for model, _ in WAYS_IN.values()}
    assert found == ways | (found & NO_WAY_IN)
    assert {one.__name__ for one in (Pseudonym, Recovery, Opening, FormerAddress, Answer)} <= found
