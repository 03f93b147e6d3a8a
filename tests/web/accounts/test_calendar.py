"""The secret address of one's calendar, on the page of one's own account."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from comitia.web.deadlines.models import Feed
from tests.web.accounts.people import make_person

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"http://localhost(/calendars/[\w-]+\.ics)")


def client_of_ana(*, fresh: bool = True) -> Client:
    client = Client()
    client.force_login(make_person("Ana", "ana@example.org"))
    session = client.session
    session["confirmed_at"] = timezone.now().isoformat() if fresh else ""
    session.save()
    return client


def make(client: Client) -> str:
    answer = client.post("/security/calendar", {"make": ""})
    assert "no-store" in answer["Cache-Control"]
    (address,) = ADDRESS.findall(answer.text)
    return str(address)


def test_an_address_is_shown_once_and_works() -> None:
    client = client_of_ana()
    assert "Make an address" in client.get("/security").text
    address = make(client)
    assert Client().get(address).status_code == 200
    page = client.get("/security").text
    assert (address in page, "End the address" in page) == (False, True)


def test_a_new_address_ends_the_old_one() -> None:
    client = client_of_ana()
    first, second = make(client), make(client)
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]


def test_an_address_can_be_ended() -> None:
    client = client_of_ana()
    address = make(client)
    for _ in range(2):
        answer = client.post("/security/calendar", {"end": ""}, follow=True)
        assert "has ended" in answer.text
    assert Client().get(address).status_code == 404
    assert not Feed.objects.exists()


def test_an_open_session_alone_makes_none() -> None:
    answer = client_of_ana(fresh=False).post("/security/calendar", {"make": ""})
    assert answer["Location"].startswith("/security/confirm")
    assert Client().post("/security/calendar").status_code == 302
    assert client_of_ana().get("/security/calendar").status_code == 405
    assert not Feed.objects.exists()
