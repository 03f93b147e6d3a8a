from dataclasses import replace

import pytest
from hypothesis import given

from comitia.counting.formats import abif
from comitia.counting.formats.abif import parse_abif, write_abif
from comitia.counting.profile import (
    AnyProfile,
    Candidate,
    GradedPaper,
    GradedProfile,
    Paper,
    Profile,
    TalliedProfile,
)
from comitia.errors import MalformedRecord
from tests.counting.file_profiles import abif_grades, abif_profiles
from tests.counting.profiles import example_in

RANKED, _, rest = example_in(abif).partition("{max_rating")
SCORED = '{title: "Cake of the year"}\n{max_rating' + rest
CANDIDATES = (Candidate("Apple crumble"), Candidate("Bundt cake"), Candidate("Chess pie"))
PROFILE = Profile(
    "Cake of the year",
    0,
    CANDIDATES,
    (Paper(27, ((1,), (2, 3))), Paper(12, ((3,),)), Paper(3, ())),
)
POINTS = GradedProfile(
    "Cake of the year",
    0,
    CANDIDATES,
    (GradedPaper(27, (5, 2, 0)), GradedPaper(12, (1, None, 4))),
    most=5,
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RANKED, id="as the module shows it"),
        pytest.param(RANKED.encode(), id="bytes"),
        pytest.param(b"\xef\xbb\xbf" + RANKED.encode(), id="byte order mark"),
        pytest.param(RANKED.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(RANKED.replace(" > ", ">").replace(" = ", "="), id="no spaces"),
        pytest.param("ABIF 0.31\n" + RANKED, id="a version"),
        pytest.param(RANKED.replace("{title:", '{ "title" :'), id="a key in quotes"),
        pytest.param("# Cakes\n\n" + RANKED.replace("3:  ", "3 :  "), id="comments and spaces"),
        pytest.param(RANKED.replace("> Bundt", "> [Bundt]"), id="a token in brackets"),
        pytest.param(RANKED.replace("=Bundt", '="Bundt"'), id="a token in quotes"),
        pytest.param(RANKED.replace("[Chess pie]", '"Chess pie" # pie'), id="a name in quotes"),
        pytest.param('{"election_methods": "copeland"}\n' + RANKED, id="other metadata"),
        pytest.param("{max_rating: 6}\n" + RANKED, id="a highest score and none given"),
    ],
)
def test_one_profile_however_it_is_written(text: str | bytes) -> None:
    assert parse_abif(text, "cake.abif") == PROFILE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SCORED, id="as the module shows it"),
        pytest.param(SCORED.replace(", ", "  ,"), id="spaces"),
        pytest.param(SCORED.replace("/5, ", " / 5 > ").replace(", ", ">"), id="ranked too"),
        pytest.param(SCORED.replace("Chess/4 >", "Bundt, Chess/4,"), id="one without score"),
        pytest.param(SCORED.replace("27:", '{ballot_type: "rated"}\n27:'), id="said to be"),
        pytest.param(SCORED.replace("{max_rating: 5}\n", ""), id="the highest score met"),
        pytest.param("{min_rating: 0}\n" + SCORED, id="the lowest score"),
    ],
)
def test_scores_are_points(text: str) -> None:
    assert parse_abif(text, "cake.abif") == POINTS


def test_candidates_are_those_on_the_papers_where_none_are_named() -> None:
    text = '5: B-2 > [Ann "A" #1]\n4: "Cat \\"C\\" [x]" = B-2 # all\n2: [Ann "A" #1]/'.rstrip("/")

    assert parse_abif(text, "file") == Profile(
        "",
        0,
        (Candidate("B-2"), Candidate('Ann "A" #1'), Candidate('Cat "C" [x]')),
        (Paper(5, ((1,), (2,))), Paper(4, ((3, 1),)), Paper(2, ((2,),))),
    )


def test_a_name_in_brackets_may_join_those_that_are_named() -> None:
    profile = parse_abif("=A:[Ann]\n3:A>[Bob Bee]", "file")

    assert profile == Profile(
        "", 0, (Candidate("Ann"), Candidate("Bob Bee")), (Paper(3, ((1,), (2,))),)
    )


