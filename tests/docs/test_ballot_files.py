"""The examples of docs/reference/ballot-files.md are files as the program reads and writes them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from comitia.counting.count import Options, run
from comitia.counting.formats import read_profile, read_rankings
from comitia.counting.formats.abif import parse_abif, write_abif
from comitia.counting.formats.blt import parse_blt, write_blt
from comitia.counting.formats.debian import MOST_OPTIONS
from comitia.counting.formats.preflib import write_preflib
from comitia.counting.formats.reading import (
    MAX_BYTES,
    MAX_CANDIDATES,
    MAX_DIGITS,
    MAX_GRADES,
)
from comitia.counting.formats.table_csv import write_table_csv
from comitia.counting.profile import (
    Candidate,
    GradedPaper,
    GradedProfile,
    Paper,
    Profile,
)
from comitia.counting.rules import RULES

PAGE: Final = (
    Path(__file__).resolve().parents[2] / "docs" / "reference" / "ballot-files.md"
).read_text(encoding="utf-8")
TITLE: Final = "Chair of the allotments"
NAMED: Final = tuple(map(Candidate, ("Ann", "Bob", "Cat")))
PAPERS: Final = (
    Paper(2, ((2,), (1,), (3,))),
    Paper(1, ((3,),)),
    Paper(1, ((1,), (2,))),
)
CHAIR: Final = Profile(TITLE, 1, NAMED, PAPERS)


def blocks_of(heading: str) -> list[str]:
    """Return the contents of the fenced blocks of a section."""
    section = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    (text,) = (one for one in section if one.startswith(f"{heading}\n"))
    return re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


FORMATS: Final = ("BLT", "Council CSV", "PrefLib", "ABIF", "Debian's tally sheet")


@pytest.mark.parametrize("heading", FORMATS)
def test_every_format_shows_the_same_four_papers(heading: str) -> None:
    profile = read_rankings(blocks_of(heading)[0].encode(), heading)
    single = [paper.ranking for paper in profile.papers for _ in range(paper.count)]
    assert single == [paper.ranking for paper in PAPERS for _ in range(paper.count)]
    assert profile.display_names() == ("Ann", "Bob", "Cat")
    assert profile.seats == (1 if heading in {"BLT", "Council CSV"} else 0)


def test_the_dialects_of_blt_say_the_same() -> None:
    plain, dialect = blocks_of("BLT")
    assert parse_blt(plain, "plain") == CHAIR
    apart = (Paper(1, PAPERS[0].ranking), Paper(1, PAPERS[0].ranking), *PAPERS[1:])
    assert parse_blt(dialect, "dialect") == replace(CHAIR, papers=apart)


@pytest.mark.parametrize(
    "lines, profile",
    [
        ("-2\n2 1 0", replace(CHAIR, papers=(Paper(2, ((1,),)),), withdrawn=frozenset({2}))),
        (
            "[withdrawn 2]\n2 1 0",
            replace(CHAIR, papers=(Paper(2, ((1,),)),), withdrawn=frozenset({2})),
        ),
        ("2 1=3 0", replace(CHAIR, papers=(Paper(2, ((1, 3),)),))),
        ("2 1 - 3 0", replace(CHAIR, papers=(Paper(2, ((1,), (), (3,))),))),
        ("(A-17) 1 2 1 0", replace(CHAIR, papers=(Paper(1, ((2,), (1,))),))),
        ("2.0 1 3 0", replace(CHAIR, papers=(Paper(2, ((1,), (3,))),))),
        ("[nick ann bob cat]\n2 bob ann cat 0", replace(CHAIR, papers=PAPERS[:1])),
        ("[tie 3 1 2]\n2 2 1 3 0", replace(CHAIR, papers=PAPERS[:1])),
    ],
)
def test_each_addition_to_blt_means_what_the_table_says(lines: str, profile: Profile) -> None:
    addition, *_ = lines.split("\n")
    assert f"`{addition}`" in PAGE
    file = f'3 1\n{lines}\n0\n"Ann" "Bob" "Cat"\n"{TITLE}"\n'
    assert parse_blt(file, "file") == profile


def test_grades_and_points_are_read() -> None:
    grades = (GradedPaper(3, (1, 0, 1)), GradedPaper(1, (0, None, 0)))
    categories = GradedProfile(TITLE, 0, NAMED, grades, ("Good", "Poor"))
    assert read_profile(blocks_of("PrefLib")[1].encode(), "cat") == categories
    points = (GradedPaper(3, (2, 5, 0)), GradedPaper(1, (4, 1, None)))
    assert parse_abif(blocks_of("ABIF")[1], "abif") == GradedProfile("", 0, NAMED, points, most=5)


def test_what_is_written_is_what_the_page_shows() -> None:
    assert write_blt(CHAIR) == blocks_of("BLT")[0]
    written = write_preflib(CHAIR, name="chair.soi", date="2024-05-01")
    assert written == blocks_of("PrefLib")[0]
    tokens = write_abif(CHAIR).replace("c1", "ann").replace("c2", "bob").replace("c3", "cat")
    assert tokens == blocks_of("ABIF")[0].replace(" > ", ">")


def test_the_stage_table_is_that_of_the_example() -> None:
    sheet = run(RULES["scottish-stv"], CHAIR, Options(seed="1"))
    assert write_table_csv(sheet) == blocks_of("The stage table in CSV")[0]


def test_the_limits_are_the_program_s() -> None:
    assert f"At most {MAX_BYTES:,} bytes, {MAX_CANDIDATES:,} candidates" in PAGE
    assert f"numbers up to {10**MAX_DIGITS - 1:,}" in PAGE
    assert f"at most {MAX_GRADES:,} grades" in PAGE
    assert f"most {MOST_OPTIONS} options" in PAGE
