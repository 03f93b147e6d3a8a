"""Changing the key of the record: an act of two administrators, with the new key at hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from comitia.errors import StorageUnavailable
from comitia.record.kinds.publicrecord import RotateKey
from comitia.record.kinds.values import Identifier, Text
from comitia.web.acts.jobs import job
from comitia.web.acts.models import RECORD, Aggregate
from comitia.web.acts.performing import Asked, Done, new_identifier, perform
from comitia.web.publicrecord.keeping import NEXT_FILE_NAME, read_record_key
from comitia.web.publicrecord.models import Log


def rotate(by: Sequence[UUID], *, old_key_lost: bool = False) -> Done:
    """Have the key that lies ready sign from the next checkpoint on.

    by: administrators. old_key_lost: or known to others; then nobody can follow by signatures, and
    auditors must compare the new key. Raises StorageUnavailable where no key of this record's name
    lies ready, RuleViolation where they may not.
    """
    key = read_record_key(settings.DATA, NEXT_FILE_NAME)
    log = Log.objects.first()
    if key is None or log is None or key.name != log.origin:
        problem = "no new key of this record lies ready: `comitia record new-key` makes it"
        raise StorageUnavailable(f"{settings.DATA / NEXT_FILE_NAME}: {problem}")
    row = Aggregate.objects.filter(kind=RECORD).first()
    aggregate = new_identifier() if row is None else Identifier(row.pk)
    act = RotateKey(key=Text(key.verifier.text), old_key_lost=old_key_lost)
    with job("record-key"):
        return perform(Asked(act, aggregate, None, tuple(by)))
