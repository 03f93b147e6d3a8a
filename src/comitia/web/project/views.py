"""The few pages that belong to no room."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.leaps import has_leapt
from comitia.web.database.routing import ALIASES
from comitia.web.database.state import pending_migrations
from comitia.web.project.starting import awaiting_person, facts_for_anybody


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    facts = facts_for_anybody()
    if isinstance(request.user, Person):
        facts["items"] = awaiting_person(request.user)
    return render(request, "home.html", facts)


@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view is given one
    """Say whether the databases answer, their tables are this version's, and the clock ran on.

    200, else 503.

    For programs that watch; it tells strangers nothing else.
    """
    try:
        if any(pending_migrations(connections[alias]) for alias in ALIASES):
            return _plain("the database is not migrated", 503)
        if has_leapt(clock.now()):
            return _plain("the clock has leapt ahead: nothing is entered", 503)
    except DatabaseError:
        return _plain("the database does not answer", 503)
    return _plain("ok", 200)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
