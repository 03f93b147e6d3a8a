"""The application `notices` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Holds the outbox."""

    name = "comitia.web.notices"
    label = "notices"
    verbose_name = "notices"
