from __future__ import annotations

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core import mail
from django.http import HttpRequest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.web.accounts import mails, urls
from comitia.web.accounts.known_browsers import is_known
from comitia.web.accounts.models import MailedCodes, Person, Session
from tests.web.accounts.people import codes_in_mail, log_in, make_person, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Person:
    return make_person("Ana Brandt", "ana@example.org")


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.usefixtures("ana")
def test_a_code_by_mail_logs_in(client: Client) -> None:
    assert who(client) == ""
    page = client.post("/login", {"email": "Ana@Example.org"})
    assert (page.status_code, page.headers["Location"]) == (302, "/login/code")
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ana@example.org"], "Union of Examples: your code")
    done = client.post("/login/code", {"code": codes_in_mail()["Ana Brandt"]}, follow=True)
    assert done.redirect_chain == [("/", 302)]
    assert "You are logged in as Ana Brandt." in done.text
    assert who(client) == "Ana Brandt"


def test_two_at_one_address_each_have_a_code_and_get_in_as_themselves(client: Client) -> None:
    make_person("Ana Brandt", "both@example.org")
    make_person("Jo Brandt", "both@example.org")
    client.post("/login", {"email": "both@example.org"})
    assert len(mail.outbox) == 1
    codes = codes_in_mail()
    assert list(codes) == ["Ana Brandt", "Jo Brandt"]
    client.post("/login/code", {"code": codes["Jo Brandt"]})
    assert who(client) == "Jo Brandt"
    client.post("/logout")
    client.post("/login/code", {"code": codes["Ana Brandt"]})
    assert who(client) == ""  # all codes of one mail are used up together


def test_a_stranger_learns_nothing_of_who_is_known_here(ana: Person) -> None:
    make_person("Not yet", "unclaimed@example.org", claimed=False)
    erased = make_person("", "erased@example.org")
    Person.objects.filter(pk=erased.pk).update(erased_at=timezone.now())
    seen = set()
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    for address in (ana.email, "unclaimed@example.org", "erased@example.org", "no@example.org"):
        client = Client()
        asked = client.post("/login", {"email": address})
        page = token.sub("", client.get("/login/code").text)
        wrong = token.sub("", client.post("/login/code", {"code": "0000-0000"}).text)
        seen.add((asked.status_code, asked.headers["Location"], page, wrong))
    assert len(seen) == 1
    assert [message.to for message in mail.outbox] == [[ana.email]]


def test_a_code_holds_for_the_browser_that_asked_for_it(client: Client, ana: Person) -> None:
    client.post("/login", {"email": ana.email})
    other = Client()
    other.post("/login", {"email": "no@example.org"})
    other.post("/login/code", {"code": codes_in_mail()["Ana Brandt"]})
    assert who(other) == ""


def test_five_wrong_codes_end_the_right_one(client: Client, ana: Person) -> None:
    client.post("/login", {"email": ana.email})
    pages = [client.post("/login/code", {"code": "0000-0000"}).text for _ in range(5)]
    assert ["tried too often" in page for page in pages] == [*4 * [False], True]
    client.post("/login/code", {"code": codes_in_mail()["Ana Brandt"]})
    assert who(client) == ""


def test_a_code_ends_after_a_quarter_of_an_hour(client: Client, ana: Person) -> None:
    client.post("/login", {"email": ana.email})
    MailedCodes.objects.update(made_at=timezone.now() - timedelta(minutes=15, seconds=1))
    page = client.post("/login/code", {"code": codes_in_mail()["Ana Brandt"]})
    assert "tried too often, or is too old" in page.text
    assert who(client) == ""


def test_a_sixth_mail_in_a_quarter_of_an_hour_is_not_sent_and_nobody_can_tell(ana: Person) -> None:
    answers = {Client().post("/login", {"email": ana.email}).status_code for _ in range(7)}
    assert (answers, len(mail.outbox)) == ({302}, 5)


def ask(client: Client, ana: Person, times: int, *, ip: str = "198.51.100.7") -> int:
    """Ask for codes from an address of the network; return how many mails that sent."""
    before = len(mail.outbox)
    for _ in range(times):
        client.post("/login", {"email": ana.email}, REMOTE_ADDR=ip)
    return len(mail.outbox) - before


def test_a_stranger_does_not_use_up_the_codes_of_somebody_elsewhere(ana: Person) -> None:
    assert ask(Client(), ana, 9) == 5
    assert ask(Client(), ana, 1, ip="198.51.100.200") == 0  # the same network
    assert ask(Client(), ana, 1, ip="203.0.113.5") == 1
    assert ask(Client(), ana, 9, ip="2001:db8:1::1") == 5
    assert ask(Client(), ana, 1, ip="2001:db8:1:ffff::1") == 0
    assert ask(Client(), ana, 1, ip="2001:db8:2::1") == 1


