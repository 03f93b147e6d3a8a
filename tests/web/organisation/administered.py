"""The organisation of the tests with a rule book by which three administrators act together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from comitia.web.acts import clock
from tests.web.founded import Founded, write_document


class ByThree(Founded):
    """An organisation whose administrators act by three."""

    def list_book(self, preset: str, other: Mapping[str, Any] | None = None) -> None:
        super().list_book(preset, {"administrators.together": 3, **(other or {})})


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
