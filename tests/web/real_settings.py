"""The application's own settings on any data folder, with a clock that moves."""

from __future__ import annotations

from comitia.web.project.settings import *  # noqa: F403 - it is what is served

MOVABLE_CLOCK = True
