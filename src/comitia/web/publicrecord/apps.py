"""The application `publicrecord` of the Django project."""

from __future__ import annotations

from django.apps import AppConfig


class PublicRecordConfig(AppConfig):
    """What the world sees: entries in their places, checkpoints, tiles."""

    name = "comitia.web.publicrecord"
    label = "publicrecord"
    verbose_name = "public record"
