"""Elections at the stations of their way, made once; a test works in a copy of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.election.parties import World

Stations = Callable[[str], World]


@pytest.fixture(scope="session")
def stations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """Give an election with the server's key and 2 of 3 trustees, at every station."""
    world = World(tmp_path_factory.mktemp("making"))
    found: dict[str, World] = {}

    def keep(name: str) -> None:
        found[name] = world.copy(tmp_path_factory.mktemp(name))

    world.issue()
    world.make_server_key()
    world.make_certificates()
    keep("certificates")
    world.make_polynomials()
    keep("polynomials")
    world.confirm()
    keep("confirmed")
    world.finish()
    keep("keys")
    world.set_up()
    keep("open")
    world.rehearse()
    keep("rehearsed")
    world.vote()
    keep("voted")
    world.close()
    keep("closed")
    world.decrypt("server", "ann", "ben")
    keep("decrypted")
    world.collect("server", "ann", "ben")
    keep("collected")
    return found


@pytest.fixture
def at(stations: dict[str, World], tmp_path: Path) -> Stations:
    """Give a copy of the election at a station, for this test alone."""

    def copy(station: str) -> World:
        return stations[station].copy(tmp_path / station)

    return copy
