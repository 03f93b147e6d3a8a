"""A founding draft without a fault, to change one thing of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from comitia.law.presets import PRESETS
from comitia.web.register.founding.draft import (
    AdministratorRow,
    BranchRow,
    CaseRow,
    Draft,
    MandateRow,
    MemberRow,
    OrganisationCells,
)

TODAY: Final = date(2026, 1, 5)
LAST: Final = "2027-12-31"


def rules_of(preset: str) -> dict[str, Any]:
    """Return the rules of a preset as JSON values."""
    book = PRESETS[preset].rule_book(TODAY).to_json()
    assert isinstance(book, dict)
    rules = book["rules"]
    assert isinstance(rules, dict)
    return dict(rules)


def member(name: str, branch: str = "Mill", **cells: str) -> MemberRow:
    return MemberRow(name, branch, "member", "2020-03-01", **cells)


DRAFT: Final = Draft(
    OrganisationCells("The Association", "en", "Europe/London", "section"),
    "small-association",
    rules_of("small-association"),
    (
        BranchRow("Mill", "local", "all"),
        BranchRow("All of it", "whole", key="all"),
        BranchRow("Port", "local", "all"),
    ),
    (
        member("Ada Lowe", birth_date="1980-02-29", email="ada@example.org"),
        member("Ben Hill", email="both@example.org", address="1 High Street\nMilltown", key="17"),
        member("Cat Moss", "Port", category="honorary"),
        replace(member("Dan Reed"), standing="expelled"),
    ),
    (
        MandateRow("body:committee", "all", "Ada Lowe", "2025-06-01", "2026-12-31"),
        MandateRow("office:secretary", "Mill", "17", "", LAST),
    ),
    (CaseRow("2025/3", "Mill", "hearing", "2025-11-01"),),
    (
        AdministratorRow("Ada Lowe", "ada@example.org", member="Ada Lowe"),
        AdministratorRow("Zoe Outside", "zoe@example.org", "2026-06-30"),
    ),
)


def with_row(draft: Draft, table: str, row: int, /, **cells: str) -> Draft:
    """Return a draft with other cells in one row; one behind the last adds a row."""
    rows = list(getattr(draft, table))
    if row == len(rows):
        rows.append(type(rows[0])())
    rows[row] = replace(rows[row], **cells)
    changed: dict[str, Any] = {table: tuple(rows)}
    return replace(draft, **changed)
