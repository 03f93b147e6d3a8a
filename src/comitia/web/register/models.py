"""The tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from comitia.law.standings import ChangeKind, Standing
from comitia.record.kinds.register import Category
from comitia.web.accounts.models import Person
from comitia.web.acts.models import Entry
from comitia.web.database.prefixes import FoldedField
from comitia.web.organisation.models import Branch
from comitia.web.register.own_models import CorrectionRequest, Outcome

LONGEST_WORD = 60
LONGEST_KEY = 200


class Membership(models.Model):
    """Somebody's relation to the organisation, from the first application on.

    id: its pseudonym. standing: none where an application was refused or taken back. since: the
    first day of that standing. branch: the one in which it is, or was last. entry: its last.
    confirmed_on: when the address was last given, corrected or confirmed.
    """

    id = models.CharField(primary_key=True, max_length=32)
    person = models.OneToOneField(Person, models.PROTECT, related_name="membership")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="memberships")
    standing = models.CharField(max_length=12, blank=True, choices=[(one, one) for one in Standing])
    since = models.DateField()
    category = models.CharField(max_length=12, choices=[(one, one) for one in Category])
    paid_up_to = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, to_field="hash", db_column="entry")

    class Meta:
        """Lists of a branch ask for a standing."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "standing"])]

    def __str__(self) -> str:
        return self.id


class NameWord(models.Model):
    """A word of a person's name, folded: whoever looks for it need not know where it stands."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="words")
    word = FoldedField(max_length=LONGEST_WORD)

    class Meta:
        """Each word once."""

        constraints = (
            models.UniqueConstraint(fields=["membership", "word"], name="register_word_once"),
        )

    def __str__(self) -> str:
        return f"a word of {self.membership_id}"


class Traits(models.Model):
    """By what one person is found to be like another; see ``likeness`` for what each is."""

    membership = models.OneToOneField(
        Membership, models.CASCADE, primary_key=True, related_name="traits"
    )
    letters = models.CharField(max_length=LONGEST_KEY, db_index=True)
    place = models.CharField(max_length=LONGEST_KEY, blank=True, db_index=True)
    birth_date = models.DateField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"traits of {self.membership_id}"


class Step(models.Model):
    """A change of a membership, with what it was before, and what it is from then on.

    entry: the change's own, whatever corrected it. day: on which it takes effect; until: the day
    of the next step, from which this one says nothing any more. known_from, known_until: while the
    record said so. A correction ends what was known, and adds what is known instead: nothing is
    overwritten, so the register can be read as at any day, as known at any time.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="steps")
    entry = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=[(one, one) for one in ChangeKind])
    day = models.DateField()
    until = models.DateField(null=True)
    branch_before = models.CharField(max_length=32, blank=True)
    standing_before = models.CharField(max_length=12, blank=True)
    branch = models.CharField(max_length=32, blank=True)
    standing = models.CharField(max_length=12, blank=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)

    class Meta:
        """Asked for a branch and a day, on either side of the change; for a balance, counted.

        What is known now is counted from two indexes alone, which hold no row that was corrected;
        that ``known_until`` is nothing there, SQLite reads from the index nevertheless.
        """

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "day"], name="register_step_to"),
            models.Index(fields=["branch_before", "day"], name="register_step_from"),
            models.Index(
                fields=["branch", "standing", "day", "until", "known_until"],
                condition=models.Q(known_until=None),
                name="register_step_now",
            ),
            models.Index(
                fields=[
                    *("day", "kind", "branch_before", "standing_before", "branch", "standing"),
                    "known_until",
                ],
                condition=models.Q(known_until=None),
                name="register_step_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.membership_id}"


class Copy(models.Model):
    """A copy of a register that was handed out: to whom, of what, and what for (R4).

    taken_by: nobody once that person was erased; basis: the mandate or appointment by which the
    copy was taken, which stays. day, known_at: as at which day, as known when. people: how many
    are in it. is_by_program: read with a token, all of one day together; its purpose is what the
    token was made for.
    """

    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="copies")
    basis = models.CharField(max_length=32, blank=True)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="copies")
    day = models.DateField()
    known_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    is_by_program = models.BooleanField(default=False)
    purpose = models.CharField(max_length=LONGEST_KEY)
    taken_at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering: ClassVar[list[str]] = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return f"copy of the register of {self.branch_id} as at {self.day}"


__all__ = ["Copy", "CorrectionRequest", "Membership", "NameWord", "Outcome", "Step", "Traits"]
