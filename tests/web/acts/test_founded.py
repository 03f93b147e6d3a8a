"""The organisation's own name, language and time: of the founding, wherever they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.adapter import get_adapter
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from comitia.law.values import days
from comitia.web.accounts.claiming import claim_letter
from comitia.web.acts import founded
from comitia.web.acts.founded import Founded as Facts
from comitia.web.deadlines.feeds import write_calendar
from comitia.web.deadlines.running import Kind, limit_after, start_deadline
from comitia.web.notices.rendering import known_language, render
from comitia.web.project.checking import installation
from comitia.web.project.errors import malformed
from comitia.web.register.founding.first import FoundedFirst
from tests.web.founded import Founded, an_organisation
from tests.web.notices.making import NOTICE

HERE = Facts("The Association", "en", "Europe/London")
SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
"""In London it is the 2nd already."""


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def said(monkeypatch: pytest.MonkeyPatch, facts: Facts) -> None:
    monkeypatch.setattr(founded, "_read", lambda: facts)


@pytest.mark.django_db
def test_before_the_founding_the_settings_stand_in() -> None:
    assert founded.founded() is None
    assert founded.organisation_name() == "Union of Examples"
    assert founded.organisation_language() == "en"
    assert founded.organisation_zone() == ZoneInfo("UTC")


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_afterwards_the_founding_counts() -> None:
    assert founded.founded() == HERE
    assert founded.organisation_name() == "The Association"
    assert founded.organisation_zone() == ZoneInfo("Europe/London")


@pytest.mark.django_db(transaction=True)
def test_it_is_asked_once_and_nothing_of_a_transaction_is_kept(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with an_organisation():
        with transaction.atomic():
            founded.organisation_name()
        assert founded.known_name() == "Union of Examples"
        with django_assert_num_queries(1):
            assert [founded.organisation_name() for _ in range(3)] == ["The Association"] * 3
        assert founded.known_name() == "The Association"
        assert "The Association" in malformed(HttpRequest()).text


@pytest.mark.parametrize(
    "language,spoken", [("de", "de"), ("de-AT", "de"), ("sw", "en"), ("not a tag", "en")]
)
def test_who_has_chosen_no_language_reads_the_organisation_s_if_it_is_spoken(
    monkeypatch: pytest.MonkeyPatch, language: str, spoken: str
) -> None:
    said(monkeypatch, Facts("The Association", language, "UTC"))
    assert (founded.organisation_language(), known_language("")) == (spoken, spoken)


@pytest.mark.django_db
def test_messages_letters_and_calendars_bear_the_name(world: Founded) -> None:
    assert render(NOTICE).body.endswith("\n\nThe Association\n")
    letter = claim_letter(world.people["Ada"], "AAAAA")
    assert (letter["subject"], letter["page"]) == (
        "Your account at The Association",
        "http://localhost/claim",
    )
    assert b"X-WR-CALNAME:Deadlines: The Association" in write_calendar([], "x", SUMMER)
    assert get_adapter().get_totp_issuer() == "The Association"


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_time_limits_count_where_the_organisation_is() -> None:
    end = limit_after(SUMMER, days(1), None)
    assert (end.last_day, end.over_at) == (
        date(2026, 7, 3),
        datetime(2026, 7, 3, 23, tzinfo=UTC),
    )
    made = start_deadline(Kind("a.b", "Do it"), "0" * 32, SUMMER, days(1), book=None)
    assert b"in the time of Europe/London" in write_calendar([made], "x", SUMMER).replace(
        b"\r\n ", b""
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_pages_are_answered_in_the_organisation_s_time() -> None:
    def told(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(timezone.get_current_timezone_name())

    request = RequestFactory().get("/record/")
    assert FoundedFirst(told)(request).content == b"Europe/London"
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_settings_that_say_otherwise_are_told(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "de"
    told = {one.id: one.text for one in installation.check_settings() if one.is_warning}
    assert told["settings.time_zone"] == "COMITIA_TIME_ZONE is UTC, the founding's Europe/London."
    assert told["settings.language"] == "COMITIA_LANGUAGE is de, the founding's en."
