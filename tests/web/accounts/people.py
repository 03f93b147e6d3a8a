"""People, their mails, and how they log in, for the tests of this room."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from comitia.web.accounts.models import Person

Subject = TypeVar("Subject")
Answer = TypeVar("Answer")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHORT = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
LONG = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")


def make_person(
    name: str, email: str = "", *, claimed: bool = True, language: str = "en"
) -> Person:
    at = timezone.now() if claimed else None
    return Person.objects.create(name=name, email=email, claimed_at=at, language=language)


def codes_in_mail() -> dict[str, str]:
    """Return the codes of the last mail, each by the name that stands before it."""
    found = re.findall(r"^(.*): (\S{4}-\S{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    return dict(found)


def log_in(client: Client, person: Person) -> None:
    """Log in by mail, as the person does it."""
    assert client.post("/login", {"email": person.email}).status_code == 302
    answer = client.post("/login/code", {"code": codes_in_mail()[person.name]})
    assert answer.status_code == 302


def who(client: Client) -> str:
    """Return who is logged in: nobody is nothing."""
    found = re.search(r'<a href="/security">(.*?)</a>', client.get("/").text)
    return found[1] if found else ""


def at_once(task: Callable[[Subject], Answer], *subjects: Subject) -> list[Answer]:
    """Do a task for each of these at the same moment, each with a connection of its own.

    A database in memory has one connection at a time: there one after the other.
    """

    def run(subject: Subject) -> Answer:
        try:
            return task(subject)
        finally:
            connection.close()

    workers = 1 if connection.vendor == "sqlite" else len(subjects)
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, subjects))
