from dataclasses import replace

import pytest
from hypothesis import given

from comitia.counting.formats import preflib
from comitia.counting.formats.preflib import parse_preflib, write_preflib
from comitia.counting.profile import Candidate, GradedPaper, GradedProfile, Paper, Profile
from comitia.errors import MalformedRecord
from tests.counting.file_profiles import preflib_grades, preflib_profiles
from tests.counting.profiles import example_in

EXAMPLE = example_in(preflib) + "\n"
CANDIDATES = (Candidate("Ann"), Candidate("Bob"), Candidate("Cat"))
PROFILE = Profile(
    "Chair of the allotments",
    0,
    CANDIDATES,
    (
        Paper(4, ((2,), (1,), (3,))),
        Paper(3, ((3,),)),
        Paper(2, ((1,), (2, 3))),
    ),
)

CATEGORIES = """\
# FILE NAME: 00099-00000002.cat
# TITLE: Chair of the allotments
# DESCRIPTION:
# DATA TYPE: cat
# MODIFICATION TYPE: original
# RELATES TO:
# RELATED FILES:
# PUBLICATION DATE: 2024-05-01
# MODIFICATION DATE: 2024-05-01
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 9
# NUMBER UNIQUE PREFERENCES: 3
# NUMBER CATEGORIES: 3
# CATEGORY NAME 1: Yes
# CATEGORY NAME 2: Maybe
# CATEGORY NAME 3: No
# ALTERNATIVE NAME 1: Ann
# ALTERNATIVE NAME 2: Bob
# ALTERNATIVE NAME 3: Cat
4: 2,{1,3},{}
3: {},3,{}
2: {1,2,3},{},{}
"""
GRADED = GradedProfile(
    "Chair of the allotments",
    0,
    CANDIDATES,
    (GradedPaper(4, (1, 0, 1)), GradedPaper(3, (None, None, 1)), GradedPaper(2, (0, 0, 0))),
    ("Yes", "Maybe", "No"),
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(EXAMPLE, id="as published"),
        pytest.param(EXAMPLE.encode(), id="bytes"),
        pytest.param(b"\xef\xbb\xbf" + EXAMPLE.encode(), id="byte order mark"),
        pytest.param(EXAMPLE.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(EXAMPLE + "\n\n", id="empty lines at the end"),
        pytest.param(EXAMPLE.replace(",", " , ").replace("{", "{ "), id="spaces"),
        pytest.param(EXAMPLE.replace("# ALT", "# made by hand: yes\n# ALT"), id="other comments"),
        pytest.param(EXAMPLE.replace("1,{2,3}", "{1},{2,3}"), id="one alternative in brackets"),
    ],
)
def test_one_profile_however_it_is_written(text: str | bytes) -> None:
    assert parse_preflib(text, "chair.toi") == PROFILE


def test_categories_are_grades_the_first_the_best() -> None:
    assert parse_preflib(CATEGORIES, "chair.cat") == GRADED


def test_a_line_without_alternatives_is_a_blank_paper() -> None:
    text = EXAMPLE.replace("3: 3\n", "3:\n")

    assert parse_preflib(text, "chair.toi") == replace(
        PROFILE, papers=(PROFILE.papers[0], Paper(3, ()), PROFILE.papers[2])
    )


@given(preflib_profiles())
def test_what_is_written_is_read_again(profile: Profile) -> None:
    assert parse_preflib(write_preflib(profile), "chair.toi") == profile


@given(preflib_grades())
def test_what_is_written_of_grades_is_read_again(profile: GradedProfile) -> None:
    assert parse_preflib(write_preflib(profile), "chair.cat") == profile


def test_the_header_is_complete() -> None:
    written = write_preflib(PROFILE, name="00099-00000001.toi", date="2024-05-01")

    assert written == EXAMPLE
    assert write_preflib(GRADED, name="00099-00000002.cat", date="2024-05-01") == CATEGORIES


@pytest.mark.parametrize(
    "rankings, kind",
    [
        ([((1,), (2,)), ((2,), (1,))], "soc"),
        ([((1,), (2,)), ((2,),)], "soi"),
        ([((1,), (2,)), ()], "soi"),
        ([((1,), (2,)), ((1, 2),)], "toc"),
        ([((1,),), ((1, 2),)], "toi"),
        ([], "soc"),
    ],
)
def test_the_data_type_is_the_narrowest(
    rankings: list[tuple[tuple[int, ...], ...]], kind: str
) -> None:
    papers = tuple(Paper(2, ranking) for ranking in rankings)
    written = write_preflib(Profile("", 0, CANDIDATES[:2], papers))

    assert f"\n# DATA TYPE: {kind}\n" in written
    assert parse_preflib(written, "file") == Profile("", 0, CANDIDATES[:2], papers)


