"""What the rule book says of applications and leavings is refused where it is broken."""

from __future__ import annotations

from datetime import date

import pytest

from comitia.record.entries import Capacity
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    RefuseApplication,
)
from comitia.record.kinds.values import Identifier, Text
from tests.record.founded import (
    CENTRAL,
    COMMITTEE,
    EVE,
    MILL,
    failures_of,
    found,
    listed_under,
)

SELF, HOLDER = Capacity.MEMBERSHIP, Capacity.MANDATE
APPLY = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
ADMIT = AdmitMember(since=date(2026, 2, 1))
REFUSE = RefuseApplication(reasons=Text("No."))


@pytest.mark.parametrize("act", [ADMIT, REFUSE])
@pytest.mark.parametrize(
    "level, decider, failures",
    [
        ("own", COMMITTEE, []),
        ("own", CENTRAL, []),
        ("above", COMMITTEE, [("record.right", "actors")]),
        ("above", CENTRAL, []),
        ("top", COMMITTEE, [("record.right", "actors")]),
        ("top", CENTRAL, []),
    ],
)
def test_an_application_is_decided_at_the_level_of_the_rules(
    act: AdmitMember | RefuseApplication,
    level: str,
    decider: Identifier,
    failures: list[tuple[str, str]],
) -> None:
    record = found(listed_under({"application.level": level}))
    record.act(APPLY, EVE, (SELF, EVE))
    record.act(act, EVE, (HOLDER, decider))
    assert failures_of(record.entries) == failures
