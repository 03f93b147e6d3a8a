"""The organisation of the tests with a rule book by which three administrators act together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from comitia.law.presets import PRESETS
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import Text, Values
from comitia.web.acts import clock
from comitia.web.acts.founding import Listed
from comitia.web.acts.performing import new_identifier
from tests.web.founded import FIRST, Founded, write_document


class ByThree(Founded):
    """An organisation whose administrators act by three."""

    def list_book(self, preset: str) -> None:
        values = PRESETS[preset].rule_book(FIRST).to_json()
        assert isinstance(values, dict)
        rules = values["rules"]
        assert isinstance(rules, dict)
        book = Values({**rules, "administrators.together": 3})
        act = AdoptRuleBook(number=1, in_force_from=FIRST, preset=Text(preset), rules=book)
        self.listed.append(Listed(act, new_identifier()))


@contextmanager
def administered_by_three() -> Iterator[Founded]:
    """Found it with four administrators: Ada, Ben, Cat and Dan."""
    world = ByThree()
    with clock.showing(lambda: world.now):
        write_document(world)
        for name in ("Ben", "Dan"):
            world.list_administrator(name, "All")
        world.found()
        yield world
