"""A member's requests that what is held about them be put right: rights with a clock (R34)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from comitia.web.deadlines.models import Deadline


class Outcome(models.TextChoices):
    """What became of a request."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class CorrectionRequest(models.Model):
    """What somebody says is wrong, until when it is answered, and the answer.

    wrong, answer: in the people's own words, and so to be erased with the person. answered_by: by
    which mandate or appointment; entry: the hash of the one by which it was put right. deadline:
    the latest; the one that it took the place of says why it takes longer.
    """

    membership = models.ForeignKey(
        "register.Membership", models.CASCADE, related_name="correction_requests"
    )
    deadline = models.OneToOneField(Deadline, models.CASCADE, related_name="correction_request")
    wrong = models.TextField(max_length=2000)
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=32, blank=True)
    entry = models.CharField(max_length=64, blank=True)

    class Meta:
        """The oldest first."""

        ordering: ClassVar[list[str]] = ["asked_at", "pk"]

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"request {self.pk}"

    @property
    def last_day(self) -> date:
        """The last day for the answer."""
        return self.deadline.last_day

    @property
    def extended_because(self) -> str:
        """Why it is answered later than the rule says; nothing where it is not."""
        before = self.deadline.extends
        return "" if before is None else before.reason

    @property
    def extended_by(self) -> str:
        """By which mandate or appointment somebody said that it takes longer."""
        before = self.deadline.extends
        return "" if before is None else before.extended_by
