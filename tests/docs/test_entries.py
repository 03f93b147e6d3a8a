"""The page on entries says what the program does: its example, and every kind."""

from __future__ import annotations

import re
from pathlib import Path

from comitia.record.checks import Check
from comitia.record.commitments import Disclosure
from comitia.record.entries import entry_hash, parse_entry
from comitia.record.kinds import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "entries.md").read_text(encoding="utf-8")


def test_the_example_is_an_entry_with_this_name_and_disclosure() -> None:
    content = re.findall(r"```json\n(.*)\n```", PAGE)[0].encode()
    assert re.findall(r"```\n([0-9a-f]{64})\n```", PAGE) == [entry_hash(content)]
    key, value = re.findall(r"the key\n`([0-9a-f]{64})` and the value `\"(.*)\"`", PAGE)[0]
    entry = parse_entry(content, [Disclosure("name", bytes.fromhex(key), value)])
    assert entry.act.name == value


def test_the_table_has_every_field_of_every_kind_and_no_other() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| `[a-z_.]+/\d+`", line)]
    expected = []
    for kind in KINDS.values():
        for field in kind.fields:
            name = f"`{field.name}`{'?' if field.is_optional else ''}"
            seen = field.visibility.value
            expected.append(
                f"| `{kind.title}` | {kind.aggregate} | {name} | {seen} | {field.about} |"
            )
        if not kind.fields:
            expected.append(f"| `{kind.title}` | {kind.aggregate} | | | |")
    assert sorted(rows) == sorted(expected)


def test_every_check_of_entries_is_told_with_its_title() -> None:
    told = re.findall(r"^\| `(record\.[a-z]+)` \| (.*) \|$", PAGE, re.MULTILINE)
    of_entries = [Check.ENTRY, Check.FOUNDING, Check.ORDER, Check.RULES, Check.RIGHT]
    assert told == [(one.id, one.title) for one in [*of_entries, Check.STANDING, Check.BALANCE]]
