"""The tables of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from comitia.law.standings import Standing
from comitia.record.kinds.register import Category
from comitia.web.accounts.models import Person
from comitia.web.acts.models import Entry
from comitia.web.organisation.models import Branch


class Membership(models.Model):
    """Somebody's relation to the organisation, from the first application on.

    id: its pseudonym. standing: none where an application was refused or taken back. since: the
    first day of that standing. branch: the one in which it is, or was last. entry: its last.
    """

    id = models.CharField(primary_key=True, max_length=32)
    person = models.OneToOneField(Person, models.PROTECT, related_name="membership")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="memberships")
    standing = models.CharField(max_length=12, blank=True, choices=[(one, one) for one in Standing])
    since = models.DateField()
    category = models.CharField(max_length=12, choices=[(one, one) for one in Category])
    paid_up_to = models.DateField(null=True, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, to_field="hash", db_column="entry")

    class Meta:
        """Lists of a branch ask for a standing."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "standing"])]

    def __str__(self) -> str:
        return self.id
