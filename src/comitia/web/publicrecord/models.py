"""The tables of this room: the order of the entries, what was signed, and who is to be erased."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from comitia.web.acts.models import Entry
from comitia.web.database.models import AppendOnly
from comitia.web.register.models import Membership


class Log(models.Model):
    """The record as a whole: one row, which is locked by whoever gives places.

    roots: of the complete subtrees, largest first, 32 bytes each.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    origin = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    roots = models.BinaryField()

    def __str__(self) -> str:
        return self.origin


class Place(AppendOnly):
    """Where an entry stands, from 0."""

    index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="place")

    def __str__(self) -> str:
        return f"entry {self.index}"


class Node(AppendOnly):
    """The root over 256 complete tiles or entries below it: level 1 is over 256 entries."""

    id = models.BigAutoField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """Each once."""

        constraints = (
            models.UniqueConstraint(fields=["level", "index"], name="one_node_at_a_place"),
        )

    def __str__(self) -> str:
        return f"node {self.level}/{self.index}"


class SignedCheckpoint(AppendOnly):
    """A checkpoint as it was signed. note: without the cosignatures of witnesses."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class Handover(AppendOnly):
    """The checkpoint that ends with a change of the key, as the old key signed it."""

    size = models.PositiveBigIntegerField(primary_key=True)
    note = models.TextField()

    def __str__(self) -> str:
        return f"handover at {self.size}"


class WitnessCosignature(AppendOnly):
    """What a witness said of a checkpoint. line: its signature line in the note."""

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(SignedCheckpoint, models.PROTECT, related_name="cosignatures")
    key = models.CharField(max_length=1024)
    line = models.CharField(max_length=1024)
    received_at = models.DateTimeField()

    class Meta:
        """The first of each witness counts."""

        constraints = (
            models.UniqueConstraint(fields=["checkpoint", "key"], name="one_word_of_a_witness"),
        )

    def __str__(self) -> str:
        return self.key


class Ground(models.TextChoices):
    """Why what is held about somebody must be kept: GDPR, Article 17(3)."""

    LAW = "law"
    CLAIM = "claim"


class ErasureRequest(models.Model):
    """That somebody has asked to be erased; its time limit is a deadline about the membership."""

    membership = models.OneToOneField(
        Membership, models.CASCADE, primary_key=True, related_name="erasure_request"
    )
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"request of {self.asked_at:%Y-%m-%d}"


class Duty(models.Model):
    """A duty to keep what is held. reason: names nobody. noted_by: a mandate or appointment."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="duties")
    ground = models.CharField(max_length=10, choices=Ground)
    reason = models.CharField(max_length=200)
    last_day = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=32)

    class Meta:
        """The one that runs longest first."""

        ordering: ClassVar[list[str]] = ["-last_day", "pk"]

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"a duty until {self.last_day}"
