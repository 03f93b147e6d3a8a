"""The entries, as they were written, and what lies beside them until it is deleted."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from comitia.web.database.models import AppendOnly

ORGANISATION: Final = "organisation"
RULEBOOK: Final = "rulebook"
RECORD: Final = "record"


class Aggregate(models.Model):
    """What entries are about: a membership, a branch, a mandate. Its row is what acts lock.

    last: the hash of its last entry.
    """

    id = models.CharField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=40)
    last = models.CharField(max_length=64)

    class Meta:
        """There is one organisation, with one rule book."""

        constraints = (
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind__in=[ORGANISATION, RULEBOOK]),
                name="one_organisation_with_one_rule_book",
            ),
        )
        # SQLite takes the constraint's index for no question: it is not told the values before.
        indexes = (models.Index(fields=["kind"]),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Entry(AppendOnly):
    """An entry. number: drawn after the act's locks; its place in the record follows from it.

    content: the bytes that are hashed, from which everything else here is taken.
    """

    number = models.BigAutoField(primary_key=True)
    hash = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    kind = models.CharField(max_length=60)
    aggregate = models.ForeignKey(Aggregate, models.PROTECT, related_name="entries")
    branch = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        """In the order of their numbers; some kinds are rare, and asked for at every checkpoint."""

        indexes = (
            models.Index(fields=["branch", "number"]),
            models.Index(fields=["kind", "number"]),
            models.Index(fields=["kind", "at"], name="acts_entry_of_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.hash[:16]}"


class Disclosure(models.Model):
    """The value of a salted field and its key, which together open the commitment in an entry.

    value: canonical JSON. subject: the pseudonym of the person whom it identifies, if any.
    """

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="disclosures")
    field = models.CharField(max_length=60)
    key = models.BinaryField()
    value = models.TextField()
    subject = models.CharField(max_length=32, blank=True, db_index=True)

    class Meta:
        """One for each field of an entry."""

        constraints = (
            models.UniqueConstraint(fields=["entry", "field"], name="one_disclosure_of_a_field"),
        )

    def __str__(self) -> str:
        return f"{self.field} of {self.entry_id}"


class Proposal(models.Model):
    """An act that takes several, as the first of them wants it; the last who joins does it.

    act: its fields as canonical JSON, salted ones too; blank once it is over. seen: the last entry
    of what it is about. ended_at: when it was done, withdrawn or rejected; it lapses by the clock
    alone. ended_by: who did that.
    """

    id = models.CharField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    act = models.TextField(blank=True)
    aggregate = models.CharField(max_length=32)
    branch = models.CharField(max_length=32, blank=True)
    person = models.UUIDField(null=True, db_index=True)
    seen = models.CharField(max_length=64, blank=True)
    proposed_by = models.UUIDField(db_index=True)
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    entry = models.CharField(max_length=64, blank=True)

    class Meta:
        """Looked for by what it is about."""

        indexes = (models.Index(fields=["aggregate", "kind"], name="acts_proposal_of"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Joining(models.Model):
    """That somebody has joined a proposal which takes more than those who have by then."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="joinings")
    person = models.UUIDField(db_index=True)
    at = models.DateTimeField()

    class Meta:
        """Nobody joins twice; the first comes first."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints = (
            models.UniqueConstraint(fields=["proposal", "person"], name="one_joining_of_a_person"),
        )

    def __str__(self) -> str:
        return f"joining {self.pk}"


class ClockSeen(models.Model):
    """When the ticker last saw a clock that it could explain: one row.

    leapt_to: what the clock showed when it was first found ahead; None while it is not.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    leapt_to = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"the clock at {self.at:%Y-%m-%d %H:%M}"