def test_papers_that_say_the_same_are_added_up() -> None:
    papers = (Paper(2, ((1, 2),)), Paper(3, ((3,),)), Paper(4, ((2, 1),)))
    profile = replace(PROFILE, papers=papers)

    assert parse_preflib(write_preflib(profile), "file") == replace(
        PROFILE, papers=(Paper(6, ((1, 2),)), Paper(3, ((3,),)))
    )


def test_equal_names_get_their_numbers() -> None:
    candidates = (Candidate("Ann", "Left"), Candidate("Ann", "Right"), Candidate("Cat"))
    profile = replace(PROFILE, candidates=candidates, seats=2, rejected=5)
    named = (Candidate("Ann (1)"), Candidate("Ann (2)"), Candidate("Cat"))

    assert parse_preflib(write_preflib(profile), "file") == replace(PROFILE, candidates=named)


@pytest.mark.parametrize(
    "profile, message",
    [
        (
            replace(PROFILE, withdrawn=frozenset({1})),
            "withdrawn: a PrefLib file cannot say that candidates withdrew",
        ),
        (
            replace(PROFILE, papers=(Paper(1, ((1,), (), (2,))),)),
            "papers: a PrefLib file cannot hold a place that was skipped",
        ),
        (
            GradedProfile("", 0, CANDIDATES, (), most=5),
            "grades: a PrefLib file names its categories; points have no names",
        ),
        (
            replace(PROFILE, title="A\nB"),
            r"the name 'A\nB': the character U+000A has no place in a ballot file",
        ),
    ],
)
def test_what_a_file_cannot_hold_is_not_written(
    profile: Profile | GradedProfile, message: str
) -> None:
    with pytest.raises(MalformedRecord) as caught:
        write_preflib(profile)

    assert str(caught.value) == message


def changed(old: str, new: str, text: str = EXAMPLE) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


