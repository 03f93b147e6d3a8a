"""The tables of this room."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from comitia.web.accounts.fields import MailAddressField
from comitia.web.database.prefixes import FoldedField


class PersonManager(BaseUserManager["Person"]):
    """Asks for persons, as Django's login does."""


class Person(AbstractBaseUser):
    """Somebody whom the organisation knows: a member, an applicant, somebody who was one.

    Has neither a password nor permissions: login is ``login``'s business, and rights follow from
    mandates and appointments. Two people may share an e-mail address.

    language: nothing means the organisation's.
    """

    password = None  # type: ignore[assignment] # Django lets a column that is inherited be left out
    last_login = None  # Django lets a column that is inherited be left out

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    name_folded = FoldedField(max_length=400, of="name", editable=False)
    birth_date = models.DateField(null=True, blank=True)
    postal_address = models.TextField(blank=True, max_length=1000)
    email = MailAddressField(blank=True, db_index=True)
    language = models.CharField(max_length=10, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "id"  # must be unique, and an e-mail address need not be
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """No permissions of Django's either."""

        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override] # a column elsewhere
        """Whether the person may log in: an erased one is nobody any more."""
        return self.erased_at is None

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Save; with the name goes what it is found by."""
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "name_folded"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def set_password(self, raw_password: str | None) -> None:  # noqa: ARG002 - Django's own
        """Refuse: nobody has a password here."""
        raise TypeError("a person has no password")

    def check_password(self, raw_password: str | None) -> bool:  # noqa: ARG002 - Django's own
        return False

    def has_usable_password(self) -> bool:
        return False

    def set_unusable_password(self) -> None:
        """Do nothing: there is none already."""


class Context(models.TextChoices):
    """Where a person is known by a pseudonym of its own."""

    MEMBERSHIP = "membership"
    ADMINISTRATION = "administration"
    ROLL = "roll"
    CASE = "case"


class Pseudonym(models.Model):
    """A person's name in the record, in one context.

    instance: which roll or case it is; nothing where there is but one.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pseudonyms")
    context = models.CharField(max_length=20, choices=Context.choices)
    instance = models.CharField(max_length=64, blank=True)
    value = models.CharField(max_length=32, unique=True)

    class Meta:
        """One for each context; made of what the record's entries take."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["person", "context", "instance"], name="pseudonym_once_a_context"
            ),
            models.CheckConstraint(condition=Exact(Length("value"), 32), name="pseudonym_is_whole"),
        )

    def __str__(self) -> str:
        return self.value


class Session(AbstractBaseSession):
    """A browser that has been here; person: who is logged in there, if anybody.

    device: the kind of browser, in words, so that people know their own sessions again. No address
    and nothing else of it is kept.
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField(null=True)

    class Meta(AbstractBaseSession.Meta):
        """No permissions of Django's."""

        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return what stores such sessions."""
        from comitia.web.accounts.sessions import SessionStore  # noqa: PLC0415 - it imports this

        return SessionStore


class CachedValue(models.Model):
    """What Django's cache keeps in the database: counters of attempts, which all processes share.

    The columns are those that Django's ``createcachetable`` would make.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key
