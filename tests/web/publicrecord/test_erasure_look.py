"""Pages about erasing people and the record's key in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from comitia.record.kinds.register import AdmitMember, LeaveMembership
from comitia.web.publicrecord.keeping import NEXT_FILE_NAME, make_record_key
from comitia.web.publicrecord.models import Log
from comitia.web.publicrecord.sequencing import sequence
from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import Founded
from tests.web.looking import look
from tests.web.register.organised import with_keepers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[Founded]:
    """Somebody has left, and asked; a key lies ready."""
    settings.DATA = tmp_path
    with with_keepers() as world:
        world.person("Eve Marlow", email="eve@example.org", postal_address="Mill Lane 1")
        own = world.apply("Eve")
        day = world.now.date()
        world.do(AdmitMember(since=day), own, "Ada", person="Eve")
        world.do(LeaveMembership(last_day=day), own, "Eve", person="Eve")
        world.later(days=2)
        sequence(world.now)
        make_record_key(tmp_path, Log.objects.get().origin, NEXT_FILE_NAME)
        yield world


def fresh(world: Founded, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    session = client.session
    session["confirmed_at"] = world.now.isoformat()
    session.save()
    return client


def test_pages_about_erasing_are_accessible(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    own = world.memberships["Eve"]
    fresh(world, "Eve").post("/me/erasure")
    later = (world.now + timedelta(days=20)).date().isoformat()
    duty = {"do": "duty", "ground": "claim", "reason": "A claim for dues", "last_day": later}
    for who, name, address in (
        ("Kit", "erasures", "/erasures"),
        ("Kit", "erasure", f"/erasures/{own}"),
        ("Eve", "own-erasure", "/me/erasure"),
        ("Ada", "change-key", "/organisation/administrators/key"),
        ("", "", ""),
        ("Kit", "erasure-kept", f"/erasures/{own}"),
        ("Eve", "own-erasure-kept", "/me/erasure"),
    ):
        if not who:
            fresh(world, "Kit").post(f"/erasures/{own}", duty)
            continue
        cookie = django_settings.SESSION_COOKIE_NAME
        value = fresh(world, who).cookies[cookie].value
        browser.tell("Network.clearBrowserCookies")
        browser.tell("Network.setCookie", name=cookie, value=value, url=live_server.url)
        assert look(browser, live_server.url + address, name) == [], name
