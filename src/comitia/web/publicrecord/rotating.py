"""Changing the key of the record: an act of two administrators, with the new key at hand.

The new key lies ready in the data folder before anybody proposes it: whoever runs the machine makes
it. An entry that named another would leave nobody who could sign, so it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.errors import MalformedRecord
from comitia.law.errors import RuleViolation
from comitia.record.keys import SignerKey
from comitia.record.kinds.publicrecord import RotateKey
from comitia.record.kinds.values import Identifier, Text
from comitia.web.acts.models import RECORD, Aggregate
from comitia.web.acts.performing import Asked, new_identifier
from comitia.web.publicrecord.keeping import NEXT_FILE_NAME, read_record_key
from comitia.web.publicrecord.models import Log


class Refusal(StrEnum):
    """Why the key is not changed."""

    NOT_READY = "key.not_ready"


SENTENCES: Final[dict[str, Promise]] = {
    Refusal.NOT_READY: gettext_lazy(
        "No such key lies ready in the data folder. Whoever runs the machine makes one with"
        " “comitia record new-key”; then propose the change to that."
    ),
}


def key_that_lies_ready() -> SignerKey | None:
    """Return the key that can follow; None where there is none of this record's name."""
    try:
        key = read_record_key(settings.DATA, NEXT_FILE_NAME)
    except MalformedRecord:
        return None
    log = Log.objects.first()
    return None if key is None or log is None or key.name != log.origin else key


def asked_for(by: Iterable[UUID], *, old_key_lost: bool) -> Asked:
    """Return the wish that the key that lies ready signs from the next checkpoint on.

    old_key_lost: or known to others; then nobody can follow by signatures, and auditors must
    compare the new key. Raises RuleViolation where no key lies ready.
    """
    key = key_that_lies_ready()
    if key is None:
        raise _not_ready("none")
    row = Aggregate.objects.filter(kind=RECORD).first()
    aggregate = new_identifier() if row is None else Identifier(row.pk)
    act = RotateKey(key=Text(key.verifier.text), old_key_lost=old_key_lost)
    return Asked(act, aggregate, None, tuple(by))


def expect_ready(act: RotateKey) -> None:
    """Raise RuleViolation unless the private half of the key that an act names is at hand."""
    key = key_that_lies_ready()
    if key is None or key.verifier.text != act.key:
        raise _not_ready("another" if key else "none")


def _not_ready(found: str) -> RuleViolation:
    return RuleViolation(Refusal.NOT_READY, RECORD, "a key that lies ready", found)
