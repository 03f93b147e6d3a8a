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
from comitia.web.database.models import AppendOnly
from comitia.web.database.prefixes import FoldedField


class PersonManager(BaseUserManager["Person"]):
    """Asks for persons, as Django's login does."""


class Person(AbstractBaseUser):
    """Somebody whom the organisation knows: a member, an applicant, somebody who was one.

    Has neither a password nor permissions: login is ``login``'s business, and rights follow from
    mandates and appointments. Two people may share an e-mail address.

    language: nothing means the organisation's. claimed_at: when the person took the account over by
    a code from the organisation; until then, and again after a recovery, nothing else logs in.
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
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
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


class Purpose(models.TextChoices):
    """What a code that is sent by mail is good for."""

    LOGIN = "login"
    CONFIRM = "confirm"
    ADDRESS = "address"


class MailedCodes(models.Model):
    """Codes that were sent to one address at once: one for each person who shares it.

    There is a row also where nobody has the address, so that nobody learns that.
    address: kept only where it is somebody's new one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    address = MailAddressField(blank=True)
    made_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class MailedCode(models.Model):
    """One person's code among them."""

    sent = models.ForeignKey(MailedCodes, on_delete=models.CASCADE, related_name="codes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        return f"code {self.pk}"


class Channel(models.TextChoices):
    """How a code reaches the person who is to claim an account."""

    LETTER = "letter"
    MAIL = "mail"
    IN_PERSON = "in person"


class ClaimCode(models.Model):
    """A code by which a person takes over the account that the organisation has made.

    handle: the code's first group, by which it is found, so that tries can be counted.
    ended_at: when it was used, replaced, or tried too often.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="claim_codes")
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    handle = models.CharField(max_length=5, db_index=True)
    code_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One code at a time."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(ended_at=None),
                name="one_claim_code_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"claim code {self.pk}"


class FormerAddress(models.Model):
    """An e-mail address that another took the place of, kept for a while (``addresses``).

    So that whoever changes it at somebody else's open session does not thereby become the only one
    who is told. address: empty where there was none. word_hash: of the word in the link that undoes
    the change.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_addresses")
    address = MailAddressField(blank=True)
    replaced_at = models.DateTimeField(db_index=True)
    word_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"former address {self.pk}"


class Recovery(models.Model):
    """Two officers giving somebody who has lost all keys a way in again.

    stop_hash: of the word in the link by which the person concerned can stop it. notice: the
    message that brings it; the person's time to stop it begins when that has gone out.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recoveries")
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    stop_hash = models.CharField(max_length=64, unique=True)
    notice = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time, and three different people, whoever writes the row."""

        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(confirmed_at=None, stopped_at=None),
                name="one_recovery_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(first=models.F("person"))
                & (models.Q(second=None) | ~models.Q(second=models.F("person")))
                & (models.Q(second=None) | ~models.Q(second=models.F("first"))),
                name="recovery_by_three_people",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(second__isnull=False),
                name="recovery_confirmed_by_a_second",
            ),
        )

    def __str__(self) -> str:
        return f"recovery {self.pk}"


class Opening(models.Model):
    """A first way in that takes two officers: what the first of them has begun."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="opening")
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        """Nobody begins what is for oneself."""

        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(first=models.F("person")), name="opening_by_another"
            ),
        )

    def __str__(self) -> str:
        return f"opening {self.pk}"


class Step(models.TextChoices):
    """What was done about the way in to an account."""

    ASKED = "asked"
    ISSUED = "issued"
    STARTED = "started"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"
    UNDONE = "undone"


class AccessUse(AppendOnly):
    """A use of the right to open an account, or to recover it: kept, and shown to its member.

    membership: the pseudonym. by: the mandate or appointment that was used, as an entry would name
    it; nothing where the member did it. channel: how a code went out, if one did.
    """

    number = models.BigAutoField(primary_key=True)
    membership = models.CharField(max_length=32, db_index=True)
    step = models.CharField(max_length=10, choices=Step.choices)
    by = models.CharField(max_length=32, blank=True)
    channel = models.CharField(max_length=20, choices=Channel.choices, blank=True)
    at = models.DateTimeField()

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        """Say nothing of the person."""
        return f"{self.step} {self.pk}"


class InstallationCode(models.Model):
    """A code that opens the founding of the organisation, to whoever started the application."""

    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        """No permissions of Django's."""

        default_permissions = ()

    def __str__(self) -> str:
        return f"installation code {self.pk}"
