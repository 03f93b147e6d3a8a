"""The addresses of `deadlines`."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from comitia.web.deadlines import views

urlpatterns: Final[list[URLPattern]] = [
    path("calendars/<slug:token>.ics", views.feed, name="calendar")
]
