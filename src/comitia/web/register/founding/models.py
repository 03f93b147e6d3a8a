"""The tables of the founding: empty after it, but for the cases that it declared."""

from __future__ import annotations

from django.db import models

from comitia.record.kinds.cases import Stage
from comitia.web.acts.models import Entry
from comitia.web.organisation.models import Branch


class SavedDraft(models.Model):
    """The one draft, as ``draft.draft_bytes`` writes it.

    before: the same before the last change, which can be taken back; nothing before the first.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    content = models.TextField()
    before = models.TextField(blank=True)
    hash = models.CharField(max_length=64)
    saved_at = models.DateTimeField()

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        return f"draft {self.hash[:16]}"


class Signer(models.Model):
    """An administrator who was invited to sign. number: the row of the draft, from 0.

    identity: the hash of that row; an invitation holds only for the person whom it names.
    by_mail: whether the invitation went so, and its code shows that the address is theirs.
    signed_hash: of the draft that was signed; nothing before. claim_handle, claim_hash: of the code
    that whoever signed was shown, to open the account by; nothing where the address is proved.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    identity = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    by_mail = models.BooleanField(default=False)
    signed_hash = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    claim_handle = models.CharField(max_length=5, blank=True)
    claim_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        return f"signer {self.number}"


class DeclaredCase(models.Model):
    """A case that was open when the organisation was founded."""

    id = models.CharField(primary_key=True, max_length=32)
    number = models.CharField(max_length=40)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="declared_cases")
    stage = models.CharField(max_length=10, choices=[(one, one) for one in Stage])
    since = models.DateField()
    entry = models.OneToOneField(Entry, models.PROTECT, to_field="hash", db_column="entry")

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        return self.number