def test_scored_papers_may_all_be_blank() -> None:
    text = '{ballot_type: "rated"}\n=A:[Ann]\n3:\n'

    assert parse_abif(text, "file") == GradedProfile(
        "", 0, (Candidate("Ann"),), (GradedPaper(3, (None,)),)
    )


def test_a_ranking_may_be_finer_than_its_scores() -> None:
    profile = parse_abif("3: A/5 > B/0 > C/0 = D/0\n", "file")

    assert isinstance(profile, GradedProfile)
    assert profile.papers == (GradedPaper(3, (5, 0, 0, 0)),)


@given(abif_profiles())
def test_what_is_written_is_read_again(profile: Profile) -> None:
    assert parse_abif(write_abif(profile), "cake.abif") == profile


@given(abif_grades())
def test_what_is_written_of_points_is_read_again(profile: GradedProfile) -> None:
    assert parse_abif(write_abif(profile), "cake.abif") == profile


def test_tokens_and_names_are_written() -> None:
    candidates = (Candidate("Ann", "Left"), Candidate("B [b]"), Candidate(""))
    profile = replace(PROFILE, candidates=candidates, title='The "best"', seats=2)

    assert write_abif(profile) == (
        '{title: "The \\"best\\""}\n=c1:[Ann]\n=c2:"B [b]"\n=c3:""\n27: c1>c2=c3\n12: c3\n3:\n'
    )


