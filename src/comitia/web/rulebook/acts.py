"""The handlers of acts on the rule book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comitia.record.canonical import canonical_bytes
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.rulebook.models import Announcement, Version
from comitia.web.rulebook.notifying import begin_telling, take_back


def _announce(context: ActContext) -> Outcome:
    act: AnnounceRuleBook = context.act
    Announcement.objects.create(
        entry_id=context.name,
        announced_on=context.day,
        in_force_from=act.in_force_from,
        preset=act.preset,
        rules=canonical_bytes(dict(act.rules)).decode(),
    )
    begin_telling(context.name, context.at)
    return NOTHING_MORE


def _withdraw(context: ActContext) -> Outcome:
    act: WithdrawAnnouncement = context.act
    _end(act.announced, context)
    take_back(act.announced, context.name, context.at)
    return NOTHING_MORE


def _adopt(context: ActContext) -> Outcome:
    act: AdoptRuleBook = context.act
    if act.announced is not None:
        _end(act.announced, context)
    Version.objects.create(
        number=act.number,
        in_force_from=act.in_force_from,
        preset=act.preset,
        rules=canonical_bytes(dict(act.rules)).decode(),
        adopted_at=context.at,
        entry_id=context.name,
    )
    if not context.is_founding:
        begin_telling(context.name, context.at)
    return NOTHING_MORE


def _end(announced: EntryHash, context: ActContext) -> None:
    Announcement.objects.filter(entry__hash=announced).update(ended_by=context.name)


HANDLERS: Final[Mapping[type[Any], Handler]] = {
    AnnounceRuleBook: _announce,
    WithdrawAnnouncement: _withdraw,
    AdoptRuleBook: _adopt,
}
