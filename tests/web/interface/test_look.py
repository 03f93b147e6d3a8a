"""The pages of tokens in a browser: accessible, and not wider than the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import word_of
from tests.web.interface.test_pages import logged_in
from tests.web.looking import WIDTHS, find_wide, keep_pictures
from tests.web.project.test_look import list_violations

pytestmark = pytest.mark.django_db(transaction=True)
FILL_IN = (
    "(document.querySelector('#id_name').value = 'Export',"
    " document.querySelector('main form').submit())"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def look(browser: Browser, width: int, name: str) -> list[str]:
    keep_pictures(browser, f"{name}-{width}")
    return [*list_violations(browser), *find_wide(browser, width)]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_token_is_made_on_accessible_pages(
    live_server: LiveServer, browser: Browser, world: Founded, width: int
) -> None:
    word_of(world, "Ada", branch="Mill")
    cookie = logged_in(world, "Ada").cookies[settings.SESSION_COOKIE_NAME].value
    name = settings.SESSION_COOKIE_NAME
    browser.tell("Network.clearBrowserCookies")
    browser.tell("Network.setCookie", name=name, value=cookie, url=live_server.url)
    address = f"{live_server.url}/security/tokens"
    browser.open(address, width)
    assert look(browser, width, "tokens") == []
    browser.open(f"{address}/new", width)
    assert look(browser, width, "make") == []
    browser.follow(FILL_IN)
    assert browser.evaluate("document.querySelector('pre').innerText").startswith("comitia_")
    assert look(browser, width, "made") == []
