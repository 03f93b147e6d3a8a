from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from comitia.counting.formats import blt
from comitia.counting.formats.blt import parse_blt, write_blt
from comitia.counting.profile import Candidate, Paper, Profile
from comitia.errors import MalformedRecord
from tests.counting import profiles as plain
from tests.counting.profiles import example_in, profiles

# The example of Hill, Wichmann and Woodall, as every description of the format repeats it.
EXAMPLE = """\
4 2
-2
3 1 3 4 0
4 1 3 2 0
2 4 1 3 0
1 2 0
2 2 4 3 1 0
1 3 4 2 0
0
"Adam"
"Basil"
"Charlotte"
"Donald"
"Title"
"""
CANDIDATES = (Candidate("Adam"), Candidate("Basil"), Candidate("Charlotte"), Candidate("Donald"))
PROFILE = Profile(
    "Title",
    2,
    CANDIDATES,
    (
        Paper(3, ((1,), (3,), (4,))),
        Paper(4, ((1,), (3,), (2,))),
        Paper(2, ((4,), (1,), (3,))),
        Paper(1, ((2,),)),
        Paper(2, ((2,), (4,), (3,), (1,))),
        Paper(1, ((3,), (4,), (2,))),
    ),
    frozenset({2}),
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
        pytest.param(EXAMPLE.replace("\n", " "), id="all on one line"),
        pytest.param(EXAMPLE.replace(" ", "\t  "), id="tabs and spaces"),
        pytest.param("\n# made by hand\n" + EXAMPLE.replace("\n", " # note\n\n"), id="comments"),
        pytest.param(EXAMPLE.replace("0\n", "0#note\n"), id="comments without space"),
    ],
)
def test_one_profile_however_it_is_written(text: str | bytes) -> None:
    assert parse_blt(text, "poll.blt") == PROFILE


def test_the_example_of_the_documentation_is_read() -> None:
    assert parse_blt(example_in(blt), "poll.blt") == Profile(
        "Title",
        2,
        (*CANDIDATES[:3], Candidate('Donald "Don" Dee')),
        (
            Paper(3, ((1,), (3,), (4,))),
            Paper(2, ((4,), (1, 3))),
            Paper(2, ((4,),)),
            Paper(1, ((3,), (), (1,))),
            Paper(1, ((2,),)),
        ),
        frozenset({2}),
    )


def read_paper(line: str) -> Paper:
    names = '"Adam" "Basil" "Charlotte" "Donald" "Title"'
    (paper,) = parse_blt(f"4 2\n{line}\n0\n{names}\n", "poll.blt").papers
    return paper


@pytest.mark.parametrize(
    "line, paper",
    [
        ("3 1=3 2 0", Paper(3, ((1, 3), (2,)))),
        ("3 4=1=3 0", Paper(3, ((4, 1, 3),))),
        ("3 1 - 2 0", Paper(3, ((1,), (), (2,)))),
        ("3 - - 2 - 0", Paper(3, ((), (), (2,), ()))),
        ("3 0", Paper(3, ())),
        ("(17) 1 2 3 0", Paper(1, ((2,), (3,)))),
        ("(box 4, paper 17) 1 2=3 0", Paper(1, ((2, 3),))),
        ("003 01 0", Paper(3, ((1,),))),
        ("999999999 1 0", Paper(999_999_999, ((1,),))),
        ("2.0 1 0", Paper(2, ((1,),))),
        ("0012.000 1 0", Paper(12, ((1,),))),
    ],
)
def test_dialects_of_papers(line: str, paper: Paper) -> None:
    assert read_paper(line) == paper


@pytest.mark.parametrize(
    "written, name",
    [
        ('"Adam"', "Adam"),
        ('""', ""),
        ('" Adam  A "', "Adam  A"),
        (r'"Adam \"Ad\" A"', 'Adam "Ad" A'),
        ('"Adam ""Ad"" A"', 'Adam "Ad" A'),
        ('"""Ad"""', '"Ad"'),
        (r'"Adam\\Eve"', r"Adam\Eve"),
        (r'"Adam\\"', "Adam\\"),
        ('"Adam # 1 (Ind) [x] 0"', "Adam # 1 (Ind) [x] 0"),
        ('"Adám Ó"', "Adám Ó"),
    ],
)
def test_quoted_text(written: str, name: str) -> None:
    profile = parse_blt(f'1 1\n0\n{written}\n"Title"', "poll.blt")

    assert profile == Profile("Title", 1, (Candidate(name),), ())


