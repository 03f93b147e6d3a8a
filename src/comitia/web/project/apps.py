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
        """Wire the rooms, and have logging that cannot write say nothing.

        It would print what was not to be logged.
        """
        from comitia.web.acts.wiring import install  # noqa: PLC0415 - models come after apps
        from comitia.web.project.wiring import WIRING  # noqa: PLC0415

        logging.raiseExceptions = False
        install(WIRING)
