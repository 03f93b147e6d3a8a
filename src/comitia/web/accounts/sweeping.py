"""What has had its time in this room's tables, and is swept out; each function for the ticker.

All of it is without effect before it is swept: whether a session or a code still holds is asked of
the clock. So a sweep may run late, twice, or never. What an officer did with a code is kept
elsewhere (``models.AccessUse``); here nothing is to lie about longer than it is good for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from comitia.web.accounts import claiming, mailed_codes
from comitia.web.accounts.addresses import sweep_former
from comitia.web.accounts.models import CachedValue, ClaimCode, MailedCodes, Session
from comitia.web.accounts.person_secrets.binding import bind
from comitia.web.accounts.person_secrets.keeping import sweep_orphans

LONGEST_ACT: Final = timedelta(days=1)
"""An act that began so long ago is over, or will never be."""
KEEP_CLAIM_CODES: Final = timedelta(days=30)
"""After they ended: as long as somebody asks why a code did not work."""


def sweep_secrets(now: datetime) -> int:
    """Destroy secrets that were made for an act that came to nothing; return how many.

    None before a founding, nor beside another organisation's tables. Raises StorageUnavailable.
    """
    return sweep_orphans(now - LONGEST_ACT) if bind() else 0


def sweep_sessions(now: datetime) -> int:
    """Delete sessions that have ended; return how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


def sweep_counters(now: datetime) -> int:
    """Delete counters of attempts whose time is over; return how many."""
    return CachedValue.objects.filter(expires__lt=now).delete()[0]


def sweep_codes(now: datetime) -> int:
    """Delete the hashes of codes that have long been good for nothing, and former addresses.

    Return of how many.
    """
    mailed = MailedCodes.objects.filter(made_at__lt=now - mailed_codes.KEPT_FOR)
    count = mailed.delete()[0] + sweep_former(now)
    old = now - claiming.VALID_FOR - KEEP_CLAIM_CODES
    return count + ClaimCode.objects.filter(issued_at__lt=old).delete()[0]
