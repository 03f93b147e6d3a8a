"""The application `project` of the Django project: templates, the look, and no tables."""

from __future__ import annotations

import logging

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Holds what every page has."""

    name = "comitia.web.project"
    label = "project"
    verbose_name = "project"

    def ready(self) -> None:
        """Have logging that cannot write say nothing: it would print what was not to be logged."""
        logging.raiseExceptions = False
