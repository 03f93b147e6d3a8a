"""Tables of the tests' own, for what the rooms' tables will have in common."""

from __future__ import annotations

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.web.sample"
    label = "sample"