@pytest.mark.parametrize(
    "profile, message",
    [
        (
            replace(PROFILE, withdrawn=frozenset({1})),
            "withdrawn: an ABIF file cannot say that candidates withdrew",
        ),
        (
            replace(PROFILE, papers=(Paper(1, ((), (2,))),)),
            "papers: an ABIF file cannot hold a place that was skipped",
        ),
        (
            replace(POINTS, scale=("Good", "Bad"), most=0),
            "grades: an ABIF file holds points; grades with names have none",
        ),
        (
            TalliedProfile("", 1, CANDIDATES, (1, 2, 3), 6, 1),
            "papers: an ABIF file holds papers, and here are totals only",
        ),
        (
            replace(PROFILE, title="A\n1:B"),
            r"the name 'A\n1:B': the character U+000A has no place in a ballot file",
        ),
    ],
)
def test_what_a_file_cannot_hold_is_not_written(profile: AnyProfile, message: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        write_abif(profile)

    assert str(caught.value) == message


KNOWN = "=A:[Ann]\n=B:[Bob]\n"
REFUSED = {
    "an empty file": ("", "", "no line of this file names a candidate"),
    "blank papers only": ("100:\n", "", "no line of this file names a candidate"),
    "another text": (
        "27 * A/5\n",
        ", line 1",
        (
            "expected papers ('27: A>B'), a candidate ('=A:[Ann]') or '{key: value}',"
            " found '27 * A/5'"
        ),
    ),
    "a version later on": (
        "\n# x\n=A:[Ann]\nABIF 1.0\n",
        ", line 4",
        (
            "expected papers ('27: A>B'), a candidate ('=A:[Ann]') or '{key: value}',"
            " found 'ABIF 1.0'"
        ),
    ),
    "a candidate who is not named": (
        KNOWN + "3: A>b\n",
        ", line 3",
        "no line '=Token:[Name]' names 'b'",
    ),
    "a candidate named twice": (
        KNOWN + '="A":[Eve]\n',
        ", line 3",
        "the candidate 'A' is named twice",
    ),
    "a candidate named after papers": (
        "3:A\n=B:[Bob]\n",
        ", line 2",
        "candidates must be named before the papers",
    ),
    "a name without brackets": (
        "=A:Ann Adams\n",
        ", line 1",
        "expected '=Token:[Name]', found '=A:Ann Adams'",
    ),
    "an open name": (
        "=A:[Ann\n",
        ", line 1",
        "expected '=Token:[Name]', found '=A:[Ann'",
    ),
    "metadata over several lines": (
        "{\n",
        ", line 1",
        "expected one key and one value in curly brackets, found '{'",
    ),
    "two keys": (
        '{title: "A", max_rating: 5}\n',
        ", line 1",
        ("expected one key and one value in curly brackets, found '{title: \"A\", max_rating: 5}'"),
    ),
    "two titles": (
        '{title: "A"}\n{"title": "B"}\n',
        ", line 2",
        "the file says 'title' twice",
    ),
    "an escape that is none": (
        '{title: "A\\n"}\n',
        ", line 1",
        "a backslash must stand before a quote or a backslash, found '\"A\\\\n\"'",
    ),
    "no papers on a line": (
        "0: A\n",
        ", line 1",
        "the number of papers is 0; leave out what nobody voted",
    ),
    "too many papers on a line": (
        "9" * 1_000_000 + ": A\n",
        ", line 1",
        "the number of papers has 1000000 digits; at most 9 are read",
    ),
    "a number for a candidate": (
        "3: A>2\n",
        ", line 1",
        "expected a candidate and > = or , behind, found '2'",
    ),
    "nobody behind": (
        "3: A>\n",
        ", line 1",
        "expected a candidate and > = or , behind, found nothing",
    ),
    "nothing between two": (
        "3: A B\n",
        ", line 1",
        "expected a candidate and > = or , behind, found 'A B'",
    ),
    "JSON behind": (
        '3: A>B:{"precinct": 51}\n',
        ", line 1",
        "expected a candidate and > = or , behind, found 'B:{\"precinct\": 51}'",
    ),
    "weights": (
        "3: A*1,B*2\n",
        ", line 1",
        "expected a candidate and > = or , behind, found 'A*1,B*2'",
    ),
    "an open quote": (
        '3: "A > B\n',
        ", line 1",
        "expected a candidate and > = or , behind, found '\"A > B'",
    ),
    "a candidate twice": (
        KNOWN + '3: A>"A"\n',
        ", line 3",
        "the paper names candidate 1 twice",
    ),
    "commas without scores": (
        "3: A,B\n",
        ", line 1",
        "commas stand between scored candidates; write > or = between ranked ones",
    ),
    "commas and ranks": (
        "3: A/5,B/4>C/3\n",
        ", line 1",
        "commas and > or = stand on one paper",
    ),
    "scores that rise": (
        "3: A/3>B/4\n",
        ", line 1",
        "the scores contradict the ranking: 3 > 4",
    ),
    "scores that differ among equals": (
        "3: A/4=B/3\n",
        ", line 1",
        "the scores contradict the ranking: 4 = 3",
    ),
    "ranked candidates of whom one has no score": (
        "3: A>B/4\n",
        ", line 1",
        "some ranked candidates have scores and others have none",
    ),
    "ranked papers among scored ones": (
        "3: A/5\n4: A>B\n",
        ", line 2",
        "this paper has no scores, but others have",
    ),
    "scores on papers said to be ranked": (
        '{ballot_type: "ranked"}\n3: A/5\n',
        ", line 1",
        "the papers are said to be ranked, but there are scores",
    ),
    "a score above the highest": (
        "{max_rating: 5}\n3: A/6\n",
        ", line 2",
        "the score 6 is above max_rating, 5",
    ),
    "a score below 0": (
        "3: A/-1\n",
        ", line 1",
        "expected a candidate and > = or , behind, found 'A/-1'",
    ),
    "a score of too many digits": (
        "3: A/" + "9" * 1_000_000,
        ", line 1",
        "a score has 1000000 digits; at most 9 are read",
    ),
    "a lowest score above 0": (
        "{min_rating: 1}\n3: A/6\n",
        ", line 1",
        "the lowest score must be 0, found '1'",
    ),
    "a highest score that is no number": (
        "{max_rating: five}\n3: A/6\n",
        ", line 1",
        "expected a number for max_rating, found 'five'",
    ),
    "an escape for the terminal": (
        "=A:[\x1b[2J]\n",
        ", line 1",
        "the control character U+001B has no place in a ballot file",
    ),
}


@pytest.mark.parametrize("text, place, problem", REFUSED.values(), ids=REFUSED)
def test_is_refused(text: str, place: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_abif(text, "cake")

    assert str(caught.value) == f"cake{place}: {problem}"


def test_a_table_of_points_without_end_is_refused() -> None:
    names = "".join(f"=c{n}:[{n}]\n" for n in range(1_000))

    with pytest.raises(MalformedRecord) as caught:
        parse_abif(names + "1:c1/1\n" * 20_001, "cake")

    problem = "20,001 lines of papers for 1,000 candidates are too many grades"
    assert str(caught.value) == f"cake: {problem}; at most 20,000,000 are read"
