"""Letters of a branch: whose they are, where they go, and how the page is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse

from comitia.web.accounts.claiming import claim_letter
from comitia.web.accounts.models import Person
from comitia.web.acts.founded import organisation_language, organisation_name, organisation_zone
from comitia.web.documents.letters import Layout, Post, Sender, letters_pdf
from comitia.web.notices.letters import Letter
from comitia.web.register.models import Membership

_BRITISH: Final = "GB"


def layout_here() -> Layout:
    """Return where envelopes have their windows, in the country whose holidays count here."""
    british = settings.HOLIDAYS.partition("-")[0] == _BRITISH
    return Layout.UK_DL if british else Layout.DIN_5008


def address_of(person: Person) -> tuple[str, ...]:
    """Return name and postal address, a line each."""
    return person.name, *person.postal_address.splitlines()


def print_letters(post: Sequence[Post], branch: str, now: datetime) -> bytes:
    """Return a branch's letters as one PDF. Raises as ``letters_pdf``."""
    sender = Sender(organisation_name(), (branch,))
    return letters_pdf(post, sender, now.astimezone(organisation_zone()).date(), layout_here())


def claim_letter_pdf(row: Membership, code: str, now: datetime) -> bytes:
    """Return the letter that brings a code. Raises MalformedRecord for an address on no letter."""
    texts = claim_letter(row.person, code)
    body = "\n\n".join(
        (
            *(f"{texts['recipient']},", texts["opening"], texts["what_to_do"]),
            f"    {texts['page']}\n\n    {code}",
            *(texts["until"], texts["warning"]),
        )
    )
    language = row.person.language or organisation_language()
    letter = Letter(uuid4(), row.person.pk, language, texts["subject"], body, now)
    return print_letters([Post(letter, address_of(row.person))], row.branch.name, now)


def serve_pdf(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to save or to print; what is in it is kept by nobody on the way."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
