"""The organisation's pages in a browser: accessible, and not wider than the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.live_server_helper import LiveServer

from comitia.record.kinds.organisation import CreateBranch, Level
from comitia.record.kinds.values import Line
from comitia.web.acts.performing import new_identifier
from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import Founded, an_organisation
from tests.web.looking import WIDTHS, find_wide, keep_pictures, log_in, look
from tests.web.project.test_look import list_violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        name = Line("Friedrichshafen am Bodensee und Umgebung")
        act = CreateBranch(name=name, level=Level.GROUP, parent=world.branches["Mill"])
        world.do(act, new_identifier(), "Ben", branch="All")
        yield world


def test_pages_of_the_organisation_are_accessible(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    log_in(browser, live_server, world.people["Ben"])
    mill, port = world.branches["Mill"], world.branches["Port"]
    for name, address in {
        "tree": "",
        "branch": f"branches/{mill}/",
        "vacant": f"branches/{port}/",
        "history": f"branches/{mill}/history",
        "held": f"held/{world.holdings['committee Mill']}/",
        "appoint": f"branches/{mill}/appoint",
        "merge": f"branches/{mill}/merge",
    }.items():
        assert look(browser, f"{live_server.url}/organisation/{address}", name) == [], name


def test_what_will_happen_is_shown_accessibly(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    log_in(browser, live_server, world.people["Ben"])
    address = f"{live_server.url}/organisation/branches/{world.branches['Mill']}/rename"
    for width in WIDTHS:
        browser.open(address, width)
        browser.follow(
            "(document.querySelector('#id_name').value = 'Weir',"
            " document.querySelector('main form').submit())"
        )
        assert [*list_violations(browser), *find_wide(browser, width)] == []
        keep_pictures(browser, f"confirm-{width}")


def test_pages_of_administrators_are_accessible(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    log_in(browser, live_server, world.people["Ada"])
    address = f"{live_server.url}/organisation/administrators/"
    assert look(browser, address, "administrators") == []
    assert look(browser, f"{address}grant", "grant") == []
