from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.formats import decisions_file
from comitia.counting.formats.decisions_file import LONGEST_WORDS, parse_decisions
from comitia.counting.lots import Decision
from comitia.errors import MalformedRecord
from tests.counting.profiles import example_in

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = (DOCS / "how-to/count-papers.md", DOCS / "reference/constraints-and-decisions.md")
FOUND = {"constraints-and-decisions": 1, "count-papers": 1}
NAMES = ("Ada", "Bo", "Cy", 'D "x" É')


def entry(**changed: object) -> dict[str, object]:
    return {"between": ["Ada", "Bo"], "decided": "Bo", "how": "a coin"} | changed


def refusal(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(MalformedRecord) as refused:
        parse_decisions(data, NAMES)
    return str(refused.value)


def test_the_documented_example_is_read() -> None:
    expected = Decision(frozenset({1, 2}), 2, "drawn by the returning officer on 3 May")

    assert parse_decisions(example_in(decisions_file).encode(), NAMES) == (expected,)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_in_the_documents_are_read(page: Path) -> None:
    blocks = re.findall(r"^```json\n(\[.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)

    assert [len(parse_decisions(block.encode(), NAMES)) for block in blocks] == [FOUND[page.stem]]


def test_no_decisions_are_an_empty_list() -> None:
    assert parse_decisions(b"\xef\xbb\xbf[]\r\n", NAMES) == ()


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(range(1, 5)), min_size=2, unique=True),
            st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20),
        ).filter(lambda pair: pair[1].strip()),
        max_size=4,
    )
)
def test_what_is_written_is_read(ties: list[tuple[list[int], str]]) -> None:
    written = [
        entry(between=[NAMES[n - 1] for n in tied], decided=NAMES[tied[0] - 1], how=how)
        for tied, how in ties
    ]
    expected = tuple(Decision(frozenset(tied), tied[0], how) for tied, how in ties)

    assert parse_decisions(json.dumps(written).encode(), NAMES) == expected
    assert parse_decisions(json.dumps(written, ensure_ascii=False).encode(), NAMES) == expected


@pytest.mark.parametrize(
    "value, said",
    [
        ({}, "decisions: expected a list of decisions, found an object"),
        ([3], "tie 1: expected an object with between, decided, how, found a number"),
        ([entry(), {}], "tie 2: the field 'between' is missing"),
        ([entry(why="x")], "tie 1: the field 'why' is not known, only between, decided, how"),
        ([entry(between="Ada")], "tie 1, between: expected a list of candidates' names, found the"),
        ([entry(between=["Ada"])], "tie 1, between: expected at least two candidates, found 1"),
        ([entry(between=["Ada", "Ada"])], "tie 1, between: 'Ada' stands there twice"),
        (
            [entry(between=["Ada", "Zoe"])],
            "tie 1, between: no candidate is called 'Zoe'; names are",
        ),
        ([entry(between=["Ada", None])], "tie 1, between: expected a candidate's name, found null"),
        ([entry(decided="Cy")], "tie 1, decided: expected one of the candidates who are tied"),
        ([entry(decided=True)], "tie 1, decided: expected a candidate's name, found true"),
        ([entry(how=" ")], "tie 1, how: expected a text, found an empty one"),
        ([entry(how=["x"])], "tie 1, how: expected a text, found a list"),
        ([entry(how="a\nb")], "tie 1, how: the character U+000A has no place in a text"),
        ([entry(how="\ud800")], "tie 1, how: the character U+D800 has no place in a text"),
        ([entry(how="x" * (LONGEST_WORDS + 1))], "tie 1, how: the text has 1001 characters; at"),
    ],
    ids=range(16),
)
def test_each_refusal_names_the_tie_and_the_field(value: object, said: str) -> None:
    assert refusal(value).startswith(said)


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "decisions, line 1: expected JSON, and it breaks off at column 1"),
        (b"[\n{]", "decisions, line 2: expected JSON, and it breaks off at column 2"),
        (b'[{"how":"a","how":"b"}]', "decisions: the name 'how' stands twice in one object"),
        (b"[1.5]", "decisions: expected whole numbers only, found '1.5'"),
        (b"[NaN]", "decisions: expected whole numbers only, found 'NaN'"),
        (b"[" + b"9" * 5000 + b"]", "decisions: a number has more than 9 digits"),
        (b"[" * 200_000, "decisions: lists or objects are nested too deeply"),
        (b"\xff", "decisions, line 1: the byte 0xFF is not UTF-8 text"),
        (b'["\x00"]', "decisions, line 1: the control character U+0000"),
    ],
    ids=range(9),
)
def test_what_is_no_json_is_refused_with_its_place(data: bytes, said: str) -> None:
    assert refusal(data).startswith(said)
