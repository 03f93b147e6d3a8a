"""Ways in to accounts, given by officers: a first one by a keeper, a new one by two.

The law's table says who may (``access.open``, ``access.recover``): it is asked in the transaction
of the deed, with what those who act hold at that moment. Nothing of it is an entry of the record;
each use is kept where the member sees it. A code is shown once, printed or mailed, and its hash is
all that stays.

An account that was recovered once counts as claimed also while its new code waits: else the one of
the two who did not choose the way could send another code to oneself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comitia.law.permissions import Act, Object, has_right
from comitia.law.rights import TABLE
from comitia.law.standings import Standing
from comitia.web.accounts.claiming import issue_claim_code, mail_claim_code
from comitia.web.accounts.models import Channel, Person, Recovery, Step
from comitia.web.accounts.recovery import confirm_recovery, recovery_of, start_recovery
from comitia.web.accounts.refusals import Refusal, refuse
from comitia.web.accounts.uses import note_use, uses_of
from comitia.web.acts.errors import not_allowed
from comitia.web.acts.rights import choose_roles, roles_of
from comitia.web.register.letterhead import claim_letter_pdf
from comitia.web.register.models import Membership


@dataclass(frozen=True, slots=True)
class Handed:
    """A code on its way. code: only where it goes from hand to hand. letter: a PDF."""

    channel: Channel
    code: str = ""
    letter: bytes = b""


def needs_two(row: Membership) -> bool:
    """Whether somebody has, or once had, the way in to this account."""
    claimed = row.person.claimed_at is not None
    return claimed or uses_of(row.pk).filter(step=Step.CONFIRMED).exists()


def has_account(row: Membership) -> bool:
    """Whether there is somebody who could log in: former members too have rights to use."""
    return row.person.erased_at is None and row.standing not in {"", Standing.DECEASED}


def channels_for(person: Person) -> tuple[Channel, ...]:
    """Return the ways by which a code can reach somebody."""
    possible = {Channel.LETTER: person.postal_address.strip(), Channel.MAIL: person.email}
    return tuple(one for one in Channel if possible.get(one, True))


@transaction.atomic
def open_access(row: Membership, by: Person, channel: Channel, now: datetime) -> Handed:
    """Give the first way in. Raises RuleViolation, MalformedRecord for an address on no letter."""
    if needs_two(row):
        raise refuse(Refusal.CLAIMED, "an account that nobody had", "claimed")
    (basis,) = _bases(Act.ACCESS_OPEN, row, now, by)
    code = issue_claim_code(row.person, by, channel, now)
    note_use(row.pk, Step.ISSUED, basis, now, channel)
    return _hand(row, code, channel, now)


@transaction.atomic
def begin_recovery(row: Membership, by: Person, now: datetime) -> Recovery:
    """Begin to give a new way in; the member is told, and can stop it. Raises RuleViolation."""
    note_use(row.pk, Step.STARTED, _basis_of_one(row, by, now), now)
    return start_recovery(row.person, by, now)


@transaction.atomic
def finish_recovery(row: Membership, by: Person, channel: Channel, now: datetime) -> Handed:
    """Confirm it as the second, while the first still has the right. Raises as ``open_access``."""
    recovery = recovery_of(row.person, now)
    if recovery is None:
        raise refuse(Refusal.NOT_OPEN, "a recovery under way", "none")
    if recovery.first == by:
        raise refuse(Refusal.SAME_OFFICER, "a second officer", "the first")
    _, basis = _bases(Act.ACCESS_RECOVER, row, now, recovery.first, by)
    code = confirm_recovery(recovery.pk, by, channel, now)
    note_use(row.pk, Step.CONFIRMED, basis, now, channel)
    return _hand(row, code, channel, now)


def _bases(act: Act, row: Membership, now: datetime, *people: Person) -> tuple[str, ...]:
    """Return what each acts by. Raises RuleViolation where they may not, together."""
    of = [roles_of(one.pk, now) for one in people]
    place = Object(row.branch.steps, row.pk)
    chosen = choose_roles(act, place, of[0].state, [one.roles for one in of], now)
    return tuple(role.basis for role in chosen)


def _basis_of_one(row: Membership, by: Person, now: datetime) -> str:
    """Return by what the first of the two begins. Raises RuleViolation."""
    place = Object(row.branch.steps, row.pk)
    for right in TABLE.of(Act.ACCESS_RECOVER):
        for role in roles_of(by.pk, now).roles:
            if has_right(right, role, place):
                return role.basis
    raise not_allowed(Act.ACCESS_RECOVER)


def _hand(row: Membership, code: str, channel: Channel, now: datetime) -> Handed:
    if channel is Channel.IN_PERSON:
        return Handed(channel, code=code)
    if channel is Channel.LETTER:  # in the transaction: without a letter there shall be no code
        return Handed(channel, letter=claim_letter_pdf(row, code, now))
    mail_claim_code(row.person, code)
    return Handed(channel)
