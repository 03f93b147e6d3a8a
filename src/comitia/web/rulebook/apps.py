"""The application `rulebook` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class RuleBookConfig(AppConfig):
    """What the organisation adopted, version by version."""

    name = "comitia.web.rulebook"
    label = "rulebook"
    verbose_name = "rule book"
