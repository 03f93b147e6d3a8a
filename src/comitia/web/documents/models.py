"""Sealed files."""

from __future__ import annotations

from django.db import models

from comitia.web.documents.sorts import Sort


class StoredFile(models.Model):
    """A file of one person's, sealed as ``sealing`` says.

    It lies in the database, not in a folder: so it comes and goes with the act that it belongs to,
    on one machine and on several.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.UUIDField(db_index=True)
    sort = models.CharField(max_length=4, choices=[(sort.value, sort.value) for sort in Sort])
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"file {self.pk}"
