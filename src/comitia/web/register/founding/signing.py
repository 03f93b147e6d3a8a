"""Who may sign a draft, and who has: an invitation each, with a code that is used at their own.

A code has 125 bits, is stored as a hash, and ends after two weeks. Whoever has one sees the whole
draft; so it goes to the administrator alone, by mail where there is a server, else by hand.

By hand it passes through whoever drew the draft up, who could sign with it: nothing here prevents
that. But where the administrator signs, the account's code is shown there and nowhere else; and
whoever does not sign has no account, and so sees that somebody else did.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from comitia.web.accounts.claiming import Drawn, draw_claim_code
from comitia.web.accounts.codes import draw_code, hash_code
from comitia.web.register.founding.draft import Draft
from comitia.web.register.founding.models import Signer
from comitia.web.register.founding.saving import DraftOvertaken, identity_of, locked_draft

PURPOSE: Final = "founding"
VALID_FOR: Final = timedelta(days=14)
_GROUPS, _SIGNS = 5, 5


@dataclass(frozen=True, slots=True)
class Signature:
    """How far an administrator is. has_signed: the draft as it is now."""

    name: str
    email: str
    invited_at: datetime | None
    has_signed: bool


@transaction.atomic
def invite(
    draft: Draft,
    number: int,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
    *,
    by_mail: bool = False,
) -> str:
    """Invite an administrator of the draft; return the code, which is nowhere else.

    by_mail: whether the code is going to be sent to the address, and nowhere else. An earlier
    invitation of the same ends, and so does its signature. Raises DraftOvertaken where the draft
    is another by now.
    """
    row = locked_draft()
    if row is None or row.hash != draft.hash or number >= len(draft.administrators):
        raise DraftOvertaken
    code = draw_code(_GROUPS, _SIGNS, randomness)
    Signer.objects.update_or_create(
        number=number,
        defaults={
            "identity": identity_of(draft.administrators[number]),
            "code_hash": hash_code(PURPOSE, b"", code),
            "invited_at": now,
            "by_mail": by_mail,
            "signed_hash": "",
            "signed_at": None,
            "claim_handle": "",
            "claim_hash": "",
        },
    )
    return code


def find_signer(code_hash: str, now: datetime) -> Signer | None:
    """Return whose invitation it is; None of one that has ended."""
    return Signer.objects.filter(code_hash=code_hash, invited_at__gt=now - VALID_FOR).first()


@transaction.atomic
def sign(code_hash: str, seen: str, now: datetime) -> str:
    """Sign the draft with this hash; return the code that opens the account after the founding.

    Of who was invited by mail the address is proved, and no code is needed: nothing then. Raises
    DraftOvertaken where the draft or the invitation is another by now.
    """
    row = locked_draft()
    signer = find_signer(code_hash, now)
    if row is None or signer is None or row.hash != seen:
        raise DraftOvertaken
    signer.signed_hash, signer.signed_at = seen, now
    code, drawn = ("", Drawn("", "")) if signer.by_mail else draw_claim_code(secrets.token_bytes)
    signer.claim_handle, signer.claim_hash = drawn.handle, drawn.code_hash
    signer.save(update_fields=["signed_hash", "signed_at", "claim_handle", "claim_hash"])
    return code


def signatures_of(draft: Draft) -> tuple[Signature, ...]:
    """Return how far each administrator of the draft is."""
    signers = {one.number: one for one in Signer.objects.all()}
    current = draft.hash
    found = []
    for number, row in enumerate(draft.administrators):
        signer = signers.get(number)
        has_signed = signer is not None and signer.signed_hash == current
        invited_at = None if signer is None else signer.invited_at
        found.append(Signature(row.name, row.email, invited_at, has_signed))
    return tuple(found)


def is_signed(draft: Draft) -> bool:
    """Whether all administrators have signed the draft as it is."""
    found = signatures_of(draft)
    return bool(found) and all(one.has_signed for one in found)
