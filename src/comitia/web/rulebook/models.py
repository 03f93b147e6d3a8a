"""The tables of this room."""

from __future__ import annotations

import json
from datetime import date
from typing import ClassVar

from django.db import models

from comitia.law.rulebook import RuleBook, read_rule_book
from comitia.web.acts.models import Entry


class Version(models.Model):
    """A version of the rule book. rules: the value of every rule by its key, as canonical JSON."""

    number = models.PositiveIntegerField(primary_key=True)
    in_force_from = models.DateField()
    preset = models.CharField(max_length=200)
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
        return _book(self.number, self.in_force_from, self.rules)


class Announcement(models.Model):
    """A change of the rule book that was announced, by the entry that announced it.

    rules: as those of a version. ended_by: the entry that withdrew or adopted it; none while it can
    be adopted.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, to_field="hash", db_column="entry", primary_key=True
    )
    announced_on = models.DateField()
    in_force_from = models.DateField()
    preset = models.CharField(max_length=200)
    rules = models.TextField()
    ended_by = models.OneToOneField(
        Entry, models.PROTECT, to_field="hash", db_column="ended_by", null=True, related_name="+"
    )

    class Meta:
        """The oldest first."""

        ordering: ClassVar[list[str]] = ["announced_on", "pk"]

    def __str__(self) -> str:
        return f"announced on {self.announced_on}"

    @property
    def is_open(self) -> bool:
        """Whether nothing has come of it yet."""
        return self.ended_by_id is None

    def as_version(self, number: int) -> RuleBook:
        """Return it as the law would read it if it became a version."""
        return _book(number, self.in_force_from, self.rules)


class Telling(models.Model):
    """That members are to be told of an entry, and how far that has got.

    last: the last person who was told, in the order of their identifiers. up_to: the last one who
    is to be told; nothing for everybody.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, to_field="hash", db_column="entry", primary_key=True
    )
    begun_at = models.DateTimeField()
    last = models.UUIDField(null=True)
    up_to = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Few are under way."""

        indexes = (models.Index(fields=["ended_at"], name="rulebook_telling_open"),)

    def __str__(self) -> str:
        return f"telling of {self.pk}"


def _book(number: int, in_force_from: date, rules: str) -> RuleBook:
    return read_rule_book(
        {
            "version": number,
            "in_force_from": in_force_from.isoformat(),
            "rules": json.loads(rules),
        }
    )
