"""The member's own pages in a browser: accessible, and not wider than the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from comitia.web.register.models import CorrectionRequest
from tests.browser import Browser, find_browser, running_browser
from tests.web.founded import Founded, an_organisation
from tests.web.looking import log_in, look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        client = Client()
        client.force_login(world.people["Ada"])
        client.post("/me/correction", {"wrong": "I was born in March, not in February."})
        yield world


def test_pages_of_a_member_are_accessible(
    live_server: LiveServer, browser: Browser, world: Founded
) -> None:
    asked = CorrectionRequest.objects.get()
    for who, name, address in (
        ("Ada", "start", "/"),
        ("Ada", "me", "/me"),
        ("Ada", "own-history", "/me/history"),
        ("Ada", "leave", "/me/leave"),
        ("Ada", "ask", "/me/correction"),
        ("Ben", "start-officer", "/"),
        ("Ben", "corrections", "/corrections"),
        ("Ben", "correction", f"/corrections/{asked.pk}"),
    ):
        log_in(browser, live_server, world.people[who])
        assert look(browser, live_server.url + address, name) == [], name
