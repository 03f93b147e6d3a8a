"""The application `acts` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """Entries, what they are about, and what can be forgotten of them."""

    name = "comitia.web.acts"
    label = "acts"
    verbose_name = "acts"
