"""The page of the record in a browser, with a record."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from comitia.record.keys import KeyKind, generate_key
from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import an_organisation
from tests.web.project.test_look import WIDTHS, list_violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize("width", WIDTHS)
def test_a_record_is_shown_to_everybody(
    live_server: LiveServer, browser: Browser, settings: Settings, tmp_path: Path, width: int
) -> None:
    settings.DATA = tmp_path
    key = generate_key("witness.example.net/w1", KeyKind.COSIGNATURE, secrets.token_bytes)
    settings.WITNESSES = (key.verifier,)
    with an_organisation():
        browser.open(f"{live_server.url}/record/", width)
        browser.evaluate("document.querySelector('details').open = true")
        assert list_violations(browser) == []
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
