"""Making tokens, knowing them again, and taking them back."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from comitia.web.accounts.models import Person
from comitia.web.interface.models import ApiToken
from comitia.web.interface.scopes import Scope

PREFIX: Final = "comitia_"
"""By which those who look for lost tokens know one."""
MOST_TOKENS: Final = 20
"""That one person has at a time."""
LONGEST_LIFE: Final = timedelta(days=366)
_BYTES: Final = 32
_WORD: Final = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}", re.ASCII)


def make_token(  # noqa: PLR0913 - a row's worth
    person: Person,
    name: str,
    scope: Scope,
    *,
    last_day: date,
    now: datetime,
    randomness: Callable[[int], bytes],
) -> tuple[ApiToken, str]:
    """Make a token; return it with its word, which is kept nowhere."""
    word = PREFIX + urlsafe_b64encode(randomness(_BYTES)).rstrip(b"=").decode()
    token = ApiToken.objects.create(
        person=person,
        name=name,
        word_hash=_hash(word),
        scope=scope.to_text(),
        made_at=now,
        last_day=last_day,
    )
    return token, word


def find_token(word: str, now: datetime) -> ApiToken | None:
    """Return the token whose word this is; None for one that is not, or no longer, good.

    Notes the day. Nothing needs to be slow here: 256 random bits are not found by trying.
    """
    if not _WORD.fullmatch(word):
        return None
    token = ApiToken.objects.select_related("person").filter(word_hash=_hash(word)).first()
    if token is None or not is_good(token, now):
        return None
    if token.used_on != timezone.localdate(now):
        ApiToken.objects.filter(pk=token.pk).update(used_on=timezone.localdate(now))
    return token


def is_good(token: ApiToken, now: datetime) -> bool:
    """Whether a token opens anything now.

    Not while nobody has claimed the account, nor after somebody claimed it anew: a recovery ends
    whatever somebody made who had got in.
    """
    in_time = token.revoked_at is None and timezone.localdate(now) <= token.last_day
    claimed = token.person.claimed_at
    return in_time and token.person.is_active and claimed is not None and claimed <= token.made_at


def revoke(token: ApiToken, now: datetime) -> None:
    """End a token, at once; what it did stays done."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def tokens_of(person: Person, now: datetime) -> tuple[ApiToken, ...]:
    """Return a person's good tokens."""
    rows = person.api_tokens.select_related("person").filter(revoked_at=None)
    return tuple(one for one in rows if is_good(one, now))


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
