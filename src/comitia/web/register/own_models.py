"""A member's requests that what is held about them be put right: rights with a clock (R34)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Outcome(models.TextChoices):
    """What became of a request."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class CorrectionRequest(models.Model):
    """What somebody says is wrong, until when it is answered, and the answer.

    wrong, answer: in the people's own words, and so to be erased with the person. last_day: the
    last for the answer; extended_because: why it is later than the rule says.
    """

    membership = models.ForeignKey(
        "register.Membership", models.CASCADE, related_name="correction_requests"
    )
    wrong = models.TextField(max_length=2000)
    asked_at = models.DateTimeField()
    last_day = models.DateField()
    extended_because = models.TextField(max_length=2000, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """The oldest first."""

        ordering: ClassVar[list[str]] = ["asked_at", "pk"]

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"request {self.pk}"
