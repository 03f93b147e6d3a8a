"""The application `register` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Who belongs, where, with which standing, since when."""

    name = "comitia.web.register"
    label = "register"
    verbose_name = "register"
