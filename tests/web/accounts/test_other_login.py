"""Login by another organisation's server, which a thread of the test plays."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from pytest_django import Settings

from comitia.web.accounts.models import Person
from comitia.web.accounts.openid import OpenIdServer, openid_providers
from tests.web.accounts.people import log_in, make_person, who

pytestmark = pytest.mark.django_db


class Federation(BaseHTTPRequestHandler):
    """Says of everybody that they are `who`, at this address, if it `works`."""

    who = "4711"
    email = "ana@example.org"
    works = True

    def do_GET(self) -> None:
        base = f"http://{self.headers['Host']}"
        claims = {"sub": self.who, "email": self.email, "email_verified": True, "name": "Ana"}
        config = {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/keys",
        }
        self._answer(claims if self.path == "/userinfo" else config)

    def do_POST(self) -> None:
        base = f"http://{self.headers['Host']}"
        now = int(time.time())
        claims = {"iss": base, "aud": "comitia", "sub": self.who, "iat": now, "exp": now + 60}
        token = jwt.encode(claims, "k" * 32, algorithm="HS256")
        self._answer({"access_token": "t", "token_type": "Bearer", "id_token": token})

    def _answer(self, value: dict[str, Any]) -> None:
        self.send_response(200 if self.works else 500)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@pytest.fixture
def federation(settings: Settings) -> Iterator[type[Federation]]:
    class Played(Federation):
        """One for each test."""

    with HTTPServer(("localhost", 0), Played) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        issuer = f"http://localhost:{server.server_address[1]}"
        other = OpenIdServer(issuer, "comitia", "s3cret", "the Federation")
        settings.OIDC_NAME = other.name
        settings.SOCIALACCOUNT_PROVIDERS = openid_providers(settings.OIDC_ID, other)
        yield Played
        server.shutdown()
        thread.join()


@pytest.fixture
def ana() -> Person:
    return make_person("Ana Brandt", "ana@example.org")


def go_there(client: Client, query: str = "") -> dict[str, list[str]]:
    """Press the button; return what the other server is asked."""
    page = client.post(f"/login/by/other{query}")
    assert page.status_code == 200
    (address,) = re.findall(r'<a class="button" href="([^"]+)"', page.text)
    return parse_qs(urlsplit(address.replace("&amp;", "&")).query)


def come_back(client: Client, asked: dict[str, list[str]]) -> Any:  # noqa: ANN401 - an answer
    return client.get("/login/by/other/back", {"code": "c", "state": asked["state"][0]})


@pytest.mark.usefixtures("federation")
def test_only_who_it_is_is_asked_for(ana: Person) -> None:
    client = Client()
    assert "Log in at the Federation" in client.get("/login").text
    asked = go_there(client)
    assert asked["scope"] == ["openid"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/login/by/other/back"]
    assert ana.email not in str(asked)


@pytest.mark.usefixtures("federation")
def test_a_login_that_is_tied_to_nobody_logs_nobody_in(ana: Person) -> None:
    """Not even who has the same address there."""
    client = Client()
    page = come_back(client, go_there(client))
    assert "This login is tied to nobody here" in page.text
    assert (who(client), Person.objects.get(), SocialAccount.objects.count()) == ("", ana, 0)


@pytest.mark.usefixtures("federation")
def test_a_login_that_was_tied_logs_in_and_nothing_else_of_it_is_kept(ana: Person) -> None:
    client = Client()
    log_in(client, ana)
    assert "Tie your login at the Federation" in client.get("/security").text
    back = come_back(client, go_there(client, "?process=connect"))
    assert back.headers["Location"] == "/security"
    assert "tied to your account" in client.get("/security").text
    (tied,) = SocialAccount.objects.all()
    assert (tied.user, tied.uid, tied.extra_data) == (ana, "4711", {})
    assert "Another login was tied" in mail.outbox[-1].body
    other = Client()
    assert come_back(other, go_there(other)).headers["Location"] == "/"
    assert who(other) == "Ana Brandt"
    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.usefixtures("federation")
def test_a_login_that_is_somebody_else_s_is_not_tied(ana: Person) -> None:
    jo = make_person("Jo", "jo@example.org")
    SocialAccount.objects.create(user=jo, provider="other", uid="4711")
    client = Client()
    log_in(client, ana)
    come_back(client, go_there(client, "?process=connect"))
    assert "somebody else" in client.get("/security").text
    assert SocialAccount.objects.get().user == jo


@pytest.mark.usefixtures("federation")
def test_the_second_factor_is_asked_for_all_the_same(ana: Person) -> None:
    SocialAccount.objects.create(user=ana, provider="other", uid="4711")
    Authenticator.objects.create(user=ana, type="totp", data={"secret": ""})
    client = Client()
    assert come_back(client, go_there(client)).headers["Location"] == "/login/second"
    assert who(client) == ""


@pytest.mark.usefixtures("federation")
def test_an_open_session_alone_ties_nothing(ana: Person) -> None:
    client = Client()
    log_in(client, ana)
    session = client.session
    session["confirmed_at"] = "2026-01-01T00:00:00+00:00"
    session.save()
    answer = client.post("/login/by/other?process=connect")
    assert answer.headers["Location"].startswith("/security/confirm?next=")


@pytest.mark.usefixtures("federation")
@pytest.mark.parametrize(
    "query", [{}, {"state": "x"}, {"code": "c", "state": "x"}, {"error": "access_denied"}]
)
def test_who_comes_back_with_nothing_of_ours_is_not_logged_in(query: dict[str, str]) -> None:
    client = Client()
    page = client.get("/login/by/other/back", query, follow=True)
    assert "You were not logged in" in page.text
    assert who(client) == ""


def test_a_server_that_fails_is_a_page_and_no_error(federation: type[Federation]) -> None:
    client = Client()
    asked = go_there(client)
    federation.works = False
    assert "You were not logged in" in come_back(client, asked).text
    assert "You were not logged in" in Client().post("/login/by/other").text


@pytest.mark.usefixtures("federation")
def test_only_the_server_that_is_set_is_asked() -> None:
    assert Client().get("/login/by/other").status_code == 404
    assert Client().post("/login/by/google").status_code == 404
