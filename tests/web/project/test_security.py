"""What hostile requests get, and what every answer tells the browser to refuse."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from comitia.web.project import environment
from comitia.web.project.headers import ResponseHeaders
from comitia.web.project.secret import make_secret
from tests.web.settings import MIDDLEWARE

pytestmark = pytest.mark.django_db
TEMPLATES = sorted(
    Path(environment.__file__).resolve().parents[1].rglob("templates/**/*.html"),
)
ANSWERS = {
    "/": 200,
    "/healthz": 200,
    "/styleguide": 200,
    "/nowhere": 404,
    "/forbid/x": 403,
    "/break": 500,
    "/static/project/comitia.css": 200,
}
EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; img-src 'self'; script-src 'self'; "
    "style-src 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@pytest.fixture
def stranger() -> Client:
    """Give a client that gets pages of errors, as a browser would, and is held to its token."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_says_what_the_browser_must_refuse(stranger: Client, address: str) -> None:
    answer = stranger.get(address)
    assert answer.status_code == ANSWERS[address]
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in answer.headers["Permissions-Policy"]
    if not address.startswith("/static"):
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_a_view_may_set_a_header_itself() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=60"})

    answer = ResponseHeaders(view)(HttpRequest())
    assert answer.headers["Cache-Control"] == "max-age=60"
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost@evil.example", "localhost:x", "a b", "[::1", "", ".", "\xff"],
)
def test_another_host_s_name_is_refused_in_plain_words(stranger: Client, host: str) -> None:
    answer = stranger.get("/", headers={"host": host})
    assert (answer.status_code, "evil" in answer.content.decode()) == (400, False)
    assert "This request could not be understood" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_plain_words(stranger: Client) -> None:
    answer = stranger.post("/styleguide", {"name": "x"})
    assert answer.status_code == 403
    assert "The form was refused" in answer.content.decode()


@pytest.mark.parametrize("length", ["16777217", "9" * 5000])
def test_what_is_too_large_is_refused_before_it_is_read(stranger: Client, length: str) -> None:
    answer = stranger.generic("POST", "/post", b"", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert "This is too large" in answer.content.decode()


@pytest.mark.parametrize("length", ["-1", "+5", "1_000", "5, 5", "0x10", "٣", "five"])
def test_a_length_that_is_no_number_is_refused(stranger: Client, length: str) -> None:
    assert stranger.generic("POST", "/post", b"", CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize(
    "posted",
    [
        {f"f{number}": "x" for number in range(501)},
        {f"f{number}": SimpleUploadedFile("a", b"b") for number in range(11)},
        {"text": "x" * (2**20 + 1)},
    ],
    ids=["fields", "files", "text"],
)
def test_too_many_fields_files_or_characters_are_refused(posted: dict[str, Any]) -> None:
    answer = Client(raise_request_exception=False).post("/post", posted)
    assert answer.status_code == 400


def test_what_is_within_the_limits_is_taken() -> None:
    posted = {"text": "x" * 10_000, "file": SimpleUploadedFile("a", b"b" * 3 * 2**20)}
    assert Client().post("/post", posted).content == b"1 fields, 1 files"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.binary(max_size=200))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_and_no_body_breaks_a_page(path: str, body: bytes) -> None:
    client = Client(raise_request_exception=False)
    address = "/" + quote(path)  # the test's client would read a host after two slashes
    assert client.get(address).status_code in {200, 301, 302, 403, 404, 405, 400}
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "\x7f"):
        answer = client.post("/styleguide", body, content_type=kind)
        assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_language_switch_leads_nowhere_else(target: str) -> None:
    answer = Client().post("/language", {"language": "de", "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_what_is_typed_comes_back_as_text() -> None:
    answer = Client().post("/styleguide", {"name": "", "mail": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.content.decode()
    assert "&lt;script&gt;alert" in answer.content.decode()


def test_pages_answer_no_other_method(stranger: Client) -> None:
    assert stranger.get("/styleguide").status_code == 200
    for method in ("PUT", "DELETE", "TRACE", "PATCH"):
        assert Client().generic(method, "/").status_code == 405


def test_the_styleguide_is_no_address_of_the_application() -> None:
    real = get_resolver("comitia.web.project.urls").reverse_dict
    assert ("home" in real, "styleguide" in real) == (True, False)


WITHOUT_PERSONS = {"register/as_at.html", "register/balance.html", "outbox/list.html"}
"""Their forms ask for a branch, for days, for a state: addresses that can be handed on."""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_what_the_policy_forbids_or_a_search_in_the_address(template: Path) -> None:
    """Inline styles, scripts and handlers; foreign addresses; forms whose fields become a URL."""
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text) == []
    assert re.findall(r"""(?:src|href|action)=["']?(?:https?:)?//""", text) == []
    forms = re.findall(r"<form[^>]*>", text)
    posted = [form for form in forms if 'method="post"' in form]
    assert len(posted) == len(forms) or "/".join(template.parts[-2:]) in WITHOUT_PERSONS
    assert text.count("csrf_token") >= len(posted)
    assert re.findall(r"hx-get|\|safe|autoescape off", text) == []


def test_every_answer_passes_the_headers_first() -> None:
    assert MIDDLEWARE[0] == "comitia.web.project.headers.ResponseHeaders"
    assert "django.middleware.csrf.CsrfViewMiddleware" in MIDDLEWARE


def test_cookies_are_for_this_site_and_no_script() -> None:
    client = Client()
    client.post("/language", {"language": "de"})
    client.get("/")
    assert {name: (c["httponly"], c["samesite"]) for name, c in client.cookies.items()} == {
        "csrf": (True, "Lax"),
        "language": (True, "Lax"),
    }


def test_behind_tls_plain_requests_are_sent_on(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000
    answer = Client().get("/nowhere?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        "https://testserver/nowhere?x=1",
    )
    assert Client().get("/healthz").status_code == 200
    secure = Client().get("/", headers={"x-forwarded-proto": "https"})
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    sources = {source for values in settings.SECURE_CSP.values() for source in values}
    assert sources == {"'none'", "'self'"}


def test_the_setting_for_tls_binds_cookies_to_this_host_and_asks_for_tls_for_a_year(
    tmp_path: Path,
) -> None:
    """In a process of its own, as the settings are read once."""
    make_secret(tmp_path)
    names = (
        *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE"),
        *("LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS"),
    )
    program = (
        "from comitia.web.project import settings\n"
        f"print([getattr(settings, name) for name in {names}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        env={"COMITIA_DATA": str(tmp_path), "COMITIA_TLS": "yes", "COMITIA_HOSTS": "a.example"},
        capture_output=True,
        text=True,
    )
    assert ast.literal_eval(done.stdout) == [
        *("__Host-session", True, "__Host-csrf", True),
        *(True, True, 31_536_000, ["a.example"]),
    ]
