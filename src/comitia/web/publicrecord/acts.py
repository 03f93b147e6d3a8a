"""The handlers of acts on the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.errors import RuleViolation
from comitia.record.kinds.publicrecord import EraseDisclosures, RotateKey
from comitia.web.accounts.models import Person
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.publicrecord.erasing import forget
from comitia.web.publicrecord.keeping import NEXT_FILE_NAME, read_record_key
from comitia.web.register.models import Membership

KEY_NOT_READY: Final = "record.key_not_ready"
REFUSALS: Final[Mapping[str, Promise]] = {
    KEY_NOT_READY: gettext_lazy(
        "This is not the key that lies ready where the application runs. Have one made there, and"
        " name exactly that one."
    )
}


def _erase(context: ActContext) -> Outcome:
    """Delete all that identifies the person, with the entry that says so."""
    if context.person is None:
        raise ValueError("somebody is erased")
    forget(Person.objects.get(pk=context.person), context.at)
    Membership.objects.filter(pk=context.aggregate).update(entry=context.name, paid_up_to=None)
    return NOTHING_MORE


def _rotate(context: ActContext) -> Outcome:
    """Write nothing: which key is in force, the entries say.

    Raises RuleViolation where another key lies ready than the act names, or none: nobody could
    sign the record any more.
    """
    key = read_record_key(settings.DATA, NEXT_FILE_NAME)
    ready = None if key is None else key.verifier.text
    if ready != context.act.key:
        raise RuleViolation(KEY_NOT_READY, NEXT_FILE_NAME, context.act.key, ready or "none")
    return NOTHING_MORE


HANDLERS: Final[Mapping[type[Any], Handler]] = {EraseDisclosures: _erase, RotateKey: _rotate}
