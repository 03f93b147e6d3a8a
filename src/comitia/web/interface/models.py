"""The tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from comitia.web.accounts.models import Person
from comitia.web.interface.scopes import Scope, read_scope

LONGEST_NAME = 60
LONGEST_KEY = 80


class ApiToken(models.Model):
    """A token by which a program acts for a person: as that person, and within its scope.

    word_hash: of the token itself, which is shown once and kept nowhere. scope: see ``Scope``.
    last_day: the last on which it is good. used_on: the last day on which it was used, no closer.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=LONGEST_NAME)
    word_hash = models.CharField(max_length=64, unique=True)
    scope = models.TextField()
    made_at = models.DateTimeField()
    last_day = models.DateField()
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"token {self.pk}"

    @property
    def reach(self) -> Scope:
        """What it is good for."""
        return read_scope(self.scope)


class Answer(models.Model):
    """What an act was answered that came with a key, so that a repeated call does nothing twice.

    asked: the hash of what was asked for. content: JSON, without anything salted.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=LONGEST_KEY)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=200)
    content = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        """One answer for a key."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_for_a_key"),
        )

    def __str__(self) -> str:
        return f"answer {self.pk}"
