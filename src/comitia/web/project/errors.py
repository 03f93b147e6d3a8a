"""One page for each way in which a request can fail, in plain words.

They need nothing that may itself have failed: no database, no session, no person.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from comitia.web.acts.founded import known_name


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    return malformed(request)


def malformed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as the others
    return _page("400", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    return _page("403", 403)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's
    """Tell somebody whose form came without its token to load the page anew."""
    return _page("403_form", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    return _page("404", 404)


def too_large(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as the others
    return _page("413", 413)


def too_many(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as the others
    return _page("429", 429)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's
    return _page("500", 500)


def _page(template: str, status: int) -> HttpResponse:
    facts = {"organisation": known_name()}
    return HttpResponse(render_to_string(f"errors/{template}.html", facts), status=status)
