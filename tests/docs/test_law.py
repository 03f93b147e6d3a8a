"""The pages on rules and law say what the program says."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from comitia.law.elections.numbers import Ground
from comitia.law.elections.officers import CONFLICTS, Part
from comitia.law.elections.stages import TRANSITIONS as MOVES
from comitia.law.errors import Code
from comitia.law.presets import PRESETS
from comitia.law.reading import FIRST_YEAR, LAST_YEAR
from comitia.law.rights import TABLE
from comitia.law.rulebook import MOST_FAULTS, read_rule_book
from comitia.law.rules import RULES, Rule
from comitia.law.standings import NEEDS_CASE, TRANSITIONS, Standing

REFERENCE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference"
RULES_PAGE: Final = (REFERENCE / "rules.md").read_text(encoding="utf-8")
LAW_PAGE: Final = (REFERENCE / "law.md").read_text(encoding="utf-8")
DAY: Final = date(2026, 1, 1)


def rows_after(page: str, head: str) -> list[list[str]]:
    """Return the rows of the table that has this head."""
    lines = page.split(f"{head}\n", 1)[1].splitlines()[1:]
    end = next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return [line.strip("| ").split(" | ") for line in lines[:end]]


def test_the_table_of_rules_is_the_catalogue() -> None:
    def row(rule: Rule[Any]) -> str:
        told = " / ".join(filter(None, (rule.sentence, rule.otherwise)))
        served = ", ".join(rule.sources)
        return f"| `{rule.key}` | {told} | `{rule.kind.bounds()}` | {served} |"

    table = RULES_PAGE.split("| key | sentence | values | serves |\n")[1].split("\n\n")[0]
    assert table.splitlines()[1:] == [row(rule) for rule in RULES.values()]


def test_every_requirement_that_a_rule_serves_is_explained() -> None:
    explained = [
        row[0] for row in rows_after(RULES_PAGE, "| | requirement | where it comes from |")
    ]
    served = {source for rule in RULES.values() for source in rule.sources}
    assert explained == sorted(served, key=lambda source: int(source[1:]))


def test_the_example_of_a_rule_book_reads_as_it_says() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```$", RULES_PAGE, re.MULTILINE | re.DOTALL)
    (told,) = re.findall(r"^reads\n\n```\n(.*?)^```$", RULES_PAGE, re.MULTILINE | re.DOTALL)
    book = read_rule_book(json.loads(example))
    assert list(book.sentences()) == told.splitlines()
    assert json.dumps(book.to_json()) == json.dumps(json.loads(example))


def test_the_limits_of_a_rule_book_are_the_programs() -> None:
    text = " ".join(RULES_PAGE.split())
    assert f"a date YYYY-MM-DD from {FIRST_YEAR} to {LAST_YEAR}" in text
    assert f"not only the first, up to {MOST_FAULTS}." in text


def test_the_table_of_presets_is_theirs() -> None:
    names = " | ".join(f"`{key}`" for key in PRESETS)
    books = [preset.rule_book(DAY) for preset in PRESETS.values()]
    assert rows_after(RULES_PAGE, f"| key | {names} |") == [
        [f"`{key}`", *(rule.kind.words(book.value(rule), {}) for book in books)]
        for key, rule in RULES.items()
    ]


def test_the_law_behind_the_presets_is_listed_with_what_was_read() -> None:
    assert rows_after(RULES_PAGE, "| preset | rule | law | what it asks | read |") == [
        [
            *(f"`{preset.key}`", f"`{one.setting.key}`", one.basis.text, one.basis.says),
            one.basis.read or "not checked",
        ]
        for preset in PRESETS.values()
        for one in preset.chosen
        if one.basis is not None
    ]


def test_the_table_of_changes_is_the_programs() -> None:
    def named(standings: list[Standing | None]) -> str:
        return ", ".join(f"`{one}`" if one else "none" for one in dict.fromkeys(standings))

    found = rows_after(LAW_PAGE, "| change | from | to | needs a decided case |")
    assert found == [
        [f"`{kind}`", named([*ways]), named([*ways.values()])] + ["yes"] * (kind in NEEDS_CASE)
        for kind, ways in TRANSITIONS.items()
    ]


def test_the_table_of_rights_is_the_programs() -> None:
    assert f"The table, version {TABLE.version}." in LAW_PAGE
    found = rows_after(LAW_PAGE, "| act | in the capacity of | reaches | together |")
    assert found == [
        [f"`{right.act}`", f"`{right.actor}`", right.reach.value, str(right.together)]
        for right in TABLE.rights
    ]


def test_the_stages_of_an_election_are_the_programs() -> None:
    def named(stages: list[str | None]) -> str:
        return ", ".join(f"`{one}`" if one else "none" for one in dict.fromkeys(stages))

    assert rows_after(LAW_PAGE, "| move | from | to |") == [
        [f"`{move}`", named([*ways]), named([*ways.values()])] for move, ways in MOVES.items()
    ]


def test_the_conflicting_parts_of_an_election_are_the_programs() -> None:
    assert rows_after(LAW_PAGE, "| part | and |") == [
        [f"`{one}`", ", ".join(f"`{two}`" for two in Part if frozenset({one, two}) in CONFLICTS)]
        for one in Part
    ]
    assert f"one of these grounds alone: {', '.join(f'`{one}`' for one in Ground)}." in LAW_PAGE


def test_every_code_is_explained() -> None:
    found = [row[0] for row in rows_after(LAW_PAGE, "| code | why |")]
    assert found == [f"`{code}`" for code in Code]
