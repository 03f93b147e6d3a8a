"""Who calls, by which token, and how often: asked before any call is answered.

No cookie counts, so no page that somebody looks at can have a call made in their name.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any, Final

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.security import HttpBearer

from comitia.record.canonical import parse_json
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.rights import Roles, roles_of
from comitia.web.interface.failing import CallRefused
from comitia.web.interface.models import ApiToken
from comitia.web.interface.scopes import Area, Scope
from comitia.web.interface.tokens import find_token

LARGEST_CALL_BYTES: Final = 256 * 2**10
MOST_CALLS: Final = 600
"""A minute, by all tokens of one person, to one process."""
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, with what the token was made for."""

    token: ApiToken
    scope: Scope
    at: datetime

    @property
    def person(self) -> Person:
        return self.token.person

    def expect(self, area: Area) -> None:
        """Raise CallRefused where the token does not read a room."""
        if area not in self.scope.reads:
            raise CallRefused(HTTPStatus.FORBIDDEN, "call.out_of_scope", area)

    def expect_within(self, path: Sequence[str]) -> None:
        """Raise CallRefused where a branch is outside of what the token reaches."""
        if not self.scope.covers(path):
            raise CallRefused(HTTPStatus.FORBIDDEN, "call.out_of_scope")

    def roles(self) -> Roles:
        """Return in which roles the person can act now."""
        return roles_of(self.person.pk, self.at)


def caller_of(request: HttpRequest, area: Area | None = None) -> Caller:
    """Return who sent a call. Raises CallRefused where the token does not read the area."""
    caller: Caller = request.auth  # type: ignore[attr-defined] # the library puts it there
    if area is not None:
        caller.expect(area)
    return caller


class Allowance:
    """Counts calls by minutes, in this process alone: a call that only reads writes nothing."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._minute: datetime | None = None
        self._counts: dict[Hashable, int] = {}

    def take(self, caller: Hashable, at: datetime) -> bool:
        """Count a call; say whether it is within the allowance."""
        minute = at.replace(second=0, microsecond=0)
        with self._lock:
            if self._minute != minute:
                self._minute, self._counts = minute, {}
            self._counts[caller] = self._counts.get(caller, 0) + 1
            return self._counts[caller] <= self._most


allowance: Final = Allowance(MOST_CALLS)


class Bearer(HttpBearer):
    """Knows callers by their tokens."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Return who calls; None for nobody. Unlike the class above it logs nothing of a header."""
        scheme, _, word = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, word) if scheme.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Return whose token it is. Raises CallRefused for too much at once."""
        now = clock.now()
        found = find_token(token, now)
        if found is None:
            return None
        if not allowance.take(found.person_id, now):
            raise CallRefused(HTTPStatus.TOO_MANY_REQUESTS, "call.too_many")
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_CALL_BYTES:
            raise CallRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "call.too_large")
        return Caller(found, found.reach, now)


class CallParser(Parser):
    """Reads what is sent as everything else from outside is read: no name twice, no depth."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401 - any JSON
        """Return the value that was sent. Raises MalformedRecord for what is none."""
        return parse_json(request.body, "call", LARGEST_CALL_BYTES)
