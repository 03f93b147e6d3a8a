"""The outbox, and the addresses that do not work."""

from __future__ import annotations

import uuid

from django.db import models


class State(models.TextChoices):
    """Where a message is."""

    WAITING = "waiting"
    HELD = "held"
    """Somebody wants to see it first."""
    SENT = "sent"
    """The mail server took it, or somebody posted it. Nobody knows whether it was read."""
    LETTER = "letter"
    """To be printed and posted."""
    FAILED = "failed"
    """The mail server did not take it, often enough."""
    BOUNCED = "bounced"
    """It came back when its text was gone already: somebody has to write anew."""
    CANCELLED = "cancelled"


class OutboxMessage(models.Model):
    """One notice to one person, written in full.

    person: null once the person was erased. branch: whose officers see it; nothing for the topmost.
    decided_by: by which mandate or appointment somebody last held, released, cancelled or posted
    it. done_by: by which what it tells of was done, with spaces between; these decide nothing about
    it. firm: it tells of a decision on its recipient, so that nobody cancels it or holds it back.
    address, subject, body: empty once they were purged.
    attempts: how often a worker has taken it to send it. next_attempt_at: not before; while a
    worker has it, when another may take it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.UUIDField(null=True, db_index=True)
    address = models.CharField(max_length=254, blank=True)
    branch = models.CharField(max_length=32, blank=True)
    decided_by = models.CharField(max_length=32, blank=True)
    done_by = models.CharField(max_length=330, blank=True)
    firm = models.BooleanField(default=False)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    template = models.CharField(max_length=60)
    template_version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        """Find what is due, and what is old, without reading the rest."""

        indexes = (
            models.Index(fields=["state", "next_attempt_at"], name="notices_due"),
            models.Index(fields=["state", "sent_at"], name="notices_sent"),
            models.Index(fields=["branch", "state"], name="notices_branch"),
        )

    def __str__(self) -> str:
        """Name the message by its template: an address has no business in a log."""
        return f"{self.template} {self.pk}"


class DeadAddress(models.Model):
    """A person's address at which mail does not arrive; what is written to it goes on paper.

    by: the mandate or appointment by which somebody said so; nothing where a mail server did.
    """

    person = models.UUIDField()
    address = models.CharField(max_length=254)
    since = models.DateTimeField()
    by = models.CharField(max_length=32, blank=True)

    class Meta:
        """Know an address of a person once."""

        constraints = (
            models.UniqueConstraint(fields=["person", "address"], name="notices_dead_once"),
        )

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"an address that does not work {self.pk}"
