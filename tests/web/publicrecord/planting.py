"""Putting what can be known of somebody wherever the application can put it."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps

from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.accounts.sessions import SessionStore
from comitia.web.deadlines.models import Feed
from comitia.web.documents.files import store
from comitia.web.notices.models import OutboxMessage


def plant(person: Person, word: str, now: datetime) -> None:
    """Give a person a letter, a message, a calendar, a session, an address to log in by."""
    secret = bytes(PersonSecret.objects.get(pk=person.pk).secret)
    store(b"%PDF-1.7\n" + word.encode(), person.pk, secret, now)
    OutboxMessage.objects.create(
        person=person.pk,
        address=person.email,
        language="de",
        subject=word,
        body=word,
        template="x",
        template_version=1,
        state="sent",
        next_attempt_at=now,
        made_at=now,
    )
    Feed.objects.create(person=person.pk, language="de", digest=word, made_at=now)
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = str(person.pk), "x"
    session["word"] = word
    session.save()
    email = apps.get_model("account", "EmailAddress")
    email.objects.create(user=person, email=person.email, verified=True)
