"""What an erasure destroys of one person, and what it leaves: for people to see beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from comitia.web.acts.models import Entry
from comitia.web.publicrecord.forgetting import is_deleted, rows_of
from comitia.web.publicrecord.owning import LEFT_OUT, known_models, label_of
from comitia.web.register.models import Membership
from comitia.web.register.purposes import PURPOSES

SHOWN: Final[Mapping[str, Promise]] = {
    "acts.disclosure": gettext_lazy("Values in entries that can still be read"),
    "notices.outboxmessage": gettext_lazy("Messages and letters"),
    "documents.storedfile": gettext_lazy("Files"),
    "register.correctionrequest": gettext_lazy("Requests for correction"),
    "deadlines.deadline": gettext_lazy("Time limits"),
}
"""What a reader is told of by itself; all other rows are ways in, and what helps to find people."""


def what_goes(membership: Membership) -> list[tuple[str, str]]:
    """Return what is destroyed: of the register by its fields, of all else how much there is."""
    person = membership.person
    held = {
        "name": person.name,
        "birth_date": person.birth_date,
        "address": person.postal_address,
        "email": person.email,
    }
    fields = [str(PURPOSES[name].label) for name, value in held.items() if value]
    return [
        (gettext("On the register"), ", ".join(fields) or gettext("nothing")),
        *_rows(person.pk),
    ]


def _rows(person: UUID) -> Iterator[tuple[str, str]]:
    rest = 0
    for model in known_models():
        label = label_of(model)
        if is_deleted(model) and label not in LEFT_OUT:
            number = rows_of(model, person).count()
            if label not in SHOWN:
                rest += number
            elif number:
                yield str(SHOWN[label]), str(number)
    yield gettext("Logins, calendars and what people are found by"), str(rest)


def entries_left(membership: Membership) -> int:
    """Return how many entries about a membership stay in the record, without the person."""
    return Entry.objects.filter(aggregate=membership.pk).count()
