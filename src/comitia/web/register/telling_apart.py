"""Whether somebody is there already: what an officer is told of people who are alike.

The question is asked of the whole organisation, with any name that somebody types in. So of those
whom the officer may not see nothing is told but that there is somebody, one or several: neither
where nor what they are, nor what makes them alike, nor anything by which they could be looked up.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.utils.crypto import salted_hmac

from comitia.web.register.access import Officer
from comitia.web.register.finding import Alike

_SALT: Final = "comitia.register.telling_apart"


@dataclass(frozen=True, slots=True)
class ShownAlike:
    """Somebody who is alike, or everybody whom the officer may not see.

    id: what the form sends back once they are told apart; of those not seen it says nothing, and
    is another one in every form.
    """

    id: str
    name: str = ""
    branch: str = ""
    standing: str = ""
    reasons: tuple[str, ...] = ()
    is_visible: bool = False


def shown(alike: Collection[Alike], officer: Officer, asked: str) -> tuple[ShownAlike, ...]:
    """Return what an officer is told. asked: about whom; the form belongs to this question."""
    ids = [one.membership.pk for one in alike]
    visible = set(officer.memberships().filter(pk__in=ids).values_list("pk", flat=True))
    visible |= set(officer.applications().filter(pk__in=ids).values_list("pk", flat=True))
    known = [_known(one) for one in alike if one.membership.pk in visible]
    others = sorted(set(ids) - visible)
    if not others:
        return tuple(known)
    mark = salted_hmac(_SALT, "\0".join([asked, *others]), algorithm="sha256").hexdigest()
    return *known, ShownAlike(mark)


def _known(one: Alike) -> ShownAlike:
    row = one.membership
    reasons = tuple(sorted(one.reasons))
    return ShownAlike(
        row.pk, row.person.name, row.branch.name, row.standing, reasons, is_visible=True
    )


def is_told_apart(posted: Collection[str], alike: Collection[ShownAlike]) -> bool:
    """Whether somebody has said, of every one who is alike, that it is another person."""
    return {one.id for one in alike} <= set(posted)
