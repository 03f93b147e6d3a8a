"""The page on counting rules says of each what the program says of itself."""

from __future__ import annotations

import json
import re
import textwrap
from hashlib import sha256
from pathlib import Path

import pytest

from comitia.cli import main
from comitia.counting.count import Rule
from comitia.counting.lots import Lots
from comitia.counting.profile import GradedProfile, Profile, TalliedProfile
from comitia.counting.rules import RULES

DOCS = Path(__file__).parents[2] / "docs"
KINDS = {Profile: "rankings", GradedProfile: "grades or points", TalliedProfile: "sums"}


def section_of(rule: Rule) -> str:
    """Return what the page has to say of a rule."""
    decimals = "fractions" if rule.decimals is None else f"{rule.decimals} decimals"
    facts = [
        f"Version {rule.version}",
        f"counts {' and '.join(KINDS[kind] for kind in rule.takes)}",
        f"figures in {decimals}" if rule.decimals != 0 else "whole figures",
        *(["one seat unless the file says another number"] if rule.single else []),
        *(["takes constraints"] if rule.constrained else []),
    ]
    paragraphs = (rule.explanation, f"{'; '.join(facts)}. Text: {rule.source}.")
    told = [textwrap.fill(one, 100, break_on_hyphens=False) for one in paragraphs]
    return "\n\n".join([f"## `{rule.name}`: {rule.title}", *told])


def page() -> str:
    return (DOCS / "reference" / "counting-rules.md").read_text(encoding="utf-8")


def test_every_rule_is_on_the_page_in_its_own_words() -> None:
    parts = re.split(r"\n\n(?=## )", page().rstrip("\n"))
    expected = [section_of(rule) for _, rule in sorted(RULES.items())]
    assert [part for part in parts if part.startswith("## `")] == expected


def test_lots_are_drawn_as_the_page_says() -> None:
    """The example under "Lots", recomputed by the program and by hashlib alone."""
    example = re.search(r"seed `(.+?)`, draw (\d+), between candidates ([\d, ]+)", page())
    drawn = re.search(r"candidate (\d+) is drawn", page())
    assert example is not None
    assert drawn is not None
    seed, number = example[1], int(example[2])
    between = [int(text) for text in example[3].split(",")]
    hashes = {n: sha256(f"comitia-lot-1|{number}|{n}|{seed}".encode()).hexdigest() for n in between}
    for n, shown in re.findall(r"^\| (\d+) \| `([0-9a-f]{64})` \|$", page(), re.MULTILINE):
        assert hashes.pop(int(n)) == shown
    assert hashes == {}
    assert Lots(seed).draw(between).candidate == int(drawn[1])


def test_the_sheet_on_its_page_is_the_one_that_the_command_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (DOCS / "reference" / "count-sheet.md").read_text(encoding="utf-8")
    blt = re.search(r"```\n(2 1\n.*?)```", text, re.DOTALL)
    shown = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    asked = re.search(r"^comitia count (.*) --json$", text, re.MULTILINE)
    assert blt is not None
    assert shown is not None
    assert asked is not None
    (tmp_path / "papers.blt").write_text(blt[1], encoding="utf-8")
    words = asked[1].replace("papers.blt", str(tmp_path / "papers.blt")).split()
    assert main(["count", *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(shown[1])
