"""The application `documents` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Holds sealed files."""

    name = "comitia.web.documents"
    label = "documents"
    verbose_name = "documents"
