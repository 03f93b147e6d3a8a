"""Counting tries. The counters lie in the database, so that all processes have the same."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from comitia.web.accounts.rates import RATES


def may_try(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Count a try; say whether it is within the limit. Requests that only read are not counted."""
    used = ratelimit.consume(request, app="allauth.account", action=action, key=key, config=RATES)
    return used is not None


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer somebody who has tried too often, where no form can say it."""
    response: HttpResponse = ratelimit.respond_429(request)
    return response
