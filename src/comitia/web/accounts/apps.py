"""The application `accounts` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Persons and login; its tables lie in the first database."""

    name = "comitia.web.accounts"
    label = "accounts"
    verbose_name = "accounts"
