"""Before the founding there is nothing to see but the founding; afterwards it has a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone

from comitia.web.acts.founded import Founded, founded

_OPEN: Final = ("found", "health", "install", "language")
"""How the names begin of pages that there are before; static files have none."""


class FoundedFirst:
    """Answers 503 to everything else until the organisation is founded; then asks no more.

    From then on each request knows the organisation's name, ``request.organisation``, and is
    answered in its time zone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._found: Founded | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let a request pass, or say that there is no organisation yet."""
        name = _name_of(request)
        if self._found is None and name != "health":  # it says itself that no database answers
            self._found = founded()
        if self._found is not None:
            request.organisation = self._found.name  # type: ignore[attr-defined] # for the head
            with timezone.override(ZoneInfo(self._found.time_zone)):
                return self._get_response(request)
        if not name.startswith(_OPEN):
            return self._before(request, name)
        return self._get_response(request)

    @staticmethod
    def _before(request: HttpRequest, name: str) -> HttpResponse:
        if name == "home":
            return redirect("found")
        answer = render(request, "founding/first.html", status=503)
        answer._has_been_logged = True  # type: ignore[attr-defined] # noqa: SLF001 - nothing is wrong
        return answer


def _name_of(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
