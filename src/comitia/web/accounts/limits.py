"""Counting tries. The counters lie in the database, so that all processes have the same."""

from __future__ import annotations

import ipaddress
from typing import Final

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from comitia.web.accounts.rates import RATES

_NETWORK_BITS: Final = {4: 24, 6: 48}
"""What one household, office or provider's customer is given, and no less."""


def may_try(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Count a try; say whether it is within the limit. Requests that only read are not counted."""
    used = ratelimit.consume(request, app="allauth.account", action=action, key=key, config=RATES)
    return used is not None


def network_of(request: HttpRequest) -> str:
    """Return the network from which a request came."""
    found = ipaddress.ip_address(ratelimit.get_ip(request))
    return str(ipaddress.ip_network(f"{found}/{_NETWORK_BITS[found.version]}", strict=False))


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer somebody who has tried too often, where no form can say it."""
    response: HttpResponse = ratelimit.respond_429(request)
    return response
