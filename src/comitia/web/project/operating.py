"""What an operator does beside the running application: the commands that need its tables."""

from __future__ import annotations

import os
from pathlib import Path

import django

from comitia.errors import StorageUnavailable
from comitia.web.project.environment import DATA, Environment, load_environment

_SETTINGS = "comitia.web.project.settings"


def open_application(data: Path | None) -> Environment:
    """Have Django know settings and tables, as ``serve`` does, and change nothing.

    data: the data folder; without one the environment's. Raises MalformedRecord for what is set
    wrongly, StorageUnavailable where there is no such folder.
    """
    if data is not None:
        os.environ[DATA] = str(data.absolute())
    environment = load_environment(os.environ)
    if not environment.data.is_dir():
        problem = "there is no such data folder; `comitia serve` makes one"
        raise StorageUnavailable(f"{environment.data}: {problem}")
    os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
    django.setup()
    return environment
