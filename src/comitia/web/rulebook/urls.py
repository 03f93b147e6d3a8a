"""The addresses of this room."""

from __future__ import annotations

from typing import Final

from django.urls import path

from comitia.web.rulebook import change_views, views

urlpatterns: Final = [
    path("rulebook/", views.rule_book, name="rulebook"),
    path("rulebook/presets", views.presets, name="presets"),
    path("rulebook/change", change_views.change, name="change-rulebook"),
    path("rulebook/versions/<int:number>", views.version, name="rulebook-version"),
    path("rulebook/announced/<int:number>", change_views.announcement, name="announcement"),
    path("rulebook/announced/<int:number>/decide", change_views.decide, name="decide-rulebook"),
]
