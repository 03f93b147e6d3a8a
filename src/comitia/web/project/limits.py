"""How much one request may bring.

Django limits what it keeps in memory; files of any size would still fill the disk. The server reads
no more than the length that a request states, and one that states none has no body for Django.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from comitia.web.project.errors import malformed, too_large

_MOST_DIGITS: Final = 18


class RequestSize:
    """Refuses a request that states more bytes than ``REQUEST_MAX_BYTES``, before any is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or refuse."""
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if not (stated.isascii() and stated.isdecimal()):
            return malformed(request)
        # A number of thousands of digits would take long to read.
        if len(stated) > _MOST_DIGITS or int(stated) > settings.REQUEST_MAX_BYTES:
            return too_large(request)
        return self._get_response(request)
