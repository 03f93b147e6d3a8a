"""The pages of the register in a browser: wide and narrow, light and dark, with what they show."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from comitia.web.acts.models import Proposal
from comitia.web.register.models import Membership
from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import Founded
from tests.web.project.test_look import WIDTHS, list_violations
from tests.web.register.organised import browser_of, with_keepers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        fill(world)
        yield world


def fill(world: Founded) -> None:
    """Let there be something on every page."""
    world.person(
        "Ada Wolfeschlegelsteinhausenbergerdorff-Lowe", postal_address="Mill Road 3\nLeeds"
    )
    world.people["Eve"] = world.people["Ada"]
    world.apply("Eve")
    world.apply("Adah")
    world.later(days=40)
    own = world.memberships["Max"]
    said = {"day": "2026-01-05", "sure": "1", "seen": Membership.objects.get(pk=own).entry_id}
    kit = browser_of(world, "Kit")
    kit.post(f"/register/{own}/death", said)
    kit.post("/register/as-at", {"branch": world.branches["Mill"], "purpose": "A roll"})


def sign_in(browser: Browser, server: LiveServer, world: Founded, name: str) -> None:
    """Give the browser the session of somebody who is logged in."""
    cookie = browser_of(world, name).cookies[settings.SESSION_COOKIE_NAME]
    browser.tell(
        "Network.setCookie", name=settings.SESSION_COOKIE_NAME, value=cookie.value, url=server.url
    )


def pages(world: Founded) -> dict[str, str]:
    own = world.memberships["Max"]
    return {
        "apply": "/apply",
        "received": "/apply/received",
        "applications": "/applications",
        "application": f"/applications/{world.memberships['Eve']}",
        "lodge": "/applications/new",
        "members": "/register",
        "card": f"/register/{own}",
        "act": f"/register/{own}/correct",
        "as-at": f"/register/as-at?branch={world.branches['Mill']}",
        "balance": "/register/balance",
        "entries": "/register/balance/entries?column=joined&first=2026-01-01",
        "proposals": "/register/proposals",
        "proposal": f"/register/proposals/{Proposal.objects.get().pk}",
    }


def overflowing(browser: Browser, width: int) -> list[str]:
    found = browser.evaluate(
        f"[...document.querySelectorAll('body :not(thead, thead *)')].filter(e => "
        f"e.getBoundingClientRect().right > {width} + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert isinstance(found, list)
    return found


def test_every_page_is_sound_at_every_width(
    live_server: LiveServer, browser: Browser, world: Founded, tmp_path: Path
) -> None:
    """COMITIA_PICTURES names a folder for pictures, to be looked at by people."""
    folder = Path(os.environ.get("COMITIA_PICTURES", tmp_path))
    sign_in(browser, live_server, world, "Lea")
    wrong: list[str] = []
    for name, address in pages(world).items():
        for width in WIDTHS:
            dark = width == WIDTHS[1]
            browser.open(live_server.url + address, width, dark=dark)
            wrong += _looked_at(browser, folder, name, width)
    assert wrong == []
    assert browser.complaints == []


def test_the_pages_of_those_who_are_no_officers_are_sound_too(
    live_server: LiveServer, browser: Browser, world: Founded, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("COMITIA_PICTURES", tmp_path))
    wrong: list[str] = []
    for width in WIDTHS:
        sign_in(browser, live_server, world, "Max")
        browser.open(live_server.url + "/register/balance", width)
        wrong += _looked_at(browser, folder, "balance-of-members", width)
        browser.open(live_server.url + "/apply", width)
        said = {"name": "Eve Ward", "email": "eve@example.org", "birth_date": "1990-03-01"}
        fill_in = "".join(
            f"document.querySelector('#id_{k}').value='{v}';" for k, v in said.items()
        )
        browser.evaluate(
            f"{fill_in} document.querySelector('#id_branch').selectedIndex = 1;"
            "document.querySelector('#id_category').selectedIndex = 0; 1"
        )
        browser.follow("document.querySelector('main form').requestSubmit()")
        assert "Enter the code" in str(browser.evaluate("document.title"))
        wrong += _looked_at(browser, folder, "apply-code", width)
    assert wrong == []
    assert browser.complaints == []


def _looked_at(browser: Browser, folder: Path, name: str, width: int) -> list[str]:
    shot = browser.tell("Page.captureScreenshot", captureBeyondViewport=True)
    (folder / f"register-{name}-{width}.png").write_bytes(base64.b64decode(shot["data"]))
    found = [*list_violations(browser), *overflowing(browser, width)]
    return [f"{name} {width}: {one}" for one in found]


def test_the_list_changes_in_place_while_one_types(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    sign_in(browser, live_server, world, "Lea")
    browser.open(live_server.url + "/register", 1280)
    assert browser.evaluate("document.querySelectorAll('#members tbody tr').length") == 6
    browser.evaluate("window.same = true; document.querySelector('#id_words').focus()")
    browser.tell(
        "Runtime.evaluate",
        expression="new Promise(done => {document.body.addEventListener('htmx:afterSettle', done);"
        "const i = document.querySelector('#id_words'); i.value = 'lo';"
        "i.dispatchEvent(new Event('input', {bubbles: true}))}).then(() => true)",
        awaitPromise=True,
    )
    assert browser.evaluate("window.same && document.activeElement.id") == "id_words"
    assert browser.evaluate("document.querySelectorAll('#members tbody tr').length") == 1
