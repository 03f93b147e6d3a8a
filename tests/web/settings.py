"""The project's settings on a data folder of the tests' own, with their tables beside.

The type checker reads them as well, and would leave a temporary folder behind each time.
"""

from __future__ import annotations

import os
from pathlib import Path

from comitia.web.project.secret import make_secret

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # processes that run tests side by side
_DATA = Path(__file__).resolve().parents[2] / ".cache" / "web-tests" / _WORKER
_DATA.mkdir(parents=True, exist_ok=True)
make_secret(_DATA)

# What the machine's own environment sets must not change what is tested, but for the database.
_kept = {name: text for name, text in os.environ.items() if name.startswith("COMITIA_")}
for _name in _kept:
    del os.environ[_name]
os.environ["COMITIA_DATA"] = str(_DATA)
for _name in ("DATABASE", "SECRETS_DATABASE"):
    if f"COMITIA_TESTS_{_name}" in _kept:
        os.environ[f"COMITIA_{_name}"] = _kept[f"COMITIA_TESTS_{_name}"]
try:
    from comitia.web.project.settings import *  # noqa: F403 - it is what is tested
    from comitia.web.project.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES
finally:
    os.environ.pop("COMITIA_DATABASE", None)
    os.environ.pop("COMITIA_SECRETS_DATABASE", None)
    del os.environ["COMITIA_DATA"]
    os.environ.update(_kept)

INSTALLED_APPS = [*INSTALLED_APPS, "tests.web.sample"]
# Pages are tried without a founding; tests/web/register/founding has this one in.
MIDDLEWARE = [one for one in MIDDLEWARE if not one.endswith(".FoundedFirst")]
ORGANISATION = "Union of Examples"
MOVABLE_CLOCK = True
ROOT_URLCONF = "tests.web.urls"
# Nothing is collected for tests, so there are no names with hashes in them.
ACCOUNTS_MAIL_AT_ONCE = True
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAIL_SERVER = True  # pytest's mailbox
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
