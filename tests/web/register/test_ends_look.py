"""Accounts, outbox and deadlines in a browser: accessible, and not wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from comitia.law.values import days
from comitia.web.accounts.models import Channel, Person
from comitia.web.deadlines.running import Kind, start_deadline
from comitia.web.notices.bounces import bury
from comitia.web.notices.models import OutboxMessage
from comitia.web.notices.outbox import write_notices
from comitia.web.notices.values import Recipient
from comitia.web.register.access_granting import begin_opening, begin_recovery, open_access
from comitia.web.register.models import Membership
from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import Founded
from tests.web.looking import WIDTHS, find_wide, keep_pictures
from tests.web.notices.making import NOTICE
from tests.web.project.test_look import list_violations
from tests.web.register.organised import with_keepers

pytestmark = pytest.mark.django_db(transaction=True)
LONG_NAME = "Maximiliane Donaudampfschifffahrtsgesellschaftskapitänswitwe"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        Person.objects.filter(name="Ada Lowe").update(claimed_at=world.now, name=LONG_NAME)
        Person.objects.filter(name="Max Ivory").update(postal_address="Mill Road 3\nLeeds")
        open_access(row_of(world, "Max"), world.people["Kit"], Channel.MAIL, world.now)
        yield world


def row_of(world: Founded, name: str) -> Membership:
    rows = Membership.objects.select_related("person", "branch")
    return rows.get(pk=world.memberships[name])


def log_in_fresh(browser: Browser, server: LiveServer, world: Founded, name: str) -> None:
    """Log somebody in who has just proved who they are."""
    client = Client()
    client.force_login(world.people[name])
    session: Any = client.session
    session["confirmed_at"] = world.now.isoformat()
    session.save()
    cookie = settings.SESSION_COOKIE_NAME
    browser.tell("Network.clearBrowserCookies")
    value = client.cookies[cookie].value
    browser.tell("Network.setCookie", name=cookie, value=value, url=server.url)


def look(browser: Browser, address: str, name: str) -> list[str]:
    found = []
    for width in WIDTHS:
        for dark in (False, True):
            browser.open(address, width, dark=dark)
            found += [*list_violations(browser), *find_wide(browser, width)]
            keep_pictures(browser, f"{name}-{width}-{'dark' if dark else 'light'}")
    return found


def test_pages_of_accounts_are_accessible(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    log_in_fresh(browser, live_server, world, "Kit")
    pages = {
        "access": "register/access",
        "access-open": f"register/access/{world.memberships['Max']}",
        "access-recover": f"register/access/{world.memberships['Ada']}",
    }
    for name, address in pages.items():
        assert look(browser, f"{live_server.url}/{address}", name) == [], name
    begin_recovery(row_of(world, "Ada"), world.people["Lea"], world.now)
    address = f"{live_server.url}/register/access/{world.memberships['Ada']}"
    assert look(browser, address, "access-confirm") == []


def test_a_code_and_an_address_that_are_shown_once_fit_the_window(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    log_in_fresh(browser, live_server, world, "Kit")
    for width in WIDTHS:
        begin_opening(row_of(world, "Max"), world.people["Lea"], world.now)
        browser.open(f"{live_server.url}/register/access/{world.memberships['Max']}", width)
        browser.follow(
            "(document.querySelector('input[value=\"in person\"]').checked = true,"
            " document.querySelector('button[value=confirm]').click())"
        )
        assert [*list_violations(browser), *find_wide(browser, width)] == []
        keep_pictures(browser, f"code-{width}")
        browser.open(f"{live_server.url}/security", width)
        browser.follow("document.querySelector('button[name=make]').click()")
        assert [*list_violations(browser), *find_wide(browser, width)] == []
        keep_pictures(browser, f"calendar-{width}")
    assert look(browser, f"{live_server.url}/security", "security") == []


def test_pages_of_the_outbox_and_of_deadlines_are_accessible(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    mill = world.branches["Mill"]
    for name, mail in (("Max", True), ("Max", False), ("Ada", False)):
        person = world.people[name]
        to = Recipient(person.pk, person.email if mail else "", "en", person.name)
        write_notices([replace(NOTICE, recipient=to, branch=mill)], world.now)
    mailed = OutboxMessage.objects.get(state="waiting", template=NOTICE.template.name)
    deadline = start_deadline(
        Kind("cases.reply", "Answer the charge"),
        world.memberships["Max"],
        world.now,
        days(14),
        world.people["Max"].pk,
        branch=mill,
    )
    log_in_fresh(browser, live_server, world, "Kit")
    bury(OutboxMessage.objects.filter(address="")[0], world.now)
    for name, address in {
        "outbox": "outbox",
        "message": f"outbox/{mailed.pk}",
        "letters": f"outbox/letters/{mill}",
        "deadlines": "deadlines",
    }.items():
        assert look(browser, f"{live_server.url}/{address}", name) == [], name
    log_in_fresh(browser, live_server, world, "Ada")
    extension = f"{live_server.url}/deadlines/{deadline.pk}"
    assert look(browser, extension, "extend") == []