def test_many_strangers_use_up_the_codes_but_not_those_of_a_known_browser(
    client: Client, ana: Person
) -> None:
    log_in(client, ana)
    client.post("/logout")
    sent = sum(ask(Client(), ana, 5, ip=f"203.0.{number}.1") for number in range(8))
    assert sent == 29  # and the one by which Ana logged in
    assert ask(Client(), ana, 1, ip="192.0.2.1") == 0
    assert ask(client, ana, 9, ip="192.0.2.1") == 5


@pytest.mark.parametrize("value", ["", "x", "0" * 64, "." * 500, "0" * 2000])
def test_no_cookie_of_one_s_own_makes_a_browser_known(ana: Person, value: str) -> None:
    client = Client()
    client.cookies["known"] = value
    request = HttpRequest()
    request.COOKIES["known"] = value
    assert not is_known(request, ana)
    assert ask(client, ana, 9) == 5


def test_a_browser_knows_the_last_five_who_were_logged_in_there_and_names_none(
    client: Client,
) -> None:
    people = [make_person(f"P{number}", f"p{number}@example.org") for number in range(6)]
    for person in [*people, people[0]]:
        log_in(client, person)
        client.post("/logout")
    cookie = client.cookies["known"]
    request = HttpRequest()
    request.COOKIES["known"] = cookie.value
    assert [is_known(request, one) for one in people] == [True, False, True, True, True, True]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/login", True, "Lax")
    assert str(people[0].pk) not in cookie.value


def test_one_place_asks_for_thirty_codes_in_five_minutes_and_no_more() -> None:
    for number in range(30):
        assert Client().post("/login", {"email": f"a{number}@example.org"}).status_code == 302
    refused = Client().post("/login", {"email": "a31@example.org"})
    assert refused.status_code == 429
    assert "too many tries" in refused.text


