"""The handler of acts on the rule book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comitia.record.canonical import canonical_bytes
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.rulebook.models import Announcement, Version


def _adopt(context: ActContext) -> Outcome:
    act: AdoptRuleBook = context.act
    rules = canonical_bytes(dict(act.rules)).decode()
    Announcement.objects.filter(rules=rules, in_force_from=act.in_force_from).delete()
    Version.objects.create(
        number=act.number,
        in_force_from=act.in_force_from,
        preset=act.preset,
        rules=rules,
        adopted_at=context.at,
        entry_id=context.name,
    )
    return NOTHING_MORE


HANDLERS: Final[Mapping[type[Any], Handler]] = {AdoptRuleBook: _adopt}
