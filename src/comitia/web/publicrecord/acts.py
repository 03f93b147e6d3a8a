"""The handlers of acts on the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comitia.record.kinds.publicrecord import EraseDisclosures, RotateKey
from comitia.web.accounts.models import Person
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.publicrecord.erasing import forget
from comitia.web.register.models import Membership


def _erase(context: ActContext) -> Outcome:
    """Delete all that identifies the person, with the entry that says so."""
    if context.person is None:
        raise ValueError("somebody is erased")
    forget(Person.objects.get(pk=context.person), context.at)
    Membership.objects.filter(pk=context.aggregate).update(entry=context.name, paid_up_to=None)
    return NOTHING_MORE


def _rotate(context: ActContext) -> Outcome:  # noqa: ARG001 - a handler is given one
    """Write nothing: which key is in force, the entries say."""
    return NOTHING_MORE


HANDLERS: Final[Mapping[type[Any], Handler]] = {EraseDisclosures: _erase, RotateKey: _rotate}
