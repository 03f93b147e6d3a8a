"""A draft's file: whatever was typed is kept, and whatever else is sent is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.register.founding.checking import check_draft
from comitia.web.register.founding.draft import (
    LARGEST_BYTES,
    LONGEST_CELL,
    TABLES,
    Draft,
    OrganisationCells,
    columns_of,
    draft_bytes,
    parse_draft,
)
from tests.web.drafted import DRAFT, TODAY

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS: dict[str, Any] = {
    table: st.lists(st.builds(row, *([CELLS] * len(row.__dataclass_fields__))), max_size=3).map(
        tuple
    )
    for table, row in TABLES.items()
}
ORGANISATIONS = st.builds(OrganisationCells, CELLS, CELLS, CELLS, CELLS)
DRAFTS = st.builds(Draft, ORGANISATIONS, CELLS, st.just(DRAFT.rules), **ROWS)


def problem_of(value: Any) -> tuple[str, str]:  # noqa: ANN401 - any JSON
    with pytest.raises(MalformedRecord) as caught:
        parse_draft(json.dumps(value).encode())
    return caught.value.where, caught.value.problem


def changed(**fields: Any) -> Any:  # noqa: ANN401 - any JSON
    return {**json.loads(draft_bytes(DRAFT)), **fields}


@given(DRAFTS)
def test_a_draft_in_any_state_comes_back_as_it_was_saved(draft: Draft) -> None:
    assert parse_draft(draft_bytes(draft)) == draft


@given(DRAFTS)
def test_drafts_have_one_hash_only_if_they_are_the_same(draft: Draft) -> None:
    assert (draft.hash == DRAFT.hash) == (draft == DRAFT)


def test_the_order_of_names_in_a_file_changes_nothing() -> None:
    value = json.loads(draft_bytes(DRAFT))
    turned = dict(reversed(value.items()))
    assert parse_draft(json.dumps(turned, indent=2).encode()) == DRAFT


@given(
    st.binary()
    | st.recursive(st.none() | st.integers() | CELLS, st.lists).map(repr).map(str.encode)
)
def test_any_bytes_are_a_draft_or_refused(data: bytes) -> None:
    with pytest.raises(MalformedRecord):
        parse_draft(data)


@given(st.data())
def test_any_part_of_a_file_can_be_anything(data: st.DataObject) -> None:
    value = json.loads(draft_bytes(DRAFT))
    key = data.draw(st.sampled_from(sorted(value)))
    value[key] = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | CELLS,
            lambda inner: st.lists(inner) | st.dictionaries(CELLS, inner),
        )
    )
    try:
        draft = parse_draft(json.dumps(value).encode())
    except MalformedRecord:
        return
    assert parse_draft(draft_bytes(draft)) == draft


@pytest.mark.parametrize(
    "fields, where",
    [
        ({"format": "another"}, "draft"),
        ({"version": 2}, "draft"),
        ({"more": 1}, "draft"),
        ({"rule_book": {"preset": "x"}}, "draft.rule_book"),
        ({"rule_book": {"preset": 1, "rules": {}}}, "draft.rule_book.preset"),
        ({"rule_book": {"preset": "", "rules": {"no.rule": 1}}}, "draft.rule_book.rules"),
        ({"organisation": {"name": None}}, "draft.organisation.name"),
        ({"organisation": []}, "draft.organisation"),
        ({"branches": {}}, "draft.branches"),
        ({"branches": [{"colour": "red"}]}, "draft.branches[0]"),
        ({"members": [{}, {"name": "x" * (LONGEST_CELL + 1)}]}, "draft.members[1].name"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(
    fields: dict[str, Any], where: str
) -> None:
    assert problem_of(changed(**fields))[0] == where


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(MalformedRecord, match="are allowed"):
        parse_draft(b" " * (LARGEST_BYTES + 1))


def test_no_more_rows_are_read_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.web.register.founding.draft.MOST_ROWS", 3)
    assert problem_of(changed())[1] == "expected a list of at most 3 rows"


def test_the_documented_example_is_a_draft_without_a_wrong_cell() -> None:
    """But for its rule book, of which it shows two rules."""
    text = Path("docs/reference/founding-draft.md").read_text(encoding="utf-8")
    found = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert found is not None
    draft = parse_draft(found[1].encode())
    assert {one.table for one in check_draft(draft, TODAY).faults} == {"rules"}


def test_every_cell_is_documented() -> None:
    text = Path("docs/reference/founding-draft.md").read_text(encoding="utf-8")
    for table in TABLES:
        for name in columns_of(table):
            assert f"`{name}`" in text, name
