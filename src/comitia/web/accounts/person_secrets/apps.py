"""The application `person_secrets` of the Django project; its table lies in the second database."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

from comitia.web.database.routing import SECRETS


class PersonSecretsConfig(AppConfig):
    """Nothing but the secrets, as ``database`` says to the router."""

    name = "comitia.web.accounts.person_secrets"
    label = "person_secrets"
    verbose_name = "person_secrets"
    database: Final = SECRETS
