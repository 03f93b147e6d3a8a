"""The addresses of this room's pages; its calls are put together in ``project``."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from comitia.web.interface import views

urlpatterns: Final[list[URLPattern]] = [
    path("security/tokens", views.tokens, name="api_tokens"),
    path("security/tokens/new", views.make, name="make_api_token"),
    path("security/tokens/<int:token>/end", views.end, name="end_api_token"),
]
