"""The handler of the one kind of act that only a founding has here: open cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comitia.record.kinds.cases import DeclareCase
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.register.founding.models import DeclaredCase


def _declare(context: ActContext) -> Outcome:
    act: DeclareCase = context.act
    DeclaredCase.objects.create(
        id=context.aggregate,
        number=act.number,
        branch_id=context.entry.branch or "",
        stage=act.stage,
        since=act.since,
        entry_id=context.name,
    )
    return NOTHING_MORE


HANDLERS: Final[Mapping[type[Any], Handler]] = {DeclareCase: _declare}
