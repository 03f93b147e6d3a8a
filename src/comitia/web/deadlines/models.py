"""Deadlines, and the secret addresses under which people take theirs into their calendars."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class State(models.TextChoices):
    """What became of a deadline."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    """It ended before what was due was done; ``met_at`` says whether it was done later."""
    EXTENDED = "extended"
    """Another deadline took its place."""


class Deadline(models.Model):
    """Something that is due.

    kind, title: as its ``Kind`` says. subject: the identifier of what it is about. branch: whose
    officers see it and may extend it; nothing for the topmost. person: whom it
    awaits; null for nobody in particular, or once the person was erased. last_day: the day that
    people are told; ends_at: the moment at which it is over, in the organisation's time zone.
    met_at: when it was done, too late included. reason: why it was extended; extended_by: by which
    mandate or appointment. extends: the deadline
    that this one took the place of. entry: the hash of the entry that met or extended it.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=32)
    branch = models.CharField(max_length=32, blank=True)
    person = models.UUIDField(null=True)
    is_single = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    last_day = models.DateField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    met_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    extended_by = models.CharField(max_length=32, blank=True)
    extends = models.OneToOneField("self", null=True, on_delete=models.CASCADE)
    entry = models.CharField(max_length=64, blank=True)

    class Meta:
        """Let one deadline of a kind run for a subject and a person, and end after it starts."""

        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="deadlines_order"),
            models.UniqueConstraint(
                fields=["kind", "subject", "person"],
                condition=Q(state="open"),
                name="deadlines_open_once",
            ),
            models.UniqueConstraint(  # to the one above no two nobodies are the same
                fields=["kind", "subject"],
                condition=Q(state="open", person=None, is_single=True),
                name="deadlines_open_once_for_nobody",
            ),
        )
        indexes = (
            models.Index(fields=["person", "ends_at"], name="deadlines_person"),
            models.Index(fields=["state", "ends_at"], name="deadlines_state"),
            models.Index(fields=["subject"], name="deadlines_subject"),
            models.Index(fields=["branch", "ends_at"], name="deadlines_branch"),
        )

    def __str__(self) -> str:
        """Say what is due, and not from whom."""
        return f"{self.kind} until {self.last_day}"


class Feed(models.Model):
    """A secret address of one person's deadlines; of its token only the digest is kept."""

    person = models.UUIDField(unique=True)
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"a calendar {self.pk}"
