"""Browsers in which somebody was logged in before: they get codes whatever strangers ask for.

The cookie holds nothing that can be made without the application's secret, and names nobody. It
opens nothing: it only keeps others from using up the codes that its owner may ask for.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from comitia.web.accounts.models import Person

COOKIE: Final = "known"
MOST: Final = 5
"""People who share a browser."""
_AGE_SECONDS: Final = 365 * 24 * 3600
_LONGEST: Final = 1000


def remember_browser(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Have the browser know that this person was logged in there."""
    others = [one for one in _marks(request) if one != _mark(person)]
    response.set_cookie(
        COOKIE,
        ".".join([_mark(person), *others][:MOST]),
        max_age=_AGE_SECONDS,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known(request: HttpRequest, person: Person) -> bool:
    """Say whether this person was logged in in this browser before."""
    return _mark(person) in _marks(request)


def _marks(request: HttpRequest) -> list[str]:
    found = request.COOKIES.get(COOKIE, "")
    return found.split(".") if 0 < len(found) <= _LONGEST else []


def _mark(person: Person) -> str:
    return salted_hmac("comitia known browser", str(person.pk), algorithm="sha256").hexdigest()
