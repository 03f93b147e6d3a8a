import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

from comitia.counting.formats import debian
from comitia.counting.formats.debian import parse_debian
from comitia.counting.profile import Candidate, Paper, Profile
from comitia.errors import MalformedRecord
from tests.counting.file_profiles import DIGITS, debian_profiles, write_debian
from tests.counting.profiles import example_in

EXAMPLE = example_in(debian)
CANDIDATES = (
    Candidate("Bring the summit forward"),
    Candidate("Keep the date"),
    Candidate("None of the above"),
)
PROFILE = Profile(
    "",
    0,
    CANDIDATES,
    (Paper(1, ((2,), (1,), (3,))), Paper(1, ((1,), (3,))), Paper(1, ((3,),))),
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(EXAMPLE, id="as the module shows it"),
        pytest.param(EXAMPLE.encode(), id="bytes"),
        pytest.param(b"\xef\xbb\xbf" + EXAMPLE.encode(), id="byte order mark"),
        pytest.param(EXAMPLE.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(EXAMPLE.replace(" 5d", "\t           ann\tAnn Adams "), id="login and name"),
        pytest.param("\n\t Tally Sheet\n -=-=-\n" + EXAMPLE + "\n\n", id="text around"),
        pytest.param(
            "Option 1:     Bring the summit forward\n| Option 2:   Keep the date\n"
            "|/ Option 3:  None of the above\n||/\nV: 213\nV:\t1-2\nV: --1",
            id="the form of 2002",
        ),
    ],
)
def test_one_profile_however_it_is_written(text: str | bytes) -> None:
    assert parse_debian(text, "tally.txt") == PROFILE


def test_options_without_names_are_numbered() -> None:
    assert parse_debian("V: 2-\nV: -1\nV: --\nV: 11\n", "tally.txt") == Profile(
        "",
        0,
        (Candidate("Option 1"), Candidate("Option 2")),
        (Paper(1, ((), (1,))), Paper(1, ((2,),)), Paper(1, ()), Paper(1, ((1, 2),))),
    )


def test_ranks_above_nine_are_letters() -> None:
    profile = parse_debian("V: BA987654321\nV: b-a--------\n", "tally.txt")

    first = tuple((number,) for number in range(11, 0, -1))
    second = ((), (), (), (), (), (), (), (), (), (3,), (1,))
    assert profile.papers == (Paper(1, first), Paper(1, second))


@pytest.mark.parametrize("tenth", ["10", "A"])
def test_the_tenth_option_is_numbered_either_way(tenth: str) -> None:
    labels = [*map(str, range(1, 10)), tenth]
    names = "".join(f"/ Option {label}-->: {label}\n" for label in labels)

    profile = parse_debian(names + "V: ---------1\n", "tally.txt")

    assert [candidate.name for candidate in profile.candidates] == labels


@given(debian_profiles())
def test_what_is_written_is_read_again(profile: Profile) -> None:
    assert parse_debian(write_debian(profile), "tally.txt") == profile


REFUSED = {
    "an empty file": ("", "", "there is no vote, no line such as 'V: 12-3'"),
    "options only": ("Option 1: A\n", "", "there is no vote, no line such as 'V: 12-3'"),
    "a sheet of made-up votes": (
        " THIS IS A DUMMY TALLY SHEET. THE ACTUAL BALLOTS CONTENTS WERE DIFFERENT\nV: 12\n",
        ", line 1",
        "these votes are made up: the vote was still open",
    ),
    "an option that is missing": (
        "Option 1: A\nOption 3: C\nV: 12\n",
        ", line 2",
        "expected option 2, found '3'",
    ),
    "text among votes": (
        "V: 12\nlater:\nV: 21\n",
        ", line 2",
        "expected a vote such as 'V: 12-3', found 'later:'",
    ),
    "a vote without space": (
        "V: 12\nV:21\n",
        ", line 2",
        "expected a vote such as 'V: 12-3', found 'V:21'",
    ),
    "other marks in a vote": (
        "V: 1.2\n",
        ", line 1",
        "expected a vote such as 'V: 12-3', found 'V: 1.2'",
    ),
    "more ranks than options": (
        EXAMPLE.replace("V: 213", "V: 2134"),
        ", line 5",
        "there are 3 options, and 4 ranks in '2134'",
    ),
    "votes of different lengths": (
        "V: 12\nV: 123\n",
        ", line 2",
        "there are 2 options, and 3 ranks in '123'",
    ),
    "rank 0": ("V: 10\n", ", line 1", "the rank '0' is not from 1 to 2"),
    "a rank beyond the options": ("V: 13\n", ", line 1", "the rank '3' is not from 1 to 2"),
    "a letter beyond the options": ("V: 1a\n", ", line 1", "the rank 'a' is not from 1 to 2"),
    "a voter twice": (
        "V: 12\tann\tAnn Adams\nV: 21\tbob\nV: 21\tann\n",
        ", line 3",
        "'ann' has cast another vote in this file",
    ),
    "too many options": (
        f"V: {'-' * 36}\n",
        "",
        "there are 36 options; ranks of one character reach 35",
    ),
    "a million options": (
        f"V: {'1' * 1_000_000}\n",
        "",
        "there are 1000000 options; ranks of one character reach 35",
    ),
    "an escape for the terminal": (
        "V: 12 \x1b[2J\n",
        ", line 1",
        "the control character U+001B has no place in a ballot file",
    ),
}


@pytest.mark.parametrize("text, place, problem", REFUSED.values(), ids=REFUSED)
def test_is_refused(text: str, place: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_debian(text, "tally")

    assert str(caught.value) == f"tally{place}: {problem}"


def test_the_votes_of_the_reference_data_are_read(reference_data: Path) -> None:
    votes = json.loads((reference_data / "counting" / "debian-votes.json").read_bytes())

    assert len(votes) == 39
    for vote in votes:
        lines = [f"V: {ranks}\n" * number for ranks, number in vote["ballots"].items()]
        profile = parse_debian("".join(lines), vote["id"])
        assert Counter(written(paper, profile) for paper in profile.papers) == vote["ballots"]
        assert len(profile.candidates) == len(vote["options"])


def written(paper: Paper, profile: Profile) -> str:
    """Return the ranks of a paper as the tally sheet has them."""
    ranks = {n: DIGITS[rank] for rank, place in enumerate(paper.ranking, 1) for n in place}
    return "".join(ranks.get(n, "-") for n in range(1, len(profile.candidates) + 1))
