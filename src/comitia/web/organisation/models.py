"""The tables of this room; each row follows from the entries of an aggregate of the same id."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from comitia.law.values import Organ, OrganKind
from comitia.record.kinds.organisation import Level, Terms
from comitia.record.kinds.values import Identifier
from comitia.web.accounts.models import Person
from comitia.web.acts.models import Entry

_STEP_CHARACTERS = 33
_DEEPEST = 12


class Organisation(models.Model):
    """The organisation itself: one row, written by the founding."""

    id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=60)
    terms = models.CharField(
        max_length=10, choices=[(one, one) for one in Terms], default=Terms.BRANCH
    )
    founded_at = models.DateTimeField()
    entry = models.OneToOneField(Entry, models.PROTECT, to_field="hash", db_column="entry")

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A node of the tree.

    path: the ids from the top down to it, each with a slash behind it, so that those below are
    found by its beginning. last_day: the last on which it exists. merged_into: where its members
    went then, if they went together.
    """

    id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=10, choices=[(one, one) for one in Level])
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=_STEP_CHARACTERS * _DEEPEST, unique=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    def __str__(self) -> str:
        return self.name

    @property
    def steps(self) -> tuple[Identifier, ...]:
        """The branches from the top down to this one."""
        return tuple(Identifier(step) for step in self.path.rstrip("/").split("/"))

    @property
    def is_open(self) -> bool:
        return self.last_day is None


class Holding(models.Model):
    """What somebody holds for a time: what mandates, appointments and grants have in common.

    holder: under which pseudonym. until: the last day, also where it was ended before its term.
    """

    id = models.CharField(primary_key=True, max_length=32)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="%(class)ss")
    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss")
    holder = models.CharField(max_length=32, db_index=True)
    since = models.DateField()
    until = models.DateField()
    entry = models.OneToOneField(Entry, models.PROTECT, to_field="hash", db_column="entry")

    class Meta:
        """Each kind has a table of its own."""

        abstract = True
        ordering: ClassVar[list[str]] = ["branch", "since", "id"]

    def __str__(self) -> str:
        return self.id


class OfOrgan(Holding):
    """A holding of an office, or in a body."""

    organ_kind = models.CharField(max_length=10, choices=[(one, one) for one in OrganKind])
    organ_name = models.CharField(max_length=40)

    class Meta(Holding.Meta):
        """As above."""

        abstract = True

    @property
    def organ(self) -> Organ:
        """The office, or the body."""
        return Organ(OrganKind(self.organ_kind), self.organ_name)


class Mandate(OfOrgan):
    """A seat or an office by election; today by the founding, which declares it."""


class Appointment(OfOrgan):
    """An office or a place in a body by appointment, for a stated time.

    as_deputy: whether for the holder of the office; the office itself is then no less vacant.
    """

    as_deputy = models.BooleanField(default=False)


class Administration(Holding):
    """Technical rights, and none over members."""
