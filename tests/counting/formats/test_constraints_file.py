from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.constraints import Constraint
from comitia.counting.formats import constraints_file
from comitia.counting.formats.constraints_file import LONGEST_NAME, parse_constraints
from comitia.errors import MalformedRecord
from tests.counting.profiles import example_in

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = (DOCS / "how-to/count-papers.md", DOCS / "reference/constraints-and-decisions.md")
FOUND = {"constraints-and-decisions": 2, "count-papers": 1}
NAMES = ("Ada", "Bo", "Cy", "Di")


def groups(value: object, name: str = "Acme") -> dict[str, object]:
    return {"groups": {name: value}}


def refusal(value: object) -> str:
    with pytest.raises(MalformedRecord) as refused:
        parse_constraints(json.dumps(value).encode(), NAMES)
    return str(refused.value)


def test_the_documented_example_is_read() -> None:
    expected = (
        Constraint("Acme", frozenset({1, 2}), 0, 1),
        Constraint("women", frozenset({1, 3, 4}), 2, None),
    )

    assert parse_constraints(example_in(constraints_file).encode(), NAMES) == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_in_the_documents_are_read(page: Path) -> None:
    blocks = re.findall(r"^```json\n(\{.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)

    assert [len(parse_constraints(block.encode(), NAMES)) for block in blocks] == [FOUND[page.stem]]


def test_no_groups_are_no_constraints() -> None:
    assert parse_constraints(b'{"groups":{}}', NAMES) == ()


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(
            str.strip
        ),
        st.tuples(
            st.frozensets(st.integers(1, 4), min_size=1),
            st.integers(1, 9),
            st.none() | st.integers(9, 12),
        ),
        max_size=4,
    )
)
def test_what_is_written_is_read(made: dict[str, tuple[frozenset[int], int, int | None]]) -> None:
    written = {
        name: {"members": [NAMES[n - 1] for n in members], "at_least": least}
        | ({} if most is None else {"at_most": most})
        for name, (members, least, most) in made.items()
    }
    data = json.dumps({"groups": written}).encode()

    assert parse_constraints(data, NAMES) == tuple(
        Constraint(name, members, least, most) for name, (members, least, most) in made.items()
    )


@pytest.mark.parametrize(
    "value, said",
    [
        ([], "constraints: expected an object with groups, found a list"),
        ({}, "constraints: the field 'groups' is missing"),
        ({"groups": {}, "seats": 1}, "constraints: the field 'seats' is not known, only groups"),
        ({"groups": []}, "groups: expected an object with a group for each name, found a list"),
        (groups({}), "group 'Acme': the field 'members' is missing"),
        (groups({"members": ["Ada"]}), "group 'Acme': expected at_most, or at_least from 1 on"),
        (
            groups({"members": ["Ada"], "at_least": 0}),
            "group 'Acme': expected at_most, or at_least from 1 on",
        ),
        (
            groups({"members": ["Ada"], "most": 1}),
            "group 'Acme': the field 'most' is not known, only members, at_least, at_most",
        ),
        (
            groups({"members": [], "at_most": 1}),
            "group 'Acme', members: expected at least one candidate",
        ),
        (
            groups({"members": ["Zoe"], "at_most": 1}),
            "group 'Acme', members: no candidate is called 'Zoe'; names are written as on the",
        ),
        (
            groups({"members": ["Ada", "Ada"], "at_most": 1}),
            "group 'Acme', members: 'Ada' stands there twice",
        ),
        (
            groups({"members": ["Ada"], "at_most": -1}),
            "group 'Acme', at_most: expected a whole number from 0 on, found -1",
        ),
        (
            groups({"members": ["Ada"], "at_most": True}),
            "group 'Acme', at_most: expected a whole number from 0 on, found true",
        ),
        (
            groups({"members": ["Ada"], "at_least": 2, "at_most": 1}),
            "group 'Acme': at_least (2) is more than at_most (1)",
        ),
        (groups({}, name=""), "the name of a group: expected a text, found an empty one"),
        (groups({}, name="x" * (LONGEST_NAME + 1)), "the name of a group: the text has 61"),
        (groups({}, name="a\u0085"), "the name of a group: the character U+0085 has no place"),
    ],
    ids=range(17),
)
def test_each_refusal_names_the_group_and_the_field(value: object, said: str) -> None:
    assert refusal(value).startswith(said)


def test_a_group_that_stands_twice_is_refused() -> None:
    with pytest.raises(MalformedRecord, match="the name 'Acme' stands twice in one object"):
        parse_constraints(b'{"groups":{"Acme":{},"Acme":{}}}', NAMES)
