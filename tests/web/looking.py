"""Pages as somebody who is logged in sees them in a browser, and pictures of them for people."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from comitia.web.accounts.models import Person
from tests.browser import Browser
from tests.web.project.test_look import list_violations

WIDTHS = (320, 768, 1280)


def log_in(browser: Browser, server: LiveServer, person: Person) -> None:
    """Let the browser's next pages be somebody's."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    browser.tell("Network.clearBrowserCookies")
    browser.tell("Network.setCookie", name=name, value=client.cookies[name].value, url=server.url)


def keep_pictures(browser: Browser, name: str) -> None:
    """Keep a picture of the page that is open in the folder that COMITIA_PICTURES names, if any."""
    if folder := os.environ.get("COMITIA_PICTURES"):
        shot = browser.tell("Page.captureScreenshot", captureBeyondViewport=True)
        Path(folder, f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


def find_wide(browser: Browser, width: int) -> Iterable[str]:
    """Return what reaches beyond the window."""
    found: list[str] = browser.evaluate(
        f"[...document.querySelectorAll('body :not(thead, thead *)')].filter(e => "
        f"e.getBoundingClientRect().right > {width} + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    return found


def look(browser: Browser, address: str, name: str) -> list[str]:
    """Return what is wrong with a page in any width, light and dark."""
    found = []
    for width in WIDTHS:
        for dark in (False, True):
            browser.open(address, width, dark=dark)
            found += [*list_violations(browser), *find_wide(browser, width)]
            keep_pictures(browser, f"{name}-{width}-{'dark' if dark else 'light'}")
    return found
