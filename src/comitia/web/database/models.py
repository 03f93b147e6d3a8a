"""What the rooms' models build on; no table belongs to `database` itself."""

from __future__ import annotations

from django.db import models


class AppendOnly(models.Model):
    """A model whose rows are added and never updated or deleted: the database refuses it.

    Saving a row again, or deleting it, ends in an IntegrityError; ``append_only`` says how.
    """

    class Meta:
        """Make no table for the class itself."""

        abstract = True
