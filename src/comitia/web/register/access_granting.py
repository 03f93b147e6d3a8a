"""Ways in to accounts, given by officers: a first one, and a new one by two.

The law's table says who may (``access.open``, ``access.recover``), and ``access_levels`` how many
it takes: both are asked in the transaction of the deed, with what those who act hold at that
moment. Nothing of it is an entry of the record; each use is kept where the member sees it, and the
member is told at once, also where a code goes from hand to hand. A code is shown once, printed or
mailed, and its hash is all that stays.

An account that was recovered once counts as claimed also while its new code waits: else the one of
the two who did not choose the way could send another code to oneself. So does one whose change of
address was undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comitia.law.permissions import Act, Object, Role
from comitia.law.standings import Standing
from comitia.web.accounts.access import KEEP_FORMER, lately_replaced
from comitia.web.accounts.claiming import issue_claim_code, mail_claim_code
from comitia.web.accounts.models import Channel, Opening, Person, Recovery, Step
from comitia.web.accounts.recovery import (
    confirm_recovery,
    recovery_of,
    start_recovery,
    withdraw_recovery,
)
from comitia.web.accounts.refusals import Refusal, refuse
from comitia.web.accounts.telling import Officers, addresses_of, tell_of_code
from comitia.web.accounts.uses import note_use, uses_of
from comitia.web.acts.bases import choose_bases, choose_basis, roles_under_lock
from comitia.web.acts.models import Disclosure
from comitia.web.database.locking import lock_rows
from comitia.web.register.access_levels import choose_openers, expect_few_codes, need_of
from comitia.web.register.access_listing import OPENING_LAPSES
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
    ended = uses_of(row.pk).filter(step__in=[Step.CONFIRMED, Step.UNDONE])
    return claimed or ended.exists()


def has_account(row: Membership) -> bool:
    """Whether there is somebody who could log in: former members too have rights to use."""
    return row.person.erased_at is None and row.standing not in {"", Standing.DECEASED}


def channels_for(person: Person) -> tuple[Channel, ...]:
    """Return the ways by which a code can reach somebody."""
    possible = {Channel.LETTER: person.postal_address.strip(), Channel.MAIL: person.email}
    return tuple(one for one in Channel if possible.get(one, True))


def channels_again(row: Membership, now: datetime) -> tuple[Channel, ...]:
    """Return the ways by which a code for a recovery can go out.

    Not where an address was changed within thirty days: whoever sat at the member's open session
    may have done it, to have the code sent there.
    """
    new = set()
    if lately_replaced(row.person, now).exists():
        new.add(Channel.MAIL)
    told = Disclosure.objects.filter(
        subject=row.pk,
        field="address",
        entry__kind=Act.PERSON_CORRECT_DETAILS,
        entry__at__gt=now - KEEP_FORMER,
    )
    if told.exists():
        new.add(Channel.LETTER)
    return tuple(one for one in channels_for(row.person) if one not in new)


# --- A first way in ------------------------------------------------------------------------------


@transaction.atomic
def open_access(row: Membership, by: Person, channel: Channel, now: datetime) -> Handed:
    """Give the first way in. Raises RuleViolation, MalformedRecord for an address on no letter."""
    return _issue(row, channel, now, by)


def opening_of(person: Person, now: datetime) -> Opening | None:
    """Return what a first officer has begun, if a second can still confirm it."""
    rows = Opening.objects.filter(person=person, begun_at__gt=now - OPENING_LAPSES)
    return rows.select_related("first").first()


@transaction.atomic
def begin_opening(row: Membership, by: Person, now: datetime) -> None:
    """Begin to give a first way in that takes two. Raises RuleViolation."""
    if needs_two(row):
        raise refuse(Refusal.CLAIMED, "an account that nobody had", "claimed")
    (roles,) = roles_under_lock([by.pk], now, row.pk)
    role = choose_basis(Act.ACCESS_OPEN, _place_of(row), roles)
    lock_rows(Person.objects.filter(pk=row.person_id))
    if opening_of(row.person, now) is not None:
        raise refuse(Refusal.UNDER_WAY, "nothing begun", "begun")
    fresh = {"first": by, "begun_at": now}
    Opening.objects.update_or_create(person=row.person, defaults=fresh)
    note_use(row.pk, Step.ASKED, role.basis, now)


@transaction.atomic
def finish_opening(row: Membership, by: Person, channel: Channel, now: datetime) -> Handed:
    """Confirm it as the second. Raises as ``open_access``."""
    opening = opening_of(row.person, now)
    if opening is None:
        raise refuse(Refusal.NOT_OPEN, "something begun", "none")
    if opening.first == by:
        raise refuse(Refusal.SAME_OFFICER, "a second officer", "the first")
    if not Opening.objects.filter(pk=opening.pk).delete()[0]:  # of two at once the first one counts
        raise refuse(Refusal.NOT_OPEN, "something begun", "none")
    return _issue(row, channel, now, opening.first, by)


def _issue(row: Membership, channel: Channel, now: datetime, *people: Person) -> Handed:
    if needs_two(row):
        raise refuse(Refusal.CLAIMED, "an account that nobody had", "claimed")
    roles = roles_under_lock([one.pk for one in people], now, row.pk)
    need = need_of(row.person, roles[0].state.day_of(now))
    chosen = choose_openers(_place_of(row), need, channel, roles)
    by = people[-1]
    lock_rows(Person.objects.filter(pk__in=[by.pk, row.person_id]))
    expect_few_codes(by, roles[-1], row)
    tell_of_code(row.person, channel, _officers(row, chosen), now, addresses_of(row.person, now))
    code = issue_claim_code(row.person, by, channel, now)
    note_use(row.pk, Step.ISSUED, chosen[-1].basis, now, channel)
    return _hand(row, code, channel, now)


# --- A new way in --------------------------------------------------------------------------------


@transaction.atomic
def begin_recovery(row: Membership, by: Person, now: datetime) -> Recovery:
    """Begin to give a new way in; the member is told, and can stop it. Raises RuleViolation."""
    role = _role_of_one(row, by, now)
    note_use(row.pk, Step.STARTED, role.basis, now)
    return start_recovery(row.person, by, now, _officers(row, [role]))


@transaction.atomic
def finish_recovery(row: Membership, by: Person, channel: Channel, now: datetime) -> Handed:
    """Confirm it as the second, while the first still has the right. Raises as ``open_access``."""
    recovery = recovery_of(row.person, now)
    if recovery is None:
        raise refuse(Refusal.NOT_OPEN, "a recovery under way", "none")
    if recovery.first == by:
        raise refuse(Refusal.SAME_OFFICER, "a second officer", "the first")
    if channel not in channels_again(row, now):
        raise refuse(Refusal.NOT_BY_HAND, "a way that is not new", channel)
    roles = roles_under_lock([recovery.first.pk, by.pk], now, row.pk)
    chosen = choose_bases(Act.ACCESS_RECOVER, _place_of(row), roles)
    lock_rows(Person.objects.filter(pk__in=[by.pk, row.person_id]))
    expect_few_codes(by, roles[-1], row)
    code = confirm_recovery(recovery.pk, by, channel, now, _officers(row, chosen))
    note_use(row.pk, Step.CONFIRMED, chosen[-1].basis, now, channel)
    return _hand(row, code, channel, now)


@transaction.atomic
def stop_for_member(row: Membership, by: Person, now: datetime) -> None:
    """Stop it, as the member asks at the branch. Raises RuleViolation."""
    recovery = recovery_of(row.person, now)
    if recovery is None:
        raise refuse(Refusal.NOT_OPEN, "a recovery under way", "none")
    role = _role_of_one(row, by, now)
    withdraw_recovery(recovery.pk, now)
    note_use(row.pk, Step.STOPPED, role.basis, now)


def _role_of_one(row: Membership, by: Person, now: datetime) -> Role:
    """Return by what one of the two acts. Raises RuleViolation."""
    (roles,) = roles_under_lock([by.pk], now, row.pk)
    return choose_basis(Act.ACCESS_RECOVER, _place_of(row), roles)


def _place_of(row: Membership) -> Object:
    """Return where somebody belongs now; the caller has shared the membership's aggregate."""
    row.refresh_from_db(fields=["branch"])
    return Object(row.branch.steps, row.pk)


def _officers(row: Membership, roles: list[Role] | tuple[Role, ...]) -> Officers:
    return Officers(tuple(role.basis for role in roles), row.branch_id)


def _hand(row: Membership, code: str, channel: Channel, now: datetime) -> Handed:
    if channel is Channel.IN_PERSON:
        return Handed(channel, code=code)
    if channel is Channel.LETTER:  # in the transaction: without a letter there shall be no code
        return Handed(channel, letter=claim_letter_pdf(row, code, now))
    mail_claim_code(row.person, code)
    return Handed(channel)
