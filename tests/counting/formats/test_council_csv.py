import json
import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comitia.counting.formats import council_csv
from comitia.counting.formats.council_csv import parse_council_csv
from comitia.counting.profile import Candidate, Paper, Profile
from comitia.errors import MalformedRecord
from tests.counting.profiles import council_profiles, example_in, write_council_csv

WARDS = 364
EXAMPLE = """\
3,1,
12,2,
7,3,2,
4,
"Candidate 1","Ann Adams","Independent (Ind)",
"Candidate 2","Bob Brown","Labour (Lab)",
"Candidate 3","Cat ""Kit"" Clark, MA","Green (Gr)",
"Ward 1 - Anytown",
"""
PROFILE = Profile(
    "Ward 1 - Anytown",
    1,
    (
        Candidate("Ann Adams", "Independent (Ind)"),
        Candidate("Bob Brown", "Labour (Lab)"),
        Candidate('Cat "Kit" Clark, MA', "Green (Gr)"),
    ),
    (Paper(12, ((2,),)), Paper(7, ((3,), (2,))), Paper(4, ())),
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(EXAMPLE, id="as published"),
        pytest.param(EXAMPLE.encode(), id="bytes"),
        pytest.param(b"\xef\xbb\xbf" + EXAMPLE.encode(), id="byte order mark"),
        pytest.param(EXAMPLE.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(EXAMPLE.rstrip("\n"), id="no line end at the end"),
        pytest.param(EXAMPLE + "\n \n", id="empty lines at the end"),
        pytest.param(EXAMPLE.replace(",\n", "\n"), id="no commas at line ends"),
    ],
)
def test_one_profile_however_it_is_written(text: str | bytes) -> None:
    assert parse_council_csv(text, "ward.csv") == PROFILE


def test_the_example_of_the_documentation_is_read() -> None:
    assert parse_council_csv(example_in(council_csv), "ward.csv") == Profile(
        "Ward 1 - Anytown",
        1,
        (*PROFILE.candidates[:2], Candidate("Cat Clark", "Green (Gr)")),
        (Paper(12, ((2,),)), Paper(7, ((3,), (1,)))),
    )


@given(council_profiles())
def test_what_is_written_is_read_again(profile: Profile) -> None:
    assert parse_council_csv(write_council_csv(profile), "ward.csv") == profile


@pytest.mark.parametrize(
    "line, title",
    [
        ('"Ward 1",', "Ward 1"),
        ('"Ward 1"', "Ward 1"),
        ('"",', ""),
        ('"Clarkston, Netherlee",', "Clarkston, Netherlee"),
        ('"The ""Old"" Town",', 'The "Old" Town'),
        ('""Ward 12 - East Garioch"",', "Ward 12 - East Garioch"),
        ('""""Ward 04 - Arran"""",', "Ward 04 - Arran"),
        ('""Xanten XX"",', "Xanten XX"),
        ('""""Ward 7 - Ballochmyle"" "",', "Ward 7 - Ballochmyle"),
    ],
)
def test_a_ward_is_named_however_often_it_is_quoted(line: str, title: str) -> None:
    text = EXAMPLE.replace('"Ward 1 - Anytown",', line)

    assert parse_council_csv(text, "ward.csv").title == title


def changed(old: str, new: str) -> str:
    assert EXAMPLE.count(old) == 1
    return EXAMPLE.replace(old, new)


