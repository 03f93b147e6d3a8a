"""The tables of the second database."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

SECRET_BYTES: Final = 32


class PersonSecret(models.Model):
    """A person's key. The person is told by id: no key of either database leads to the other."""

    person_id = models.UUIDField(primary_key=True)
    secret = models.BinaryField(max_length=SECRET_BYTES)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        """Secrets are 32 bytes long, whoever writes them."""

        constraints = (
            models.CheckConstraint(
                condition=Exact(Length("secret"), SECRET_BYTES), name="person_secret_length"
            ),
        )

    def __str__(self) -> str:
        return f"secret of {self.person_id}"


class SecretsOwner(models.Model):
    """Whose secrets these are: one row, once an organisation was founded beside them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    organisation = models.CharField(max_length=32)

    class Meta:
        """One organisation, for ever."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_owner"),)

    def __str__(self) -> str:
        return self.organisation
