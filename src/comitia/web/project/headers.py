"""What every answer tells the browser to refuse.

The names of the settings are Django 6's, so that its own middleware can take this one's place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# Nothing of a device but its screen and keyboard. What needs more says so at its own page.
_PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
        *("fullscreen", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi"),
        *("payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
    )
)


class ResponseHeaders:
    """Sets each header that a view has not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._headers = {
            "Content-Security-Policy": "; ".join(
                " ".join([name, *sources]) for name, sources in settings.SECURE_CSP.items()
            ),
            "Permissions-Policy": _PERMISSIONS,
            "Cross-Origin-Resource-Policy": "same-origin",
            # What a member reads at a branch's computer is gone when the next one goes "back".
            "Cache-Control": "no-store",
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the headers."""
        response = self._get_response(request)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        return response
