"""Rows from a spreadsheet: taken as they are, and every cell told what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.register.founding.checking import check_draft
from comitia.web.register.founding.draft import LONGEST_CELL, BranchRow, Draft, MemberRow
from comitia.web.register.founding.tables import (
    LARGEST_BYTES,
    CellState,
    Imported,
    parse_table,
    states_of,
)
from tests.web.drafted import TODAY

NEW, DONE, WARNING, ERROR = CellState


@pytest.mark.parametrize(
    "text",
    [
        "name,level,above\nMill,local,All\n",
        "Above;NAME;level\r\nAll;Mill;local\r\n",
        "level\tname\tabove\nlocal\t Mill\tAll",
        '\ufeffname,level,above\n"Mill",local,"All"\n,,\n\n',
    ],
)
def test_columns_stand_in_any_order_and_are_separated_in_any_way(text: str) -> None:
    found = Imported((BranchRow("Mill", "local", "All"),), ())
    assert parse_table("branches", text.encode()) == found
    assert parse_table("branches", text.removeprefix("\ufeff").encode("utf-16")) == found


def test_what_a_draft_has_no_column_for_is_said() -> None:
    found = parse_table("members", b"name,shoe size,\nAda Lowe,38,\n")
    assert found == Imported((MemberRow("Ada Lowe"),), ("shoe_size",))


def test_a_short_line_leaves_cells_empty() -> None:
    assert parse_table("branches", b"name,level\nMill").rows == (BranchRow("Mill"),)


@given(st.binary() | st.text().map(lambda text: f"name,level\n{text}".encode()))
def test_any_bytes_are_rows_or_refused(data: bytes) -> None:
    try:
        found = parse_table("branches", data)
    except MalformedRecord:
        return
    assert all(isinstance(row, BranchRow) for row in found.rows)


@pytest.mark.parametrize(
    "data, where",
    [
        (b"", "line 1"),
        (b"level,above\nlocal,All", "line 1"),
        (b"name,name\nA,B", "line 1"),
        (b"name" + b",x" * 100, "line 1"),
        (b"name\nA,B", "line 2"),
        (b'name\n"A', "line 2"),
        (b'name\n"A"B', "line 2"),
        (b"name\n" + b"x" * (LONGEST_CELL + 1), "line 2"),
        (b"name\n" + b"x" * 200_000, "line 2"),
        (b"name\n\xff", "file"),
        (b"\xff\xfen", "file"),
        (b"name\nA\0B", "file"),
        (b" " * (LARGEST_BYTES + 1), "file"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(data: bytes, where: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_table("branches", data)
    assert caught.value.where == where


def test_no_more_rows_are_read_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.web.register.founding.tables.MOST_ROWS", 1)
    with pytest.raises(MalformedRecord, match="line 3: It has more than 1 rows"):
        parse_table("branches", b"name\nA\nB")


def test_every_cell_is_told_what_it_is() -> None:
    before = (MemberRow("Ada", "Mill", "member", "2020-01-01"),)
    rows = (
        MemberRow("Ada", "Mill", "suspended", "2020-01-01"),
        MemberRow("Ada", "Hill", "member", "2020-01-01", key="2"),
    )
    faults = check_draft(Draft(branches=(BranchRow("Port", "local"),), members=rows), TODAY).faults
    assert states_of("members", rows, before, faults) == (
        {"name": DONE, "branch": ERROR, "standing": NEW, "since": DONE},
        {"name": WARNING, "branch": ERROR, "standing": NEW, "since": NEW, "key": NEW},
    )
