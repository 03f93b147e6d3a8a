"""Ending every way in to an account: after a loss, and when a person is erased.

What ends here by name is what the rooms before this one and this one hold. Tokens for programs end
by themselves: none is good that was made before its person claimed the account, or while nobody has
claimed it (``claimed_at``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet

from comitia.web.accounts.models import ClaimCode, FormerAddress, MailedCode, Person
from comitia.web.accounts.sessions import end_sessions
from comitia.web.deadlines.feeds import end_feed

KEEP_FORMER: Final = timedelta(days=30)
"""How long a former e-mail address is kept, and how long its successor is not trusted alone."""


def lately_replaced(person: Person, now: datetime) -> QuerySet[FormerAddress]:
    """Ask for the addresses that the person had up to thirty days ago, the oldest first."""
    rows = FormerAddress.objects.filter(person=person, replaced_at__gt=now - KEEP_FORMER)
    return rows.order_by("replaced_at", "pk")


@transaction.atomic
def end_access(person: Person, now: datetime) -> None:
    """Remove a person's keys, apps, codes, other logins and sessions; the account is unclaimed.

    Whoever is logged in as this person is not any more, from the next request on. The calendar's
    secret address ends. An e-mail address that was changed lately is taken off: nobody knows
    whether it, or the one before, is in the right hands.
    """
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    MailedCode.objects.filter(person=person).delete()
    ClaimCode.objects.filter(person=person, ended_at=None).update(ended_at=now)
    person.claimed_at = None
    if lately_replaced(person, now).exists():
        person.email = ""
    person.save(update_fields=["claimed_at", "email"])
    end_sessions(person)
    end_feed(person.pk)