@pytest.mark.parametrize("line", ["-2 -4", "-2\n-4", "-4\t-2 # both ill"])
def test_several_candidates_withdraw(line: str) -> None:
    text = EXAMPLE.replace("-2\n", f"{line}\n")

    assert parse_blt(text, "poll.blt").withdrawn == frozenset({2, 4})


@pytest.mark.parametrize(
    "line", ["[withdrawn 2 4]", "[withdrawn 2 ]\n-4", "-4 [withdrawn 2] # ill"]
)
def test_droop_lists_who_withdrew(line: str) -> None:
    text = EXAMPLE.replace("-2\n", f"{line}\n")

    assert parse_blt(text, "poll.blt").withdrawn == frozenset({2, 4})


def test_nicknames_stand_for_numbers() -> None:
    options = "[nick ad ba ch do]\n-2\n[tie do ch 2 ad ]\n"
    text = EXAMPLE.replace("-2\n", options).replace("4 1 3 2 0", "4 ad 3=ba 0")

    assert parse_blt(text, "poll.blt") == replace(
        PROFILE, papers=(PROFILE.papers[0], Paper(4, ((1,), (3, 2))), *PROFILE.papers[2:])
    )


def test_an_order_for_ties_changes_nothing() -> None:
    text = EXAMPLE.replace("-2\n", "[tie 4 3 2 1]\n-2\n")

    assert parse_blt(text, "poll.blt") == PROFILE


def test_names_that_were_cut_at_twenty_characters_are_told_apart() -> None:
    """SecurePoll writes no more of a name."""
    cut = "Maximiliane von Hohe"
    profile = parse_blt(f'2 1\n1 2 0\n0\n"{cut}"\n"{cut}"\n"Title"\n', "poll.blt")

    assert profile.display_names() == (f"{cut} (1)", f"{cut} (2)")


@given(profiles())
def test_what_is_written_is_read_again(profile: Profile) -> None:
    assert parse_blt(write_blt(profile), "poll.blt") == profile
    assert write_blt(profile) == plain.write_blt(profile)


def test_parties_and_rejected_papers_are_left_out() -> None:
    candidates = (Candidate("Adam", "Left"), *CANDIDATES[1:])

    assert write_blt(replace(PROFILE, candidates=candidates, rejected=7)) == EXAMPLE


