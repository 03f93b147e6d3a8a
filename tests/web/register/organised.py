"""The tests' organisation with two keepers of registers who hold nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.test import Client

from comitia.web.acts import clock
from tests.web.founded import SECRETARY, Founded, write_document


@contextmanager
def with_keepers(above: str = "Lea", rules: Mapping[str, Any] | None = None) -> Iterator[Founded]:
    """Found it: Kit keeps the register of Mill, Lea that of all branches, Max nothing.

    above: who keeps that of all branches, if not Lea. rules: values other than the preset's.
    """
    world = Founded()
    with clock.showing(lambda: world.now):
        write_document(world, rules)
        world.list_member("Kit Lane", "Mill", email="kit@example.org")
        world.list_member("Lea Park", "Port", email="lea@example.org")
        world.list_member("Max Ivory", "Mill", email="max@example.org")
        world.list_mandate(SECRETARY, "Kit", "Mill")
        world.list_mandate(SECRETARY, above, "All")
        world.found()
        yield world


def browser_of(world: Founded, name: str) -> Client:
    """Return the browser of somebody who is logged in."""
    client = Client()
    client.force_login(world.people[name])
    return client