REFUSED = {
    "an empty file": ("", "", "the header has no line '# DATA TYPE:'"),
    "no data type": (
        changed("# DATA TYPE: toi\n", ""),
        "",
        "the header has no line '# DATA TYPE:'",
    ),
    "a matching": (
        changed("TYPE: toi", "TYPE: wmd"),
        ", line 4",
        "the data type 'wmd' is none of those that hold papers: soc, soi, toc, toi, cat",
    ),
    "two data types": (
        changed("# RELATES TO:", "# DATA TYPE: soi"),
        ", line 6",
        "the header says 'DATA TYPE' twice",
    ),
    "a header after papers": (
        changed("3: 3\n", "# RELATED TO: 4\n3: 3\n"),
        ", line 17",
        "a line of the header stands after papers",
    ),
    "no alternatives": (
        "# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 0\n",
        "",
        "the file has no alternatives",
    ),
    "fewer names than alternatives": (
        changed("ALTERNATIVES: 3", "ALTERNATIVES: 4"),
        "",
        "the header has no line '# ALTERNATIVE NAME 4:'",
    ),
    "more names than alternatives": (
        changed("ALTERNATIVES: 3", "ALTERNATIVES: 2"),
        "",
        "the header has 3 lines '# ALTERNATIVE NAME', not 2",
    ),
    "alternatives numbered from 0": (
        changed("NAME 1: Ann", "NAME 0: Ann"),
        ", line 13",
        "PrefLib numbers from 1, and here is a line '# ALTERNATIVE NAME 0:'",
    ),
    "a thousand million alternatives": (
        changed("ALTERNATIVES: 3", "ALTERNATIVES: 999999999"),
        ", line 10",
        "there are 999,999,999 candidates; at most 1,000 are read",
    ),
    "a thousand absent alternatives": (
        changed("ALTERNATIVES: 3", "ALTERNATIVES: 1000"),
        "",
        "the header has no line '# ALTERNATIVE NAME 4:'",
    ),
    "a gigantic number of alternatives": (
        changed("ALTERNATIVES: 3", "ALTERNATIVES: " + "9" * 1_000_000),
        ", line 10",
        "a number for NUMBER ALTERNATIVES has 1000000 digits; at most 9 are read",
    ),
    "a header that counts other voters": (
        changed("VOTERS: 9", "VOTERS: 10"),
        ", line 11",
        "the header says NUMBER VOTERS: 10, but the lines below come to 9",
    ),
    "a header that counts other orders": (
        changed("ORDERS: 3", "ORDERS: 4"),
        ", line 12",
        "the header says NUMBER UNIQUE ORDERS: 4, but the lines below come to 3",
    ),
    "no number of voters": (
        changed("# NUMBER VOTERS: 9\n", ""),
        "",
        "the header has no line '# NUMBER VOTERS:'",
    ),
    "papers without colon": (
        changed("3: 3\n", "3 3\n"),
        ", line 17",
        "expected papers, such as '4: 2,{1,3}', found '3 3'",
    ),
    "numbers without comma": (
        changed("4: 2,1,3\n", "4: 2 1,3\n"),
        ", line 16",
        "expected papers, such as '4: 2,{1,3}', found '4: 2 1,3'",
    ),
    "an open bracket": (
        changed("2: 1,{2,3}\n", "2: 1,{2,3\n"),
        ", line 18",
        "expected papers, such as '4: 2,{1,3}', found '2: 1,{2,3'",
    ),
    "brackets in brackets": (
        changed("2: 1,{2,3}\n", "2: 1,{2,{3}}\n"),
        ", line 18",
        "expected papers, such as '4: 2,{1,3}', found '2: 1,{2,{3}}'",
    ),
    "a comma at the end": (
        changed("3: 3\n", "3: 3,\n"),
        ", line 17",
        "expected papers, such as '4: 2,{1,3}', found '3: 3,'",
    ),
    "no papers on a line": (
        changed("3: 3\n", "0: 3\n"),
        ", line 17",
        "the number of papers is 0; leave out what nobody voted",
    ),
    "too many papers on a line": (
        changed("3: 3\n", "1000000000: 3\n"),
        ", line 17",
        "the number of papers has 10 digits; at most 9 are read",
    ),
    "an alternative that does not exist": (
        changed("3: 3\n", "3: 4\n"),
        ", line 17",
        "there is no candidate 4; they are numbered from 1 to 3",
    ),
    "an alternative twice": (
        changed("2: 1,{2,3}\n", "2: 1,{2,1}\n"),
        ", line 18",
        "the paper names candidate 1 twice",
    ),
    "an order twice": (
        changed("3: 3\n", "3: 1,{3,2}\n"),
        ", line 18",
        "these preferences stand in the file already",
    ),
    "an empty place": (
        changed("3: 3\n", "3: 3,{}\n"),
        ", line 17",
        "an empty place {} stands in files of categories only",
    ),
    "a tie among strict orders": (
        changed("TYPE: toi", "TYPE: soi"),
        ", line 18",
        "alternatives are tied, but the data type is soi",
    ),
    "a part of the alternatives among complete orders": (
        changed("TYPE: toi", "TYPE: toc"),
        ", line 17",
        "alternatives are missing, but the data type is toc",
    ),
    "a category that is missing on a line": (
        changed("3: {},3,{}\n", "3: {},3\n", CATEGORIES),
        ", line 21",
        "there are 3 categories, and 2 on this line",
    ),
    "fewer names than categories": (
        changed("# CATEGORY NAME 2: Maybe\n", "", CATEGORIES),
        "",
        "the header has no line '# CATEGORY NAME 2:'",
    ),
    "more names than categories": (
        changed("CATEGORIES: 3", "CATEGORIES: 2", CATEGORIES),
        "",
        "the header has 3 lines '# CATEGORY NAME', not 2",
    ),
    "a header that counts other preferences": (
        changed("PREFERENCES: 3", "PREFERENCES: 2", CATEGORIES),
        ", line 12",
        "the header says NUMBER UNIQUE PREFERENCES: 2, but the lines below come to 3",
    ),
    "an escape for the terminal": (
        changed(": Bob", ": \x1b[2JBob"),
        ", line 14",
        "the control character U+001B has no place in a ballot file",
    ),
}


@pytest.mark.parametrize("text, place, problem", REFUSED.values(), ids=REFUSED)
def test_is_refused(text: str, place: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_preflib(text, "chair")

    assert str(caught.value) == f"chair{place}: {problem}"


def test_a_table_of_grades_without_end_is_refused() -> None:
    names = "".join(f"# ALTERNATIVE NAME {n}: {n}\n" for n in range(1, 1_001))
    papers = "".join(f"{n}: 1\n" for n in range(1, 20_001))
    header = "# DATA TYPE: cat\n# NUMBER ALTERNATIVES: 1000\n# NUMBER CATEGORIES: 1\n"

    with pytest.raises(MalformedRecord) as caught:
        parse_preflib(f"{header}# CATEGORY NAME 1: Yes\n{names}{papers}1: 2\n", "chair")

    problem = "20,001 lines of papers for 1,000 candidates are too many grades"
    assert str(caught.value) == f"chair: {problem}; at most 20,000,000 are read"
