"""The application for a server that speaks WSGI; ``comitia serve`` brings its own."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comitia.web.project.settings")
application = get_wsgi_application()

from comitia.web.acts.leaps import begin  # noqa: E402 - models come after set-up

begin()
