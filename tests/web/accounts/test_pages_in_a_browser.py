"""The pages of login as people meet them: keys alone, a passkey, narrow and wide."""

from __future__ import annotations

import base64
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from comitia.web.accounts.addresses import change_email
from comitia.web.accounts.installation import installation_code
from comitia.web.accounts.models import Person
from comitia.web.accounts.recovery import start_recovery
from tests.browser import Browser, find_browser, running_browser
from tests.web.accounts.people import NOW, codes_in_mail, log_in, make_person
from tests.web.project.test_look import WIDTHS, list_violations, press

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 20
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
LOGGED_OUT = ("/login", "/login/code", "/login/cancelled", "/claim", "/install", "/recovery/x")
LOGGED_IN = (
    *("/security", "/security/passkeys/new", "/security/app", "/security/address"),
    *("/security/confirm", "/security/passkeys/{key}", "/security/passkeys/{key}/remove"),
    *("/security/app/remove", "/security/codes", "/security/codes/new"),
    *("/security/confirm/code", "/security/confirm/passkey"),
)


@pytest.fixture(scope="module")
def shared_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(shared_browser: Browser) -> Iterator[Browser]:
    shared_browser.tell("WebAuthn.enable")
    device = shared_browser.tell("WebAuthn.addVirtualAuthenticator", options=PHONE)
    yield shared_browser
    shared_browser.tell("WebAuthn.removeVirtualAuthenticator", **device)
    shared_browser.tell("Network.clearBrowserCookies")


@pytest.fixture
def ana() -> Person:
    return make_person("Ana Brandt-Okafor", "ana@example.org")


def wait_for(browser: Browser, expression: str) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not browser.evaluate(expression):
        assert time.monotonic() < limit, browser.evaluate("document.body.innerText")
        time.sleep(0.05)


def type_text(browser: Browser, text: str) -> None:
    browser.tell("Input.insertText", text=text)


def tab_to(browser: Browser, selector: str) -> None:
    """Press the Tab key until this is where one is."""
    for _ in range(40):
        if browser.evaluate(f"document.activeElement.matches({selector!r})"):
            return
        press(browser, "Tab", 9)
    raise AssertionError(f"no way by keys to {selector}")


def enter(browser: Browser) -> None:
    for kind in ("keyDown", "keyUp"):
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        browser.tell("Input.dispatchKeyEvent", type=kind, **key)


def log_in_by_cookie(live_server: LiveServer, browser: Browser, person: Person) -> None:
    client = Client()
    log_in(client, person)
    value = client.cookies["session"].value
    browser.tell("Network.setCookie", name="session", value=value, url=live_server.url)


def test_one_logs_in_and_out_by_keys_alone(
    live_server: LiveServer, browser: Browser, ana: Person
) -> None:
    browser.open(live_server.url + "/", 1280)
    tab_to(browser, ".account a")
    enter(browser)
    wait_for(browser, "location.pathname == '/login' && document.readyState == 'complete'")
    tab_to(browser, "#id_email")
    type_text(browser, ana.email)
    enter(browser)
    wait_for(browser, "location.pathname == '/login/code' && document.readyState == 'complete'")
    tab_to(browser, "#id_code")
    type_text(browser, codes_in_mail()[ana.name].lower())
    enter(browser)
    wait_for(browser, "document.querySelector('.account a')?.innerText == 'Ana Brandt-Okafor'")
    tab_to(browser, ".account button")
    enter(browser)
    wait_for(browser, "document.querySelector('.account a')?.innerText == 'Log in'")


def use_passkey(browser: Browser) -> None:
    """Press the button as a person would: the form shows once its script runs, and not before."""
    wait_for(browser, "document.querySelector('form[data-passkey]:not([hidden])') != null")
    browser.evaluate("document.querySelector('[data-passkey] button').click()")


def add_passkey(live_server: LiveServer, browser: Browser, person: Person) -> None:
    log_in_by_cookie(live_server, browser, person)
    browser.open(live_server.url + "/security/passkeys/new", 768)
    use_passkey(browser)
    wait_for(browser, "location.pathname.startsWith('/security/confirm')")
    assert browser.complaints == []


def test_a_passkey_is_added_by_which_one_logs_in_without_a_mail(
    live_server: LiveServer, browser: Browser, ana: Person
) -> None:
    add_passkey(live_server, browser, ana)
    assert str(Authenticator.objects.get(type="webauthn")) == "Passkey 1"
    use_passkey(browser)
    wait_for(browser, "location.pathname == '/security/codes'")
    browser.tell("Network.clearBrowserCookies")
    browser.open(live_server.url + "/login?next=/security", 320)
    tab_to(browser, "[data-passkey] button")
    enter(browser)
    wait_for(browser, "location.pathname == '/security'")
    assert "Ana Brandt-Okafor" in browser.evaluate("document.body.innerText")
    assert browser.complaints == []


