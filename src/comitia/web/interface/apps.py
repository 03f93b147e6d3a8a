"""The application `interface` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class InterfaceConfig(AppConfig):
    """Tokens of limited reach, and what was answered to calls that may be repeated."""

    name = "comitia.web.interface"
    label = "interface"
    verbose_name = "programming interface"
