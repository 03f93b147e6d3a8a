"""Whether what can be opened is what was sealed, and each person has a secret. Names nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.canonical import canonical_bytes
from comitia.record.commitments import COMMITMENT_KEY_BYTES
from comitia.record.commitments import Disclosure as Opening
from comitia.record.entries import parse_entry
from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets.binding import what_does_not_belong
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.acts.models import Disclosure
from comitia.web.project.checking.findings import Finding
from comitia.web.register.models import Membership

UNDER_WAY: Final = timedelta(hours=1)
"""How long a secret may be there before its person: an act that is under way."""
_AT_ONCE: Final = 1000
_SAY_WHO: Final = ("membership.declare", "membership.apply", "person.correct_details")
_HELD: Final = {"name": "name", "birth_date": "birth_date", "address": "postal_address"}
"""What these say of a person, and in which column it is held."""


def check_disclosures() -> Iterator[Finding]:
    """Yield disclosures that open nothing, or something else."""
    rows = Disclosure.objects.select_related("entry").order_by("entry_id", "field")
    for entry, of_entry in groupby(rows.iterator(_AT_ONCE), key=lambda row: row.entry):
        for row in of_entry:
            if not _opens(row, bytes(entry.content)):
                text = f"The disclosure {row.pk} does not open its field of entry {entry.number}."
                yield Finding("disclosures.commitment", text)


def _opens(row: Disclosure, content: bytes) -> bool:
    key = bytes(row.key)
    if len(key) != COMMITMENT_KEY_BYTES:
        return False
    try:
        parse_entry(content, [Opening(row.field, key, json.loads(row.value))])
    except (CheckFailed, MalformedRecord, ValueError, TypeError):
        return False
    return True


def check_details() -> Iterator[Finding]:
    """Yield memberships whose person is held otherwise than was entered last."""
    told = Membership.objects.values_list("pk", *(f"person__{one}" for one in _HELD.values()))
    held = {own: dict(zip(_HELD, values, strict=True)) for own, *values in told}
    rows = Disclosure.objects.filter(entry__kind__in=_SAY_WHO, field__in=[*_HELD])
    newest: dict[tuple[str, str], str] = {}
    for row in rows.order_by("entry__number").iterator(_AT_ONCE):
        newest[row.subject, row.field] = row.value
    for (own, name), value in newest.items():
        if own in held and _written(held[own][name]) != value:
            text = f"The person of the membership {own} has another {name} than entered."
            yield Finding("persons.details", text)


def _written(value: str | date | None) -> str:
    """Return a value as a disclosure holds it."""
    said = value.isoformat() if isinstance(value, date) else value
    return canonical_bytes(said).decode()


def check_persons(now: datetime) -> Iterator[Finding]:
    """Yield persons without a secret, secrets without a person, and secrets of another place."""
    if problem := what_does_not_belong():
        yield Finding("persons.secrets", f"{problem[0].upper()}{problem[1:]}.")
    persons = dict(Person.objects.values_list("pk", "erased_at"))
    kept = dict(PersonSecret.objects.values_list("person_id", "made_at"))
    for person in sorted(persons.keys() | kept.keys()):
        is_erased = persons.get(person) is not None
        if person not in kept and not is_erased:
            text = f"The person {person} has no secret: nothing of theirs can be backed up."
            yield Finding("persons.secret", text)
        elif person in kept and is_erased:
            text = f"The erased person {person} still has a secret: erase them again."
            yield Finding("persons.erased", text)
        elif person not in persons and kept[person] < now - UNDER_WAY:
            text = f"The secret {person} is nobody's: it is swept with the next run."
            yield Finding("persons.orphan", text, is_warning=True)
