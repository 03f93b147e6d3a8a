"""Calls with tokens of people of the tests' organisation."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from datetime import date
from typing import Any

from django.test import Client

from comitia.law.permissions import Act
from comitia.record.kinds.values import Identifier
from comitia.web.accounts.models import Person
from comitia.web.interface.scopes import ACTS, Area, Scope
from comitia.web.interface.tokens import make_token
from tests.web.founded import Founded

LAST = date(2026, 12, 31)


def word_of(  # noqa: PLR0913 - what a token can be made for
    world: Founded,
    name: str,
    *,
    reads: Collection[Area] = tuple(Area),
    acts: Collection[Act] = ACTS,
    branch: str | None = None,
    last_day: date = LAST,
) -> str:
    """Make a token for somebody; return its word."""
    at = None if branch is None else Identifier(world.branches[branch])
    scope = Scope(frozenset(reads), frozenset(acts), at)
    person = world.people[name]
    Person.objects.filter(pk=person.pk, claimed_at=None).update(claimed_at=world.now)
    return make_token(
        person, "script", scope, last_day=last_day, now=world.now, randomness=secrets.token_bytes
    )[1]


class Program:
    """A program that calls with a token."""

    def __init__(self, word: str) -> None:
        self._client = Client()
        self._headers = {"Authorization": f"Bearer {word}"}

    def get(self, path: str, status: int = 200) -> Any:  # noqa: ANN401 - any JSON
        answer = self._client.get(f"/api/1/{path}", headers=self._headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, sent: Any, status: int = 200, key: str | None = None) -> Any:  # noqa: ANN401
        """Send a value, or bytes as they are."""
        headers = self._headers if key is None else {**self._headers, "Idempotency-Key": key}
        body = sent if isinstance(sent, bytes) else json.dumps(sent)
        answer = self._client.post(
            f"/api/1/{path}", body, content_type="application/json", headers=headers
        )
        assert answer.status_code == status, answer.text
        return answer.json()


def program(world: Founded, name: str, **reach: Any) -> Program:  # noqa: ANN401 - as ``word_of``
    return Program(word_of(world, name, **reach))
