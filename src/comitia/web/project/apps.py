"""The application `project` of the Django project: templates, the look, and no tables."""

from __future__ import annotations

import logging

from django.apps import AppConfig
from django.conf import settings


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
        from comitia.web.publicrecord.keeping import key_for_signing  # noqa: PLC0415
        from comitia.web.register.founding.carrying_out import before_founding  # noqa: PLC0415

        logging.raiseExceptions = False
        install(WIRING)
        before_founding.append(lambda: key_for_signing(settings.DATA, settings.RECORD_ORIGIN))