def test_codes_are_tried_sixty_times_in_five_minutes_from_one_place_and_no_more() -> None:
    client = Client()
    client.post("/login", {"email": "a@example.org"})
    answers = [client.post("/login/code", {"code": "0000-0000"}) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [*60 * [200], 429]
    assert "These were too many tries" in answers[-1].text


def test_the_session_is_another_one_after_the_login_and_after_the_logout(
    client: Client, ana: Person
) -> None:
    client.post("/login", {"email": ana.email})
    before = client.cookies["session"].value
    client.post("/login/code", {"code": codes_in_mail()["Ana Brandt"]})
    within = client.cookies["session"].value
    assert within not in {before, ""}
    stolen = Client()
    stolen.cookies["session"] = before
    assert who(stolen) == ""
    client.post("/logout")
    stolen.cookies["session"] = within
    assert (who(stolen), who(client)) == ("", "")


def test_one_logs_out_by_a_button_and_not_by_a_link(client: Client, ana: Person) -> None:
    log_in(client, ana)
    assert client.get("/logout").status_code == 405
    assert who(client) == "Ana Brandt"
    assert client.post("/logout").headers["Location"] == "/"
    assert who(client) == ""


def test_a_session_ends_twelve_hours_after_the_login_whatever_happens(
    client: Client, ana: Person
) -> None:
    log_in(client, ana)
    row = Session.objects.get(person=ana)
    left = row.expire_date - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    session = client.session
    session["more"] = 1
    session.save()
    assert Session.objects.get(person=ana).expire_date == row.expire_date
    Session.objects.update(expire_date=timezone.now())
    assert who(client) == ""


def test_who_is_erased_is_logged_out_at_once(client: Client, ana: Person) -> None:
    log_in(client, ana)
    Person.objects.update(erased_at=timezone.now())
    assert who(client) == ""


def test_a_form_from_another_page_is_refused(ana: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/login", "/login/code", "/login/passkey", "/logout", "/claim", "/install"):
        assert strict.post(address, {"email": ana.email, "code": "x"}).status_code == 403
    assert mail.outbox == []


@pytest.mark.parametrize(
    "asked",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"),
        *("http:evil.example", "\x00//evil.example", "https:///evil.example", "///evil.example"),
    ],
)
def test_a_login_leads_nowhere_else(client: Client, ana: Person, asked: str) -> None:
    assert "evil" not in client.get("/login", {"next": asked}).text
    client.post("/login", {"email": ana.email, "next": asked})
    answer = client.post("/login/code", {"code": codes_in_mail()["Ana Brandt"]})
    assert answer.headers["Location"] == "/"
    again = client.get("/login", {"next": asked})
    assert again.headers["Location"] == "/"


def test_a_login_leads_on_to_the_page_that_asked_for_it(client: Client, ana: Person) -> None:
    answer = client.get("/security")
    assert answer.headers["Location"] == "/login?next=/security"
    assert 'name="next" value="/security"' in client.get("/login?next=/security").text
    client.post("/login", {"email": ana.email, "next": "/security"})
    answer = client.post("/login/code", {"code": codes_in_mail()["Ana Brandt"]})
    assert answer.headers["Location"] == "/security"


def test_without_having_asked_there_is_no_code_to_enter(client: Client) -> None:
    assert client.get("/login/code").headers["Location"] == "/login"


@pytest.mark.parametrize("name", ["Ana\r\nBcc: all@example.org", "Ana\nX: y", "Ana\x00", "A" * 200])
def test_no_name_adds_a_header_to_a_mail(client: Client, name: str) -> None:
    make_person(name.replace("\x00", ""), "ana@example.org")
    client.post("/login", {"email": "ana@example.org"})
    (sent,) = mail.outbox
    assert sent.recipients() == ["ana@example.org"]
    assert set(sent.message().keys()) == {
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding"),
        *("Subject", "From", "To", "Date", "Message-ID"),
    }


@pytest.mark.parametrize(
    "typed", ["a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", "@", ""]
)
def test_what_is_no_address_gets_no_mail(client: Client, typed: str) -> None:
    make_person("Ana", typed.strip())
    page = client.post("/login", {"email": typed})
    assert (page.status_code, mail.outbox) == (200, [])
    assert "Please look at this again" in page.text


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_in_a_form_ends_in_a_page(email: str, code: str) -> None:
    client = Client()
    for address, fields in [
        ("/login", {"email": email, "next": code}),
        ("/login/code", {"code": code}),
        ("/claim", {"code": code}),
        ("/install", {"code": code}),
        ("/login/passkey", {"credential": code}),
    ]:
        assert client.post(address, fields).status_code in {200, 302, 429}


def test_a_mail_that_cannot_be_sent_is_logged_without_the_address(
    client: Client, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    failing = mock.patch.object(mail.EmailMessage, "send", side_effect=OSError("ana@example.org"))
    with failing, caplog.at_level("INFO"):
        assert client.post("/login", {"email": ana.email}).status_code == 302
    assert [record.getMessage() for record in caplog.records] == ["a mail was not sent (OSError)"]


def test_mail_goes_out_beside_the_answer(client: Client, ana: Person, settings: object) -> None:
    settings.ACCOUNTS_MAIL_AT_ONCE = False  # type: ignore[attr-defined] # pytest-django's
    with mock.patch.object(mails._POSTMEN, "submit") as submitted:
        client.post("/login", {"email": ana.email})
    (function, message), _ = submitted.call_args
    assert (function, message.to, mail.outbox) == (mails._send, ["ana@example.org"], [])


def test_a_person_reads_mail_in_their_own_language(client: Client) -> None:
    make_person("Ana", "ana@example.org", language="de")
    client.post("/login", {"email": "ana@example.org"})
    assert mail.outbox[0].subject == "Union of Examples: Ihr Code"


UNWANTED = [
    *("account_signup", "account_reset_password", "account_change_password", "account_email"),
    *("account_set_password", "account_request_login_code", "account_reauthenticate"),
    *("socialaccount_signup", "socialaccount_connections", "mfa_download_recovery_codes"),
    *("mfa_signup_webauthn", "mfa_list_webauthn", "account_confirm_email", "mfa_trust"),
]


@pytest.mark.parametrize("name", UNWANTED)
def test_what_is_not_wanted_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "address",
    [
        *("/signup", "/signup/", "/accounts/signup/", "/accounts/login/", "/password/reset/"),
        *("/password/change/", "/accounts/", "/accounts/email/", "/accounts/3rdparty/", "/2fa/"),
        *("/accounts/social/signup/", "/login/by/other/login/callback/", "/admin/"),
        *("/login/by/other", "/login/by/google"),
    ],
)
def test_what_is_not_wanted_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


STRANGERS_MAY_SEE = {
    *("account_login", "socialaccount_login_cancelled", "claim", "install", "stop_recovery"),
    "undo_address",
}
ARGUMENTS: dict[str, list[str | int]] = {
    "openid_connect_login": ["other"],
    "openid_connect_callback": ["other"],
    "stop_recovery": ["0" * 40],
    "undo_address": ["0" * 40],
    "mfa_edit_webauthn": [1],
    "mfa_remove_webauthn": [1],
}


def test_a_stranger_sees_the_pages_of_login_alone_and_changes_nothing(client: Client) -> None:
    """Whoever adds an address decides here who may see it."""
    shown, sent_on = set(), set()
    for pattern in urls.urlpatterns:
        assert pattern.name is not None
        answer = client.get(reverse(pattern.name, args=ARGUMENTS.get(pattern.name)))
        if answer.status_code == 200:
            shown.add(pattern.name)
        elif answer.status_code == 302:
            sent_on.add(pattern.name)
            assert answer.headers["Location"].partition("?")[0] in {"/login", "/install"}
    rest = {pattern.name for pattern in urls.urlpatterns} - shown - sent_on
    assert shown == STRANGERS_MAY_SEE
    assert rest == {"account_logout", "openid_connect_login", "openid_connect_callback"}
