"""Claiming an account: the organisation makes it, and a code hands it over to its person.

The code goes by letter, by mail or from hand to hand; what is stored is its hash. One code at a
time, for so many days and so many tries. Whoever has claimed an account gets no second code: what
is lost then is recovered, by two officers.

Whether `by` has the right to issue codes is for the act that calls this to check.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from comitia.web.accounts.codes import draw_code, hash_code, is_code, read_code
from comitia.web.accounts.mails import in_language, send_mail
from comitia.web.accounts.models import Channel, ClaimCode, Person
from comitia.web.accounts.refusals import Refusal, refuse
from comitia.web.acts.founded import organisation_language, organisation_name
from comitia.web.database.locking import lock_rows

VALID_FOR: Final = timedelta(days=30)
MOST_TRIES: Final = 10
_PURPOSE: Final = "claim"
_GROUPS: Final = 5
_HANDLE: Final = 5
_SUBJECT: Final = gettext_lazy("%(organisation)s: your account")


def issue_claim_code(
    person: Person,
    by: Person,
    channel: Channel,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Return a fresh code for a person who has not claimed the account; an older one ends.

    Of its 125 bits 25 find it and 100 are secret. Nothing can show it again. Raises
    RuleViolation.
    """
    with transaction.atomic():
        (locked,) = lock_rows(Person.objects.filter(pk=person.pk))
        if locked.claimed_at is not None:
            raise refuse(Refusal.CLAIMED, "an account that nobody has claimed", "claimed")
        return issue_to(locked, by, channel, now, randomness)


def issue_to(
    person: Person,
    by: Person,
    channel: Channel,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> str:
    """Return a fresh code for a person whose row is locked, claimed or not."""
    if person.erased_at is not None:
        raise refuse(Refusal.ERASED, "a person", "erased")
    if by == person:
        raise refuse(Refusal.OWN, "another officer", "the person concerned")
    code, drawn = draw_claim_code(randomness)
    ClaimCode.objects.filter(person=person, ended_at=None).update(ended_at=now)
    keep_claim_code(person, by, channel, drawn, now)
    return code


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is kept of a code: by what it is found, and its hash."""

    handle: str
    code_hash: str


def draw_claim_code(randomness: Callable[[int], bytes]) -> tuple[str, Drawn]:
    """Return a fresh code, and what may be kept of it."""
    code = draw_code(_GROUPS, 5, randomness)
    return code, Drawn(read_code(code)[:_HANDLE], hash_code(_PURPOSE, b"", code))


def keep_claim_code(
    person: Person, by: Person, channel: Channel, drawn: Drawn, now: datetime
) -> None:
    """Keep a code that somebody has, so that it opens this person's account."""
    ClaimCode.objects.create(
        person=person,
        issued_by=by,
        channel=channel,
        handle=drawn.handle,
        code_hash=drawn.code_hash,
        issued_at=now,
    )


@transaction.atomic
def claim_account(typed: str, now: datetime) -> Person | None:
    """Return the person whose code was typed, who then has the account; None for any other text.

    A code is used once, also by two who try at the same moment.
    """
    handle = read_code(typed)[:_HANDLE]
    young = ClaimCode.objects.filter(handle=handle, ended_at=None, issued_at__gt=now - VALID_FOR)
    for claim in lock_rows(young):
        if is_code(_PURPOSE, b"", typed, claim.code_hash):
            return _hand_over(claim, now)
        claim.tries += 1
        claim.ended_at = now if claim.tries >= MOST_TRIES else None
        claim.save(update_fields=["tries", "ended_at"])
    return None


def mark_claimed(person: Person, now: datetime) -> None:
    """Hand an account over without a code: at the founding, to who has the installation's."""
    person.claimed_at = now
    person.save(update_fields=["claimed_at"])


def _hand_over(claim: ClaimCode, now: datetime) -> Person | None:
    (person,) = lock_rows(Person.objects.filter(pk=claim.person_id))
    claim.used_at = claim.ended_at = now
    claim.save(update_fields=["used_at", "ended_at"])
    if not person.is_active:
        return None
    mark_claimed(person, now)
    return person


def claim_letter(person: Person, code: str) -> dict[str, str]:
    """Return the texts of the letter that brings a code, in the person's language."""
    fields = {"organisation": organisation_name(), "days": str(VALID_FOR.days)}
    with translation.override(person.language or organisation_language()):
        return {
            "recipient": person.name,
            "postal_address": person.postal_address,
            "subject": gettext("Your account at %(organisation)s") % fields,
            "opening": gettext(
                "%(organisation)s has made an account for you. With it you vote, stand for "
                "election, and see what those whom you elected report."
            )
            % fields,
            "what_to_do": gettext("Open this page and enter the code:"),
            "page": settings.PUBLIC_ADDRESS + reverse("claim"),
            "code": code,
            "until": gettext(
                "The code holds for %(days)s days, and once. Then add a passkey or an e-mail "
                "address, by which you log in from then on."
            )
            % fields,
            "warning": gettext(
                "Show the code to nobody. Nobody from %(organisation)s will ask you for it. If "
                "somebody has opened this letter before you, tell your branch."
            )
            % fields,
        }


def mail_claim_code(person: Person, code: str) -> None:
    """Send a code by mail, with the words of the letter."""
    letter = claim_letter(person, code)
    subject = in_language(person.language, _SUBJECT, organisation=organisation_name())
    parts = (
        *(f"{letter['recipient']},", letter["opening"]),
        f"{letter['what_to_do']}\n{letter['page']}\n\n{code}",
        *(letter["until"], letter["warning"]),
    )
    send_mail(person.email, subject, "\n\n".join(parts) + "\n")
