from __future__ import annotations

import json
import re
from datetime import timedelta
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from comitia.web.accounts.adapters import AccountAdapter
from comitia.web.accounts.models import MailedCodes, Person, Session
from comitia.web.accounts.sealing import seal_text
from tests.web.accounts.people import NOW, codes_in_mail, log_in, make_person, who

pytestmark = pytest.mark.django_db
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def ana() -> Person:
    return make_person("Ana Brandt", "ana@example.org")


@pytest.fixture
def client(ana: Person) -> Client:
    client = Client()
    log_in(client, ana)
    return client


def app_code(secret: str, steps: int = 0) -> str:
    moment = int(timezone.now().timestamp()) // 30 + steps
    return str(format_hotp_value(hotp_value(secret, moment)))


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Set up an app; return its secret and the recovery codes."""
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", client.get("/security/app").text)[0]
    done = client.post("/security/app", {"code": app_code(secret)})
    assert done.headers["Location"] == "/security/codes"
    confirmed = client.post(
        "/security/confirm/code?next=/security/codes", {"code": app_code(secret, 1)}
    )
    assert confirmed.headers["Location"] == "/security/codes"
    codes = re.findall(r"<code>(\d{12})</code>", client.get("/security/codes").text)
    return secret, codes


def begin(ana: Person) -> Client:
    """Come to the second factor."""
    client = Client()
    client.post("/login", {"email": ana.email})
    answer = client.post("/login/code", {"code": codes_in_mail()[ana.name]})
    assert answer.headers["Location"] == "/login/second"
    assert who(client) == ""
    return client


def test_an_app_is_set_up_and_asked_for_from_then_on(
    client: Client,
    ana: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret, codes = set_up_app(client)
    assert len(set(codes)) == 10
    assert mail.outbox[-1].subject == "Union of Examples: your account was changed"
    cache.clear()  # a code of the app is taken once; the next is half a minute away
    again = begin(ana)
    assert "Your account asks for more" in again.get("/login/second").text
    assert "This is not the code" in again.post("/login/second", {"code": "000000"}).text
    again.post("/login/second", {"code": app_code(secret)})
    assert who(again) == "Ana Brandt"
    third = begin(ana)
    third.post("/login/second", {"code": app_code(secret)})
    assert who(third) == ""


def test_the_app_s_secret_does_not_lie_open_in_the_database(client: Client) -> None:
    secret, _ = set_up_app(client)
    for authenticator in Authenticator.objects.all():
        assert secret not in json.dumps(authenticator.data)


def test_a_recovery_code_stands_in_once(client: Client, ana: Person) -> None:
    _, codes = set_up_app(client)
    cache.clear()
    for expected in ("Ana Brandt", ""):
        again = begin(ana)
        again.post("/login/second", {"code": codes[0]})
        assert who(again) == expected
    assert "You have 9 recovery codes left" in client.get("/security/codes").text


def test_recovery_codes_are_shown_once_and_replaced(client: Client, ana: Person) -> None:
    _, codes = set_up_app(client)
    page = client.get("/security/codes").text
    assert "You have 10 recovery codes left" in page
    assert not [code for code in codes if code in page]
    assert "ten new codes" in client.get("/security/codes/new").text
    done = client.post("/security/codes/new", follow=True)
    new = re.findall(r"<code>(\d{12})</code>", done.text)
    assert (len(set(new)), set(new) & set(codes)) == (10, set())
    cache.clear()
    again = begin(ana)
    again.post("/login/second", {"code": codes[0]})
    assert who(again) == ""


def test_five_wrong_codes_close_the_second_factor_for_a_quarter_of_an_hour(
    client: Client, ana: Person
) -> None:
    secret, _ = set_up_app(client)
    cache.clear()
    again = begin(ana)
    for _ in range(5):
        again.post("/login/second", {"code": "000000"})
    page = again.post("/login/second", {"code": app_code(secret)})
    assert "There were too many tries" in page.text
    assert who(again) == ""


def test_the_app_is_removed_and_with_it_the_recovery_codes(client: Client, ana: Person) -> None:
    set_up_app(client)
    assert client.get("/security/app").headers["Location"] == "/security/app/remove"
    assert "no longer be asked for" in client.get("/security/app/remove").text
    assert client.post("/security/app/remove").headers["Location"] == "/security"
    assert not Authenticator.objects.exists()
    assert "The app was removed." in client.get("/security").text
    again = Client()
    log_in(again, ana)
    assert who(again) == "Ana Brandt"


def make_stale(client: Client) -> None:
    session = client.session
    session["confirmed_at"] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()


FRESH = [
    *("/security/passkeys/new", "/security/app", "/security/address"),
    *("/security/codes/new", "/security/passkeys/1", "/security/passkeys/1/remove"),
]


@pytest.mark.parametrize("address", FRESH)
def test_an_open_session_alone_changes_nothing(client: Client, address: str) -> None:
    make_stale(client)
    for answer in (client.get(address), client.post(address, {"email": "evil@example.org"})):
        assert answer.headers["Location"] == f"/security/confirm?next={address.replace('/', '%2F')}"
    assert "Is it still you?" in client.get(f"/security/confirm?next={address}").text


def test_a_code_by_mail_confirms_that_it_is_still_the_same(client: Client, ana: Person) -> None:
    make_stale(client)
    client.get("/security/address")
    sent = client.post("/security/confirm", {"next": "/security/address"})
    assert "A code is on its way" in sent.text
    wrong = client.post("/security/confirm", {"code": "0000-0000"})
    assert "This is not the code" in wrong.text
    done = client.post(
        "/security/confirm", {"code": codes_in_mail()[ana.name], "next": "/security/address"}
    )
    assert done.headers["Location"] == "/security/address"
    assert client.get("/security/address").status_code == 200


def test_confirming_without_a_page_to_go_on_to_leads_to_the_account(
    client: Client, ana: Person
) -> None:
    client.post("/security/confirm")
    done = client.post("/security/confirm", {"code": codes_in_mail()[ana.name]})
    assert done.headers["Location"] == "/security"
    elsewhere = {"code": codes_in_mail()[ana.name], "next": "https://evil.example"}
    client.post("/security/confirm")
    elsewhere["code"] = codes_in_mail()[ana.name]
    assert client.post("/security/confirm", elsewhere).headers["Location"] == "/security"


def test_a_code_that_nobody_asked_for_confirms_nothing(client: Client) -> None:
    make_stale(client)
    page = client.post("/security/confirm", {"code": "0000-0000"})
    assert "Send me a code" in page.text
    assert client.get("/security/address").status_code == 302


def test_somebody_else_s_code_confirms_nothing(client: Client) -> None:
    jo = make_person("Jo", "jo@example.org")
    other = Client()
    log_in(other, jo)
    make_stale(client)
    other.post("/security/confirm")
    session = client.session
    session["confirm_codes"] = str(MailedCodes.objects.get().pk)
    session.save()
    page = client.post("/security/confirm", {"code": codes_in_mail()["Jo"]})
    assert "This is not the code" in page.text


def test_confirming_is_limited_and_needs_an_address(client: Client, ana: Person) -> None:
    answers = [client.post("/security/confirm").status_code for _ in range(6)]
    assert answers == [*5 * [200], 429]
    Person.objects.filter(pk=ana.pk).update(email="")
    assert "Ask your branch" in client.get("/security/confirm").text


def test_an_address_changes_when_a_code_comes_back_from_it(client: Client) -> None:
    assert client.get("/security/address/code").headers["Location"] == "/security/address"
    mail.outbox.clear()
    client.post("/security/address", {"email": "New@Example.org"})
    assert mail.outbox[0].to == ["new@example.org"]
    (code,) = re.findall(r"^\S{4}-\S{4}$", str(mail.outbox[0].body), re.MULTILINE)
    assert "This is not the code" in client.post("/security/address/code", {"code": "x"}).text
    assert Person.objects.get().email == "ana@example.org"
    done = client.post("/security/address/code", {"code": code}, follow=True)
    assert "Your e-mail address was changed." in done.text
    assert Person.objects.get().email == "new@example.org"
    assert mail.outbox[1].to == ["ana@example.org"]
    assert "another e-mail address" in mail.outbox[1].body


def test_new_addresses_are_limited(client: Client) -> None:
    asked = [client.post("/security/address", {"email": "n@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in asked] == [*5 * [302], 429]
    assert "There were too many tries" in asked[-1].text


def test_one_sees_where_one_is_logged_in_and_ends_the_others(client: Client, ana: Person) -> None:
    other = Client(headers=FIREFOX)
    log_in(other, ana)
    page = client.get("/security").text
    assert "Firefox, Linux" in page
    assert page.count("(here)") == 1
    said = client.post("/security/sessions", follow=True)
    assert "You are logged out everywhere else." in said.text
    assert (who(client), who(other)) == ("Ana Brandt", "")
    assert "There was no other." in client.post("/security/sessions", follow=True).text
    assert [session.person for session in Session.objects.exclude(person=None)] == [ana]


def test_a_session_that_was_ended_does_not_come_back(client: Client) -> None:
    """Not even by a request that was under way."""
    session = client.session
    assert session["began_at"]
    Session.objects.all().delete()
    session["more"] = 1
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_another_login_is_untied(client: Client, ana: Person) -> None:
    SocialAccount.objects.create(user=ana, provider="other", uid="1")
    client.post("/security/other")
    assert not SocialAccount.objects.exists()
    assert "untied" in mail.outbox[-1].body
    count = len(mail.outbox)
    client.post("/security/other")
    assert len(mail.outbox) == count


@pytest.mark.parametrize("address", ["/security/passkeys/{}", "/security/passkeys/{}/remove"])
def test_nobody_reaches_somebody_else_s_passkey(client: Client, address: str) -> None:
    jo = make_person("Jo")
    key = Authenticator.objects.create(user=jo, type="webauthn", data={"name": "x"})
    assert client.get(address.format(key.pk)).status_code == 404
    assert client.post(address.format(key.pk), {"name": "y"}).status_code == 404
    assert Authenticator.objects.get() == key


RESPONSES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("id", "rawId", "type", "response", "clientDataJSON", "authenticatorData"),
                    *("signature", "userHandle", "attestationObject", "clientExtensionResults"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(RESPONSES)
def test_no_answer_of_a_passkey_breaks_the_login(answer: object) -> None:
    client = Client()
    client.get("/login/passkey", headers={"accept": "application/json"})
    cache.clear()
    done = client.post("/login/passkey", {"credential": json.dumps(answer)})
    assert (done.status_code, done.headers["Location"]) == (302, "/login")
    assert who(client) == ""


@settings(max_examples=60, deadline=None)
@given(RESPONSES)
def test_no_answer_of_a_passkey_breaks_what_comes_after_the_code(answer: object) -> None:
    ana = Person.objects.get_or_create(name="Ana", email="a@example.org", claimed_at=NOW)[0]
    sealed = {"data": {"secret": seal_text("A" * 32)}}
    Authenticator.objects.get_or_create(user=ana, type="totp", defaults=sealed)
    cache.clear()
    client = begin(ana)
    page = client.post("/login/second", {"credential": json.dumps(answer)})
    assert page.status_code == 200
    assert who(client) == ""


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RESPONSES)
def test_no_answer_of_a_passkey_breaks_its_adding(client: Client, answer: object) -> None:
    client.get("/security/passkeys/new")
    fields = {"credential": json.dumps(answer), "name": "x"}
    page = client.post("/security/passkeys/new", fields)
    assert "Please look at this again" in page.text
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("answer", [9_999 * "[" + 9_999 * "]", '"' + 20_000 * "a" + '"', "{", ""])
def test_an_answer_without_measure_is_refused(client: Client, answer: str) -> None:
    client.get("/security/passkeys/new")
    page = client.post("/security/passkeys/new", {"credential": answer, "name": "x"})
    assert "Please look at this again" in page.text


def test_an_erased_person_is_answered_as_nobody(ana: Person) -> None:
    answer = AccountAdapter().respond_user_inactive(mock.Mock(), ana)
    assert answer.headers["Location"] == "/login"


def test_nobody_signs_up_and_nobody_proves_again_to_be_nobody() -> None:
    adapter = AccountAdapter()
    assert not adapter.is_open_for_signup(mock.Mock())
    assert adapter.get_reauthentication_methods(AnonymousUser()) == []