REFUSED = {
    "an empty file": (
        "",
        1,
        'expected the numbers of candidates and seats ("7,4,"), found nothing',
    ),
    "three numbers in the header": (
        changed("3,1,\n", "3,1,2,\n"),
        1,
        "expected the numbers of candidates and seats (\"7,4,\"), found '3,1,2,'",
    ),
    "a negative number of candidates": (
        changed("3,1,\n", "-3,1,\n"),
        1,
        "expected the number of candidates, found '-3'",
    ),
    "seats in words": (
        changed("3,1,\n", "3,one,\n"),
        1,
        "expected the number of seats, found 'one'",
    ),
    "no seats": (
        changed("3,1,\n", "3,0,\n"),
        1,
        "the number of seats is 0; at least one is to be filled",
    ),
    "more seats than candidates": (
        changed("3,1,\n", "3,4,\n"),
        1,
        "there are more seats (4) than candidates who stand (3)",
    ),
    "a number of too many digits": (
        changed("12,2,", "1" * 1_000_000 + ",2,"),
        2,
        "the number of papers has 1000000 digits; at most 9 are read",
    ),
    "no papers": (
        changed("12,2,", "0,2,"),
        2,
        "the number of papers is 0; leave out what nobody voted",
    ),
    "a decimal weight": (
        changed("12,2,", "1.5,2,"),
        2,
        "expected the number of papers, found '1.5'",
    ),
    "an empty line among the papers": (
        changed("12,2,\n", "12,2,\n\n"),
        3,
        "expected the number of papers, found nothing",
    ),
    "a skipped preference": (
        changed("7,3,2,", "7,3,,2,"),
        3,
        "expected a candidate's number, found nothing",
    ),
    "a number in other than ASCII digits": (
        changed("7,3,2,", "7,3,\u0661,"),
        3,
        "expected a candidate's number, found '\u0661'",
    ),
    "candidate 0": (
        changed("7,3,2,", "7,3,0,"),
        3,
        "there is no candidate 0; they are numbered from 1 to 3",
    ),
    "a candidate who does not exist": (
        changed("7,3,2,", "7,4,2,"),
        3,
        "there is no candidate 4; they are numbered from 1 to 3",
    ),
    "a candidate named twice": (
        changed("7,3,2,", "7,3,2,3,"),
        3,
        "the paper names candidate 3 twice",
    ),
    "candidates out of order": (
        changed('"Candidate 2"', '"Candidate 3"'),
        6,
        (
            'expected "Candidate 2","name","party", but found'
            ' \'"Candidate 3","Bob Brown","Labour (Lab)"\'...'
        ),
    ),
    "a candidate without party": (
        changed('"Candidate 1","Ann Adams","Independent (Ind)",', '"Candidate 1","Ann Adams",'),
        5,
        ('expected "Candidate 1","name","party", but found \'"Candidate 1","Ann Adams",\''),
    ),
    "fewer candidates than the header counts": (
        changed("3,1,\n", "4,1,\n"),
        8,
        ('expected "Candidate 4","name","party", but found \'"Ward 1 - Anytown",\''),
    ),
    "more candidates than the header counts": (
        EXAMPLE.replace("3,1,\n", "2,1,\n").replace("7,3,2,", "7,2,1,"),
        7,
        (
            "expected the ward's name in double quotes, found"
            ' \'"Candidate 3","Cat ""Kit"" Clark, MA","G\'...'
        ),
    ),
    "the end before a candidate": (
        "3,1,\n12,2,",
        2,
        "the file ends before candidate 1 of 3",
    ),
    "a thousand million candidates": (
        "999999999,1,\n12,2,\n",
        1,
        "there are 999,999,999 candidates; at most 1,000 are read",
    ),
    "a thousand absent candidates": (
        '1000,1,\n12,2,\n"Candidate 1","Ann","Ind",\n',
        3,
        "the file ends before candidate 2 of 1000",
    ),
    "no ward": (
        changed('"Ward 1 - Anytown",\n', ""),
        7,
        "the file ends before the ward's name",
    ),
    "a ward without quotes": (
        changed('"Ward 1 - Anytown"', "Ward 1 - Anytown"),
        8,
        "expected the ward's name in double quotes, found 'Ward 1 - Anytown,'",
    ),
    "a ward with an opening quote only": (
        changed('"Ward 1 - Anytown"', '"Ward 1 - Anytown'),
        8,
        "expected the ward's name in double quotes, found '\"Ward 1 - Anytown,'",
    ),
    "a ward of one quote": (
        changed('"Ward 1 - Anytown"', '"'),
        8,
        "expected the ward's name in double quotes, found '\",'",
    ),
    "a ward with quotes inside that are not doubled": (
        changed('"Ward 1 - Anytown"', '"Ward "1" - Anytown"'),
        8,
        ('expected the ward\'s name in double quotes, found \'"Ward "1" - Anytown",\''),
    ),
    "text after the ward": (
        EXAMPLE + "12,2,\n",
        9,
        "nothing may follow the ward's name, found '12,2,'",
    ),
}


