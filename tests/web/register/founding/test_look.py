"""The pages of the founding as people see them: narrow and wide, light and dark, by keys alone."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from comitia.web.accounts.codes import hash_code
from comitia.web.accounts.installation import installation_code
from comitia.web.acts import clock
from comitia.web.register.founding.draft import Draft
from comitia.web.register.founding.saving import begin_draft, change_draft
from comitia.web.register.founding.signing import PURPOSE, invite, sign
from tests.browser import Browser, find_browser, running_browser
from tests.web.drafted import DRAFT, member, with_row
from tests.web.project.test_look import WIDTHS, list_violations, press

pytestmark = pytest.mark.django_db(transaction=True)
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
LONG: Final = "Bezirksgliederung Friedrichshafen-Mitgliederversammlungseinladungsschreiben"
WRONG: Final = with_row(
    replace(DRAFT, members=(*DRAFT.members, replace(member(LONG, "Hill"), since="soon"))),
    *("mandates", 0),
    until="",
)
ADDRESSES: Final = (
    *("", "/organisation", "/rules", "/rules/application-period", "/rules/member-minimum_age"),
    *("/branches", "/members", "/members/new", "/members/4", "/mandates", "/summary", "/sign"),
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(autouse=True)
def _at_that_time() -> Iterator[None]:
    with clock.showing(lambda: NOW):
        yield


def enter(live_server: LiveServer, browser: Browser) -> Client:
    """Let the browser have entered the installation code."""
    client = Client()
    client.post("/install", {"code": installation_code(NOW)})
    value = client.cookies["session"].value
    browser.tell("Network.setCookie", name="session", value=value, url=live_server.url)
    return client


def look(browser: Browser, address: str, name: str) -> None:
    """See that a page is accessible and fits; another setting saves pictures."""
    for width in WIDTHS:
        for dark in (False, True):
            browser.open(address, width, dark=dark)
            assert list_violations(browser) == [], f"{address} at {width}"
            assert browser.evaluate("document.documentElement.scrollWidth") <= width, address
            if folder := os.environ.get("COMITIA_TESTS_PICTURES"):
                shot = browser.tell(
                    "Page.captureScreenshot", format="png", captureBeyondViewport=True
                )
                file = Path(folder, f"{name}-{width}-{'dark' if dark else 'light'}.png")
                file.write_bytes(base64.b64decode(shot["data"]))


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_of_a_draft_with_faults_looks_well(
    live_server: LiveServer, browser: Browser, address: str
) -> None:
    begin_draft(NOW)
    change_draft(change_draft_from_nothing(), lambda _: WRONG, NOW)
    enter(live_server, browser)
    name = address.strip("/").replace("/", "-") or "start"
    look(browser, f"{live_server.url}/founding{address}", name)
    assert browser.complaints == []


def change_draft_from_nothing() -> str:
    """Save a draft without a fault; return its hash."""
    return change_draft(Draft().hash, lambda _: DRAFT, NOW).hash


def test_the_page_on_which_one_signs_looks_well(live_server: LiveServer, browser: Browser) -> None:
    begin_draft(NOW)
    change_draft_from_nothing()
    client = enter(live_server, browser)
    codes = [invite(DRAFT, number, NOW) for number in range(2)]
    sign(hash_code(PURPOSE, b"", codes[1]), DRAFT.hash, NOW)
    look(browser, f"{live_server.url}/founding/summary", "whole")
    client.post("/founding/sign", {"code": codes[0]})
    value = client.cookies["session"].value
    browser.tell("Network.setCookie", name="session", value=value, url=live_server.url)
    look(browser, f"{live_server.url}/founding/sign/document", "sign-document")


def test_a_row_is_written_by_keys_alone(live_server: LiveServer, browser: Browser) -> None:
    begin_draft(NOW)
    change_draft_from_nothing()
    enter(live_server, browser)
    browser.open(f"{live_server.url}/founding/cases/new", 768)
    for _ in range(40):
        if browser.evaluate("document.activeElement.matches('#id_number')"):
            break
        press(browser, "Tab", 9)
    browser.tell("Input.insertText", text="2025/9")
    assert browser.evaluate("document.activeElement.value") == "2025/9"
    browser.follow("document.activeElement.form.requestSubmit()")
    assert browser.evaluate("document.querySelectorAll('.field.wrong').length") == 3
    assert browser.evaluate("document.activeElement.className") == "summary"
