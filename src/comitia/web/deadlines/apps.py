"""The application `deadlines` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Holds deadlines and the secret addresses of calendars."""

    name = "comitia.web.deadlines"
    label = "deadlines"
    verbose_name = "deadlines"