@pytest.mark.parametrize("text, line, problem", REFUSED.values(), ids=REFUSED)
def test_is_refused(text: str, line: int, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_council_csv(text, "ward.csv")

    assert str(caught.value) == f"ward.csv, line {line}: {problem}"


def ward_of(candidates: int, lines: str) -> str:
    named = "".join(f'"Candidate {n}","{n}","",\n' for n in range(1, candidates + 1))
    return f'{candidates},1,\n{lines}\n{named}"Ward",\n'


def test_candidates_of_two_and_three_digits_are_read() -> None:
    twelve = parse_council_csv(ward_of(12, "5,12,1,\n1,11,10,2,"), "ward.csv")
    hundred = parse_council_csv(ward_of(100, "5,100,1,\n1,10,"), "ward.csv")

    assert twelve.papers == (Paper(5, ((12,), (1,))), Paper(1, ((11,), (10,), (2,))))
    assert hundred.papers == (Paper(5, ((100,), (1,))), Paper(1, ((10,),)))


def outcome_of(text: str) -> Profile | str:
    try:
        return parse_council_csv(text, "ward.csv")
    except MalformedRecord as error:
        return str(error)


FIELDS = st.sampled_from(["", "0", "1", "2", "9", "10", "11", "12", "13", "01", "1234567890", " "])
LINES = st.builds(
    lambda fields, end: ",".join(fields) + end,
    st.lists(FIELDS, min_size=1, max_size=4),
    st.sampled_from(["", ",", ",", ",,"]),
)


@given(st.sampled_from([9, 12]), st.lists(LINES, max_size=4))
@example(12, ["1,10,10,"])
@example(12, ["1,1,2,", "0,1,"])
@example(12, ["1,,2,"])
def test_papers_read_together_are_those_read_line_by_line(
    candidates: int, lines: list[str]
) -> None:
    text = ward_of(candidates, "\n".join(lines))

    together = outcome_of(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(council_csv, "_read_papers", lambda *_: None)
        one_by_one = outcome_of(text)

    assert together == one_by_one


def test_every_ward_of_the_reference_data_is_read(reference_data: Path) -> None:
    files = unpack(reference_data / "counting" / "scottish-wards.tar.xz")
    wards = json.loads(files["data_dev/manifest.json"])["elections"]

    assert len(wards) == WARDS
    for ward in wards:
        profile = parse_council_csv(files[f"data_dev/{ward['file']}"], ward["file"])
        assert facts(profile) == {
            "seats": ward["seats"],
            "ballots": ward["ballots"],
            "distinct_ballots": ward["distinct_ballots"],
            "candidates": ward["candidates"],
        }
        assert profile.without_first_preference == 0
        assert letters(profile.title) == letters(ward["ward"])
        assert '"' not in profile.title


def unpack(path: Path) -> dict[str, bytes]:
    """Read all members in one go: going back in a compressed archive unpacks it anew."""
    with tarfile.open(path) as archive:
        streams = ((member.name, archive.extractfile(member)) for member in archive)
        return {name: stream.read() for name, stream in streams if stream}


def facts(profile: Profile) -> dict[str, object]:
    return {
        "seats": profile.seats,
        "ballots": profile.size,
        "distinct_ballots": len(profile.papers),
        "candidates": [
            {"n": number, "name": candidate.name, "party": candidate.party}
            for number, candidate in enumerate(profile.candidates, 1)
        ],
    }


def letters(title: str) -> str:
    """Leave out quotes and white space, with which the manifest is careless."""
    return re.sub(r'["\s]', "", title)
