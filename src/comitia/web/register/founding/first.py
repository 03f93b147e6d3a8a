"""Before the founding there is nothing to see but the founding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from comitia.web.acts.founding import is_founded

_OPEN: Final = ("found", "health", "install", "language")
"""How the names begin of pages that there are before; static files have none."""


class FoundedFirst:
    """Answers 503 to everything else until the organisation is founded; then asks no more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._is_founded = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let a request pass, or say that there is no organisation yet."""
        name = _name_of(request)
        if self._is_founded or name.startswith(_OPEN):
            return self._get_response(request)
        self._is_founded = is_founded()
        if self._is_founded:
            return self._get_response(request)
        if name == "home":
            return redirect("found")
        return render(request, "founding/first.html", status=503)


def _name_of(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
