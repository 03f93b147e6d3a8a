"""The rule book's pages in a browser: accessible, and not wider than the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import Founded
from tests.web.looking import log_in, look
from tests.web.rulebook.test_pages import announce, world

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["world"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_pages_of_the_rule_book_are_accessible(
    live_server: LiveServer,
    browser: Browser,
    world: Founded,
) -> None:
    announced = announce(world)
    log_in(browser, live_server, world.people["Ada"])
    for name, address in {
        "rulebook": "",
        "version": "versions/1",
        "presets": "presets",
        "change": "change",
        "announced": f"announced/{announced.pk}",
    }.items():
        assert look(browser, f"{live_server.url}/rulebook/{address}", name) == [], name
