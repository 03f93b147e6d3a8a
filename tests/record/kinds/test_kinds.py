"""Every kind of act: what must hold of all of them, whatever is added."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from comitia.law.permissions import Act
from comitia.record import kinds
from comitia.record.kinds import KINDS, ActKind, Visibility

ALL = sorted(KINDS.values(), key=lambda kind: kind.title)
each_kind = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.title)

OF_PERSONS = {"name", "birth_date", "address", "reasons", "reason"}
"""Fields that say who somebody is, or why something happened to them."""
NOT_OF_PERSONS = {"branch.create", "branch.rename", "organisation.found"}
"""Acts whose name is that of a branch or of the organisation."""


@each_kind
def test_what_says_something_of_a_person_is_never_open(kind: ActKind) -> None:
    for field in kind.fields:
        if field.name in OF_PERSONS and kind.name not in NOT_OF_PERSONS:
            assert field.visibility is not Visibility.OPEN, field.name


@each_kind
def test_a_kind_is_named_by_its_aggregate_or_room(kind: ActKind) -> None:
    room, _, verb = kind.name.partition(".")
    assert room in {"administrator", "appointment", "branch", "case", "mandate"} | {
        "membership",
        "organisation",
        "person",
        "record",
        "rulebook",
    }
    assert verb.isidentifier()
    assert kind.act.__doc__ is not None
    assert all(field.about[0].islower() for field in kind.fields)


@each_kind
def test_no_act_against_a_person_names_a_second_person(kind: ActKind) -> None:
    """An entry changes one aggregate; a list of memberships would be a measure in bulk."""
    lists = [field.name for field in kind.fields if field.form.schema.get("type") == "array"]
    assert lists == (["entries"] if kind.name == "record.erase" else [])


WITHOUT_A_RIGHT = {"case.declare", "mandate.declare", "membership.declare"}
"""Stated at the founding: nobody has a right to them."""


def test_what_somebody_does_stands_in_the_table_of_rights() -> None:
    assert {name for name, _ in KINDS} - WITHOUT_A_RIGHT <= {act.value for act in Act}


def test_every_module_of_kinds_is_loaded_with_them() -> None:
    """A kind that is not loaded could be written and not be read."""
    folder = Path(kinds.__file__).parent
    declared = {
        node.args[0].value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "act_kind"
        and isinstance(node.args[0], ast.Constant)
    }
    assert declared == {name for name, _ in KINDS}