@pytest.mark.parametrize(
    "profile, message",
    [
        (
            replace(PROFILE, seats=0),
            "seats: a BLT file says how many are elected; state the number",
        ),
        (
            replace(PROFILE, title="Title\n1 1 0"),
            r"the name 'Title\n1 1 0': the character U+000A has no place in a ballot file",
        ),
        (
            replace(PROFILE, candidates=(Candidate("\x1b[2J"), *CANDIDATES[1:])),
            r"the name '\x1b[2J': the character U+001B has no place in a ballot file",
        ),
        (
            replace(PROFILE, candidates=(Candidate("\ud800"), *CANDIDATES[1:])),
            r"the name '\ud800': the character U+D800 has no place in a ballot file",
        ),
    ],
)
def test_what_a_file_cannot_hold_is_not_written(profile: Profile, message: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        write_blt(profile)

    assert str(caught.value) == message


def changed(old: str, new: str) -> str:
    assert EXAMPLE.count(old) == 1
    return EXAMPLE.replace(old, new)


REFUSED = {
    "an empty file": (
        "",
        1,
        "expected the number of candidates, found the end of the file",
    ),
    "words for a header": (
        changed("4 2\n", "four 2\n"),
        1,
        "expected the number of candidates, found 'four'",
    ),
    "one number only": (
        "4\n",
        1,
        "expected the number of seats, found the end of the file",
    ),
    "a negative number of seats": (
        changed("4 2\n", "4 -2\n"),
        1,
        "expected the number of seats, found '-2'",
    ),
    "no seats": (
        changed("4 2\n", "4 0\n"),
        1,
        "the number of seats is 0; at least one is to be filled",
    ),
    "more seats than candidates": (
        changed("4 2\n", "4 5\n"),
        1,
        "there are more seats (5) than candidates who stand (3)",
    ),
    "more seats than candidates after a withdrawal": (
        changed("4 2\n", "4 4\n"),
        1,
        "there are more seats (4) than candidates who stand (3)",
    ),
    "a number of too many digits": (
        changed("4 2\n", "1" * 1_000_000 + " 2\n"),
        1,
        "the number of candidates has 1000000 digits; at most 9 are read",
    ),
    "a withdrawn candidate without number": (
        changed("-2\n", "- 2\n"),
        2,
        "expected a withdrawn candidate's number, found nothing",
    ),
    "withdrawn candidates run together": (
        changed("-2\n", "-2-3\n"),
        2,
        "expected a withdrawn candidate's number, found '2-3'",
    ),
    "a withdrawn candidate who does not exist": (
        changed("-2\n", "-5\n"),
        2,
        "there is no candidate 5; they are numbered from 1 to 4",
    ),
    "withdrawn twice": (
        changed("-2\n", "-2 -3 -2\n"),
        2,
        "candidate 2 is withdrawn twice",
    ),
    "a withdrawal after the papers": (
        changed("1 2 0\n", "1 2 0\n-3\n"),
        7,
        "expected the number of papers or a closing 0, found '-3'",
    ),
    "fewer nicknames than candidates": (
        changed("-2\n", "[nick a b c]\n"),
        2,
        "expected 4 different nicknames, one a candidate, found 3",
    ),
    "a nickname for two candidates": (
        changed("-2\n", "[nick a b b d]\n"),
        2,
        "expected 4 different nicknames, one a candidate, found 3",
    ),
    "a number for a nickname": (
        changed("-2\n", "[nick 2 1 c d]\n"),
        2,
        "a nickname must begin with a letter, found '2'",
    ),
    "a nickname that nobody bears": (
        changed("-2\n", "[nick a b c d]\n").replace("1 2 0", "1 e 0"),
        6,
        "expected a candidate's number, found 'e'",
    ),
    "an order of ties without everybody": (
        changed("-2\n", "-2\n[tie 4 3 2]\n"),
        3,
        "the order for ties must name each of 4 candidates once",
    ),
    "an order of ties with somebody twice": (
        changed("-2\n", "-2\n[tie 4 3 2 2 ]\n"),
        3,
        "the order for ties must name each of 4 candidates once",
    ),
    "an order of ties with somebody who does not exist": (
        changed("-2\n", "[tie 5 3 2 1]\n"),
        2,
        "there is no candidate 5; they are numbered from 1 to 4",
    ),
    "an option that is not closed": (
        changed("-2\n", "[tie 4 3 2 1\n"),
        2,
        "the option is not ended by ] on its line",
    ),
    "an option for Droop's count": (
        changed("-2\n", "[droop arithmetic=fixed]\n"),
        2,
        "the option '[droop' cannot be read",
    ),
    "withdrawn in both ways": (
        changed("-2\n", "-2\n[withdrawn 2]\n"),
        3,
        "candidate 2 is withdrawn twice",
    ),
    "an option after papers": (
        changed("1 2 0\n", "[tie 4 3 2 1]\n1 2 0\n"),
        6,
        "options stand before the papers, found '[tie'",
    ),
    "a weight of no papers with a decimal point": (
        changed("1 2 0\n", "0.0 2 0\n"),
        6,
        "the number of papers is 0; leave out what nobody voted",
    ),
    "a weight of too many digits with a decimal point": (
        changed("1 2 0\n", "1" * 1_000_000 + ".0 2 0\n"),
        6,
        "the number of papers has 1000000 digits; at most 9 are read",
    ),
    "a comment between strokes": (
        changed("-2\n", "/* none */\n"),
        2,
        "expected the number of papers or a closing 0, found '/*'",
    ),
    "a decimal weight": (
        changed("1 2 0\n", "1.5 2 0\n"),
        6,
        "the number of papers is not whole: '1.5' cannot be read",
    ),
    "a fraction for a weight": (
        changed("1 2 0\n", "3/2 2 0\n"),
        6,
        "the number of papers is not whole: '3/2' cannot be read",
    ),
    "a weight of no papers": (
        changed("1 2 0\n", "00 2 0\n"),
        6,
        "the number of papers is 0; leave out what nobody voted",
    ),
    "a paper without 0": (
        changed("1 2 0\n", "1 2\n"),
        6,
        "the paper is not ended by 0 on its line",
    ),
    "a paper without 0 before the closing 0": (
        changed("1 3 4 2 0\n", "1 3 4 2\n"),
        8,
        "the paper is not ended by 0 on its line",
    ),
    "a paper without 0 at the end of the file": (
        "4 2\n3 1 3",
        2,
        "the paper is not ended by 0 on its line",
    ),
    "a paper without 0 in a file of one line": (
        "4 2 3 1 3",
        1,
        "the paper is not ended by 0 on its line",
    ),
    "papers without closing 0": (
        "4 2\n3 1 3 0",
        2,
        "expected the number of papers or a closing 0, found the end of the file",
    ),
    "names without closing 0": (
        changed('\n0\n"Adam"', '\n"Adam"'),
        9,
        "expected the number of papers or a closing 0, found '\"Adam\"'",
    ),
    "letters for a candidate": (
        changed("1 2 0\n", "1 b 0\n"),
        6,
        "expected a candidate's number, found 'b'",
    ),
    "an equal rank cut short": (
        changed("1 2 0\n", "1 2= 0\n"),
        6,
        "expected a candidate's number, found nothing",
    ),
    "Hill's equal ranks": (
        changed("1 2 0\n", "1 (2 3) 0\n"),
        6,
        "expected a candidate's number, found '(2 3)'",
    ),
    "candidate 0 among equals": (
        changed("1 2 0\n", "1 2=0 0\n"),
        6,
        "there is no candidate 0; they are numbered from 1 to 4",
    ),
    "a candidate who does not exist": (
        changed("1 2 0\n", "1 5 0\n"),
        6,
        "there is no candidate 5; they are numbered from 1 to 4",
    ),
    "a candidate named twice": (
        changed("1 2 0\n", "1 2 3 2 0\n"),
        6,
        "the paper names candidate 2 twice",
    ),
    "a candidate named twice by equal ranks": (
        changed("1 2 0\n", "1 2 3=2 0\n"),
        6,
        "the paper names candidate 2 twice",
    ),
    "an id that is not closed": (
        changed("1 2 0\n", "(17 1 2 0\n"),
        6,
        "expected a paper's id in parentheses, found '(17'",
    ),
    "an empty id": (
        changed("1 2 0\n", "() 1 2 0\n"),
        6,
        "expected a paper's id in parentheses, found '()'",
    ),
    "an id on two papers": (
        changed("1 2 0\n", "(17) 1 2 0\n( 17) 1 3 0\n"),
        7,
        "the id '17' stands on two papers",
    ),
    "an id for several papers": (
        changed("1 2 0\n", "(17) 2 2 0\n"),
        6,
        "a weight of 1 must follow a paper's id, found '2'",
    ),
    "an id alone on its line": (
        changed("1 2 0\n", "(17)\n1 2 0\n"),
        6,
        "the paper is not ended by 0 on its line",
    ),
    "a name without quotes": (
        changed('"Basil"', "Basil"),
        11,
        "expected the name of candidate 2 of 4 in double quotes, found 'Basil'",
    ),
    "a name without closing quote": (
        changed('"Basil"', '"Basil'),
        11,
        (
            "the name of candidate 2 of 4 has no closing quote on its line,"
            " or a quote inside that is not \\\", found '\"Basil'"
        ),
    ),
    "a name with bare quotes inside": (
        changed('"Basil"', '"Basil "B" Brown"'),
        11,
        (
            "the name of candidate 2 of 4 has no closing quote on its line,"
            " or a quote inside that is not \\\", found '\"Basil'"
        ),
    ),
    "a name whose closing quote is escaped": (
        changed('"Basil"', '"Basil\\"'),
        11,
        (
            "the name of candidate 2 of 4 has no closing quote on its line,"
            ' or a quote inside that is not \\", found \'"Basil\\\\"\''
        ),
    ),
    "a backslash that escapes nothing": (
        changed('"Basil"', '"Basil\\n"'),
        11,
        ("in the name of candidate 2 of 4, a backslash must stand before a quote or a backslash"),
    ),
    "no title": (
        changed('"Title"\n', ""),
        13,
        "expected the title in double quotes, found the end of the file",
    ),
    "a thousand million candidates": (
        '999999999 1\n3 1 0\n0\n"Adam"\n',
        1,
        "there are 999,999,999 candidates; at most 1,000 are read",
    ),
    "a thousand absent candidates": (
        '1000 1\n3 1 0\n0\n"Adam"\n',
        4,
        ("expected the name of candidate 2 of 1000 in double quotes, found the end of the file"),
    ),
    "more names than the header counts": (
        '1 1\n0\n"Adam"\n"Basil"\n"Title"\n',
        5,
        ("nothing may follow the title, found '\"Title\"'; the header's number of candidates is 1"),
    ),
}


@pytest.mark.parametrize("text, line, problem", REFUSED.values(), ids=REFUSED)
def test_is_refused(text: str, line: int, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_blt(text, "poll.blt")

    assert str(caught.value) == f"poll.blt, line {line}: {problem}"


def test_the_model_election_of_ers97_is_read(reference_data: Path) -> None:
    profile = parse_blt((reference_data / "counting" / "ers97.blt").read_bytes(), "ers97.blt")

    assert profile.title == "ERS97 Model Election"
    assert profile.seats == 6
    assert profile.display_names()[:3] == ("Smith", "Carpenter", "Wright")
    assert profile.first_preferences() == (134, 81, 27, 24, 105, 91, 64, 59, 55, 23, 90)
    assert profile.size == 753
