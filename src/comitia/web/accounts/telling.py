"""What people are told of the ways in to their accounts: by the outbox, and firm.

The outbox keeps a message for a while, so no code is in these. The link by which a recovery is
stopped is: it opens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_noop, override

from comitia.web.accounts.access import lately_replaced
from comitia.web.accounts.models import Channel, Person
from comitia.web.acts.wiring import wired
from comitia.web.notices.outbox import write_notices
from comitia.web.notices.rendering import known_language
from comitia.web.notices.values import Notice, Recipient
from comitia.web.notices.wording import Field, Template

BEGUN: Final = Template(
    "accounts.recovery",
    1,
    gettext_noop("A new way in to your account"),
    gettext_noop(
        "An officer has begun to give you a new way in to your account, because somebody said that"
        " you have lost yours. A second officer must confirm it, at the earliest a day after this"
        " was sent by mail, or seven days after it was posted. Then your passkeys, apps, logins"
        " and tokens end, and you get a new code.\n\nIf you did not ask for this, stop it"
        " here:\n{link}\n\nOr go to your branch, or to the one above."
    ),
    {"link": Field.LINK},
    firm=True,
)
BEGUN_ELSEWHERE: Final = Template(
    "accounts.recovery_elsewhere",
    1,
    gettext_noop("A new way in to your account"),
    gettext_noop(
        "An officer has begun to give you a new way in to your account. A second officer must"
        " confirm it. Then your passkeys, apps, logins and tokens end, and you get a new code.\n\n"
        "This has been your address for less than thirty days, so it cannot stop that alone. If you"
        " did not ask for it, use the message that went to your former address, or go to your"
        " branch, or to the one above."
    ),
    {},
    firm=True,
)
CODE_ISSUED: Final = Template(
    "accounts.code_issued",
    1,
    gettext_noop("A code for your account"),
    gettext_noop(
        "A code that opens your account was given out {channel}, by: {officer}.\n\nIf it does not"
        " reach you, or if you know nothing of it, somebody else may have it. Then tell the branch"
        " above yours at once."
    ),
    {"channel": Field.LINE, "officer": Field.LINE},
    firm=True,
)
_WAYS: Final = {
    Channel.LETTER: gettext_noop("by letter"),
    Channel.MAIL: gettext_noop("by e-mail"),
    Channel.IN_PERSON: gettext_noop("in person"),
}


@dataclass(frozen=True, slots=True)
class Officers:
    """By which mandates or appointments somebody acts here, and for which branch."""

    bases: tuple[str, ...] = ()
    branch: str = ""

    def __str__(self) -> str:
        """Return them as readers know them."""
        names = wired().names_of(set(self.bases))
        return "; ".join(names[one] for one in self.bases if one in names)


def tell_begun(person: Person, word: str, by: Officers, now: datetime) -> UUID:
    """Tell a person that a recovery was begun; return the message that brings the means to stop it.

    That goes where the person was reached thirty days ago: by letter, if that was nowhere. Without
    a mail server everything goes by letter.
    """
    link = settings.PUBLIC_ADDRESS + reverse("stop_recovery", args=[word])
    former = [one.address for one in lately_replaced(person, now)]
    trusted, *others = [*former, person.email]
    notices = [
        _notice(BEGUN, person, trusted, by, link=link),
        *(_notice(BEGUN_ELSEWHERE, person, one, by) for one in _others(trusted, others)),
    ]
    return write_notices(notices, now)[0]


def tell_of_code(
    person: Person, channel: Channel, by: Officers, now: datetime, addresses: Sequence[str]
) -> None:
    """Tell a person that a code was given out, at every address that is known.

    Somebody of whom neither an e-mail nor a postal address is known cannot be told.
    """
    usable = addresses if settings.MAIL_SERVER else ()
    known = list(dict.fromkeys(one for one in usable if one))
    if not known and person.postal_address.strip():
        known = [""]
    with override(known_language(person.language)):
        way = translate(_WAYS[channel])
    said = {"channel": way, "officer": str(by)}
    write_notices([_notice(CODE_ISSUED, person, one, by, **said) for one in known], now)


def addresses_of(person: Person, now: datetime) -> tuple[str, ...]:
    """Return the present address, and those of up to thirty days ago."""
    return person.email, *(one.address for one in lately_replaced(person, now))


def _others(trusted: str, others: Sequence[str]) -> list[str]:
    return [one for one in dict.fromkeys(others) if one not in {trusted, ""}]


def _notice(template: Template, person: Person, address: str, by: Officers, **said: str) -> Notice:
    at = address if settings.MAIL_SERVER else ""
    recipient = Recipient(person.pk, at, person.language, person.name)
    return Notice(template, recipient, said, branch=by.branch, done_by=by.bases)
