"""A program that acts in COMITIA_DATA, as a worker would: ``found``, ``plant``, ``erase``, ``act``.

``plant`` has somebody join and leave, with words in every place that takes any; ``erase`` erases
that person. All words hold ``CANARY``.
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any, Final

import django

CANARY: Final = "Zaunkoenigin"


def run(*steps: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.real_settings"
    django.setup()
    from tests.web.founded import FOUNDED, Founded, an_organisation  # noqa: PLC0415 - Django first

    with an_organisation() if "found" in steps else _later(FOUNDED + timedelta(days=30)) as world:
        if isinstance(world, Founded):
            _admit(world)
            if "plant" in steps:
                _plant(world)
    if "erase" in steps:
        with _later(FOUNDED + timedelta(days=30)):
            _erase()
    if "act" in steps:
        with _later(FOUNDED + timedelta(days=31)):
            _act()


def _later(at: datetime) -> AbstractContextManager[None]:
    from comitia.web.acts import clock  # noqa: PLC0415 - Django comes first

    return clock.showing(lambda: at)


def _admit(world: Any) -> None:  # noqa: ANN401 - a Founded, which needs Django set up
    from comitia.record.kinds.register import AdmitMember  # noqa: PLC0415 - Django comes first

    own = world.apply("Eve")
    world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")


def _plant(world: Any) -> None:  # noqa: ANN401 - as above
    from comitia.record.kinds.organisation import MakeAppointment  # noqa: PLC0415
    from comitia.record.kinds.register import AdmitMember, LeaveMembership  # noqa: PLC0415
    from comitia.record.kinds.values import Text  # noqa: PLC0415 - as above
    from comitia.web.acts.performing import new_identifier  # noqa: PLC0415 - as above
    from tests.web.founded import SECRETARY  # noqa: PLC0415 - as above
    from tests.web.publicrecord.planting import plant  # noqa: PLC0415 - as above

    deputy = MakeAppointment(
        organ=SECRETARY,
        holder=world.memberships["Cat"],
        since=world.now.date(),
        until=date(2026, 12, 31),
        reason=Text("Two keepers must act together"),
    )
    world.do(deputy, new_identifier(), "Ben", branch="All")
    person = world.person(
        f"Fay {CANARY}",
        email=f"{CANARY.lower()}@example.org",
        postal_address=f"{CANARY} 1",
        birth_date="1990-01-02",
    )
    own = world.apply("Fay")
    day = world.now.date()
    world.do(AdmitMember(since=day), own, "Ada", person="Fay")
    world.do(LeaveMembership(last_day=day), own, "Fay", person="Fay")
    plant(person, CANARY, world.now)


def _erase() -> None:
    from comitia.web.accounts.models import Person  # noqa: PLC0415 - Django comes first
    from comitia.web.acts.performing import perform  # noqa: PLC0415 - as above
    from comitia.web.publicrecord.erasing import asked_for  # noqa: PLC0415 - as above
    from comitia.web.register.models import Membership  # noqa: PLC0415 - as above

    keepers = [Person.objects.get(name=name).pk for name in ("Ben Hill", "Cat Moss")]
    perform(asked_for(Membership.objects.get(person__name__contains=CANARY), keepers))


def _act() -> None:
    from comitia.record.kinds.register import LeaveMembership  # noqa: PLC0415 - Django comes first
    from comitia.record.kinds.values import Identifier  # noqa: PLC0415 - as above
    from comitia.web.acts import clock  # noqa: PLC0415 - as above
    from comitia.web.acts.performing import Asked, perform  # noqa: PLC0415 - as above
    from comitia.web.register.models import Membership  # noqa: PLC0415 - as above

    own = Membership.objects.get(person__name="Eve")
    act = LeaveMembership(last_day=clock.now().date())
    who = own.person_id
    perform(Asked(act, Identifier(own.pk), Identifier(own.branch_id), (who,), who))


if __name__ == "__main__":
    run(*sys.argv[1:])
