"""What the application says before there is an organisation, and what it is called afterwards."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from comitia.web.project.context import describe_page
from comitia.web.register.founding.first import FoundedFirst
from tests.web.founded import an_organisation

pytestmark = pytest.mark.django_db


def told(request: HttpRequest) -> HttpResponse:
    return HttpResponse(describe_page(request)["organisation"])


def test_pages_bear_the_name_that_was_founded() -> None:
    first = FoundedFirst(told)
    assert first(RequestFactory().get("/record/")).status_code == 503
    with an_organisation():
        assert first(RequestFactory().get("/record/")).content == b"The Association"


def test_a_page_that_is_there_before_has_the_name_that_was_set() -> None:
    assert FoundedFirst(told)(RequestFactory().get("/install")).content == b"Union of Examples"


def test_what_watches_the_database_asks_it_nothing_first(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator] # the library's
        assert FoundedFirst(told)(RequestFactory().get("/healthz")).status_code == 200
