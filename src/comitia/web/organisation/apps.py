"""The application `organisation` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Branches, and who holds what in them until when."""

    name = "comitia.web.organisation"
    label = "organisation"
    verbose_name = "organisation"
