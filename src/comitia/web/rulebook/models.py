"""The tables of this room."""

from __future__ import annotations

import json
from typing import ClassVar

from django.db import models

from comitia.law.rulebook import RuleBook, read_rule_book
from comitia.web.acts.models import Entry


class Version(models.Model):
    """A version of the rule book. rules: the value of every rule by its key, as canonical JSON."""

    number = models.PositiveIntegerField(primary_key=True)
    in_force_from = models.DateField()
    preset = models.CharField(max_length=60)
    rules = models.TextField()
    adopted_at = models.DateTimeField()
    entry = models.OneToOneField(Entry, models.PROTECT, to_field="hash", db_column="entry")

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def book(self) -> RuleBook:
        """The version as the law reads it."""
        return read_rule_book(
            {
                "version": self.number,
                "in_force_from": self.in_force_from.isoformat(),
                "rules": json.loads(self.rules),
            }
        )
