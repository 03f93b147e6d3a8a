"""Notices to make messages of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from comitia.web.notices.values import FieldValue, Notice, Recipient
from comitia.web.notices.wording import Field, Template

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ANNA = UUID(int=1)
BERTA = UUID(int=2)
RULING = Template(
    name="cases.ruling",
    version=2,
    subject="The ruling about {charge}",
    body="The panel has ruled.\n\nIts reasons:\n\n{reasons}\n\nYou can appeal until {until}.",
    fields={"charge": Field.LINE, "reasons": Field.TEXT, "until": Field.DATE},
)
TO_ANNA = Recipient(ANNA, "anna@union.example", "en", "Anna Muster")
CONTEXT: dict[str, FieldValue] = {
    "charge": "noise",
    "reasons": "It was late.",
    "until": date(2026, 12, 24),
}
NOTICE = Notice(RULING, TO_ANNA, CONTEXT)


def to_berta(email: str = "berta@union.example") -> Notice:
    return replace(NOTICE, recipient=Recipient(BERTA, email, "de", "Berta"))
