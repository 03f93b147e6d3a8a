"""The application `founding` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class FoundingConfig(AppConfig):
    """The draft before the founding, and what it declares that no room has a table for."""

    name = "comitia.web.register.founding"
    label = "founding"
    verbose_name = "founding"
