"""The founding belongs to whoever started the application: a code shows who that is.

`comitia serve` makes one at each start for as long as nobody is known here, and all of them hold
until the founding. The code is typed into a page: it is in no address, which browsers and proxies
keep, and in no log.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from comitia.web.accounts.codes import draw_code, hash_code
from comitia.web.accounts.models import InstallationCode, Person

_PURPOSE: Final = "installation"
_SESSION_KEY: Final = "installation_code"
_MOST: Final = 20
View = Callable[..., HttpResponseBase]


@transaction.atomic
def installation_code(
    now: datetime, randomness: Callable[[int], bytes] = secrets.token_bytes
) -> str | None:
    """Return a fresh code of 125 bits; None where somebody is known here already."""
    if Person.objects.exists():
        return None
    code = draw_code(5, 5, randomness)
    InstallationCode.objects.create(code_hash=hash_code(_PURPOSE, b"", code), made_at=now)
    kept = InstallationCode.objects.order_by("-made_at", "-pk").values_list("pk", flat=True)[:_MOST]
    InstallationCode.objects.exclude(pk__in=list(kept)).delete()
    return code


def enter_installation_code(request: HttpRequest, typed: str) -> bool:
    """Say whether this is a code that holds; then this browser may found the organisation."""
    stored = hash_code(_PURPOSE, b"", typed)
    found = None if Person.objects.exists() else _find(stored)
    if found is None:
        return False
    request.session.cycle_key()  # who knew the session before does not get in with it
    request.session[_SESSION_KEY] = stored
    return True


def close_installation() -> None:
    """End all codes: the organisation is founded. Called in the transaction of the founding."""
    InstallationCode.objects.all().delete()


def needs_installation_code(view: View) -> View:
    """Open a view only to who has entered the code, until the founding."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the view's own
        stored = request.session.get(_SESSION_KEY)
        if stored is None or Person.objects.exists() or _find(stored) is None:
            return redirect("install")
        return view(request, *args, **kwargs)

    return guarded


def _find(stored: str) -> InstallationCode | None:
    return InstallationCode.objects.filter(code_hash=stored).first()