def test_after_a_code_by_mail_the_passkey_is_asked_for(
    live_server: LiveServer, browser: Browser, ana: Person
) -> None:
    add_passkey(live_server, browser, ana)
    browser.tell("Network.clearBrowserCookies")
    browser.open(live_server.url + "/login", 320)
    browser.follow(
        "document.querySelector('#id_email').value = 'ana@example.org';"
        "document.querySelector('main form').submit()"
    )
    code = codes_in_mail()[ana.name]
    browser.follow(
        f"document.querySelector('#id_code').value = '{code}';"
        "document.querySelector('main form').submit()"
    )
    assert browser.evaluate("location.pathname") == "/login/second"
    assert list_violations(browser) == []
    use_passkey(browser)
    wait_for(browser, "document.querySelector('.account a')?.innerText == 'Ana Brandt-Okafor'")


def test_without_a_passkey_the_page_says_what_to_do(
    live_server: LiveServer, shared_browser: Browser
) -> None:
    shared_browser.tell("WebAuthn.enable")
    device = shared_browser.tell("WebAuthn.addVirtualAuthenticator", options=PHONE)
    shared_browser.open(live_server.url + "/login", 768)
    use_passkey(shared_browser)
    wait_for(shared_browser, "document.querySelector('[data-failed]').textContent.length > 0")
    said = shared_browser.evaluate("document.querySelector('[data-failed]').textContent")
    assert said == "The passkey was not used. Try again, or have a code sent."
    shared_browser.tell("WebAuthn.removeVirtualAuthenticator", **device)


def picture(browser: Browser, folder: Path, name: str) -> None:
    shot = browser.tell("Page.captureScreenshot", captureBeyondViewport=True)
    (folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


def look(browser: Browser, live_server: LiveServer, address: str, folder: Path) -> None:
    """Look at a page in each width: no fault, nothing too wide, no word of the policy's."""
    for width in WIDTHS:
        browser.open(live_server.url + address, width, dark=width == WIDTHS[0])
        if width == WIDTHS[0]:
            assert list_violations(browser) == [], address
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, address
        assert browser.complaints == [], address
        assert [r for r in browser.requests if not r.startswith(live_server.url)] == []
        picture(browser, folder, f"{address.strip('/').replace('/', '-')}-{width}")


def test_the_pages_of_a_stranger_look_well(
    live_server: LiveServer, browser: Browser, ana: Person, tmp_path: Path
) -> None:
    """COMITIA_PICTURES names a folder for the pictures, to be looked at by people."""
    folder = Path(os.environ.get("COMITIA_PICTURES", tmp_path))
    officer = make_person("Olu")
    start_recovery(ana, officer, NOW, randomness=bytes)
    undo = change_email(ana, ana.email, NOW, secrets.token_bytes)
    browser.open(live_server.url + "/login", 320)
    browser.follow(
        "document.querySelector('#id_email').value = 'ana@example.org';"
        "document.querySelector('main form').submit()"
    )
    for address in (*LOGGED_OUT, "/recovery/0000-0000-0000-0000", f"/former-address/{undo}"):
        look(browser, live_server, address, folder)


def test_the_page_of_the_founding_looks_well(
    live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    code = installation_code(NOW)
    browser.open(live_server.url + "/install", 320)
    browser.follow(
        f"document.querySelector('#id_code').value = '{code}';"
        "document.querySelector('main form').submit()"
    )
    look(browser, live_server, "/founding", tmp_path)


def test_the_pages_of_one_s_account_look_well(
    live_server: LiveServer, browser: Browser, ana: Person, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("COMITIA_PICTURES", tmp_path))
    log_in_by_cookie(live_server, browser, ana)
    for address in LOGGED_IN[:5]:
        look(browser, live_server, address, folder)
    add_passkey(live_server, browser, ana)
    cache.clear()
    look(browser, live_server, "/security/confirm/passkey", folder)
    use_passkey(browser)
    wait_for(browser, "!location.pathname.startsWith('/security/confirm')")
    key = Authenticator.objects.get(type="webauthn").pk
    for address in (*LOGGED_IN[:1], *LOGGED_IN[5:7], "/security/codes", "/security/codes/new"):
        look(browser, live_server, address.format(key=key), folder)
