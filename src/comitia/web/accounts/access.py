"""Ending every way in to an account: after a loss, and when a person is erased."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from comitia.web.accounts.models import ClaimCode, MailedCode, Person
from comitia.web.accounts.sessions import end_sessions


@transaction.atomic
def end_access(person: Person, now: datetime) -> None:
    """Remove a person's keys, apps, codes, other logins and sessions; the account is unclaimed.

    Whoever is logged in as this person is not any more, from the next request on.
    """
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    MailedCode.objects.filter(person=person).delete()
    ClaimCode.objects.filter(person=person, ended_at=None).update(ended_at=now)
    person.claimed_at = None
    person.save(update_fields=["claimed_at"])
    end_sessions(person)
