"""The project's settings for the process that tells a story: the clock can be moved."""

from __future__ import annotations

from comitia.web.project.settings import *  # noqa: F403 - it is what a story is told with

MOVABLE_CLOCK = True
