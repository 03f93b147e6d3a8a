"""The handlers of acts on the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.db import transaction

from comitia.law.errors import Code, RuleViolation
from comitia.record.kinds.publicrecord import EraseDisclosures, RotateKey
from comitia.web.accounts.models import Person
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.publicrecord.erasing import expect_all_named, expect_erasable
from comitia.web.publicrecord.forgetting import destroy_what_is_left, forget
from comitia.web.publicrecord.rotating import expect_ready
from comitia.web.register.models import Membership


def _erase(context: ActContext) -> Outcome:
    """Delete all that identifies the person, with the entry that says so; then the secret."""
    if context.person is None:
        raise RuleViolation(Code.ERASURE_DONE, context.aggregate, "somebody", "nobody any more")
    person = Person.objects.get(pk=context.person)
    expect_erasable(context.aggregate, person, context.state, context.day)
    expect_all_named(context.act, context.aggregate)
    forget(person, context.at)
    Membership.objects.filter(pk=context.aggregate).update(entry=context.name, paid_up_to=None)
    transaction.on_commit(partial(destroy_what_is_left, context.at), robust=True)
    return NOTHING_MORE


def _rotate(context: ActContext) -> Outcome:
    """Write nothing: which key is in force, the entries say."""
    expect_ready(context.act)
    return NOTHING_MORE


HANDLERS: Final[Mapping[type[Any], Handler]] = {EraseDisclosures: _erase, RotateKey: _rotate}
