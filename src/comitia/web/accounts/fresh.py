"""Whether somebody proved a short while ago to be who they are: before an account is changed.

An open session at a branch's computer must not be enough to add a key of one's own. allauth sees to
those who have a passkey or an app; here those are seen to who have nothing but mail.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from comitia.web.acts import clock

FRESH_FOR: Final = timedelta(minutes=15)
_SESSION_KEY: Final = "confirmed_at"
View = Callable[..., HttpResponseBase]


def mark_confirmed(request: HttpRequest, now: datetime) -> None:
    """Note that whoever sent this request has just proved who they are."""
    request.session[_SESSION_KEY] = now.isoformat()


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Say whether the person proved it lately, and by the strongest means that they have."""
    if Authenticator.objects.filter(user_id=request.user.pk).exists():
        return bool(did_recently_reauthenticate(request))
    at = request.session.get(_SESSION_KEY, "")
    return bool(at) and now - datetime.fromisoformat(at) < FRESH_FOR


def needs_fresh_login(view: View) -> View:
    """Open a view only to who has just proved to be that person; others are sent to do so."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the view's own
        if not is_fresh(request, clock.now()):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded
