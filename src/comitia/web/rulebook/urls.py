"""The addresses of this room."""

from __future__ import annotations

from typing import Final

from django.urls import path

from comitia.web.rulebook import announced_views, change_views, views

urlpatterns: Final = [
    path("rulebook/", views.rule_book, name="rulebook"),
    path("rulebook/presets", views.presets, name="presets"),
    path("rulebook/change", change_views.change, name="change-rulebook"),
    path("rulebook/versions/<int:number>", views.version, name="rulebook-version"),
    path("rulebook/announced/<str:entry>", announced_views.announcement, name="announcement"),
    path(
        "rulebook/announced/<str:entry>/withdraw",
        announced_views.withdraw,
        name="withdraw-rulebook",
    ),
    path("rulebook/announced/<str:entry>/adopt", announced_views.adopt, name="adopt-rulebook"),
    path("rulebook/adoption/<str:proposal>", announced_views.answer, name="answer-rulebook"),
]
