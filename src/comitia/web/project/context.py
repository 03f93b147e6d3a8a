"""What every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from comitia.web.project.navigation import list_entries, list_languages


def describe_page(request: HttpRequest) -> dict[str, Any]:
    """Return what the head and the foot of a page show.

    logged_in is the head's alone: a page about a member may call that one `person`.
    """
    user = getattr(request, "user", None)
    return {
        "organisation": getattr(request, "organisation", settings.ORGANISATION),
        "navigation": list_entries(request),
        "languages": list_languages(),
        "logged_in": user,
        "person": user,
    }
