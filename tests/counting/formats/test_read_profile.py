from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.formats import read_profile, read_rankings
from comitia.counting.formats.abif import parse_abif, write_abif
from comitia.counting.formats.blt import parse_blt
from comitia.counting.formats.council_csv import parse_council_csv
from comitia.counting.formats.debian import parse_debian
from comitia.counting.formats.preflib import parse_preflib, write_preflib
from comitia.counting.formats.reading import MAX_BYTES, MAX_CANDIDATES, excerpt
from comitia.counting.profile import AnyProfile, GradedProfile, Paper
from comitia.errors import MalformedRecord
from tests.counting.file_profiles import (
    abif_grades,
    abif_profiles,
    debian_profiles,
    preflib_grades,
    preflib_profiles,
    write_debian,
)
from tests.counting.profiles import council_profiles, profiles, write_blt, write_council_csv
from tests.fuzz.targets import read_papers

BLT = '2 1\n3 1 2 0\n0\n"Adam"\n"Basil"\n"Title"\n'
CSV = '2,1,\n3,1,2,\n"Candidate 1","Adam","",\n"Candidate 2","Basil","",\n"Title",\n'
PREFLIB = """\
# FILE NAME: chair.soi
# DATA TYPE: soi
# NUMBER ALTERNATIVES: 2
# NUMBER VOTERS: 3
# NUMBER UNIQUE ORDERS: 1
# ALTERNATIVE NAME 1: Adam
# ALTERNATIVE NAME 2: Basil
3: 1,2
"""
ABIF = "=A:[Adam]\n=B:[Basil]\n3: A > B\n"
SCORES = "3: A/5, B/0\n"
DEBIAN = " Option 1->: Adam\n/ Option 2->: Basil\nV: 12 0a\nV: 12 0b\nV: 12 0c\n"
UNKNOWN = (
    'the format is not known: neither council CSV (opening "7,4,"), BLT (opening "7 4"),'
    ' PrefLib (a header with "# DATA TYPE: soi"), ABIF (lines such as "27: A>B")'
    ' nor a Debian tally sheet (lines such as "V: 12-3")'
)


@pytest.mark.parametrize("opening", ["", "\ufeff", "\n \t\n# 4,2,\n", "\r\n  "])
def test_the_format_is_told_by_content(opening: str) -> None:
    expected = parse_council_csv(CSV, "a file")

    assert read_profile((opening + BLT).encode(), "ward.csv") == expected
    assert read_profile(CSV.encode(), "poll.blt") == expected


@pytest.mark.parametrize(
    "parse, text",
    [
        (parse_preflib, PREFLIB),
        (parse_preflib, PREFLIB.replace("3: 1,2", "3:").replace("# FILE NAME: chair.soi\n", "")),
        (parse_preflib, "# by hand\n\n  #DATA TYPE : soi\n" + PREFLIB.split("soi\n")[2]),
        (parse_abif, ABIF),
        (parse_abif, '{title: "Chair"}\n' + ABIF),
        (parse_abif, "ABIF 0.31\n" + ABIF),
        (parse_abif, "3 : A>B\n"),
        (parse_abif, "3:\n4:A\n"),
        (parse_abif, "# DATA\n3:#\n4:A\n"),
        (parse_abif, SCORES),
        (parse_debian, DEBIAN),
        (parse_debian, "V: 12\n"),
    ],
)
@pytest.mark.parametrize("opening", ["", "\ufeff", "\n \t\n# 27 papers\n\r\n"])
def test_other_formats_are_told_by_content_too(
    opening: str, parse: Callable[[bytes, str], AnyProfile], text: str
) -> None:
    data = (opening + text).encode()

    assert read_profile(data, "ward.csv") == parse(data, "a file")


def test_the_same_papers_in_every_format_are_the_same_rankings() -> None:
    texts = (BLT, CSV, PREFLIB, ABIF)
    assert {read_rankings(text.encode(), "file").papers for text in texts} == {
        (Paper(3, ((1,), (2,))),)
    }
    assert read_rankings(DEBIAN.encode(), "file").papers == (Paper(1, ((1,), (2,))),) * 3


def test_points_are_no_rankings() -> None:
    assert isinstance(read_profile(SCORES.encode(), "file"), GradedProfile)
    with pytest.raises(MalformedRecord) as caught:
        read_rankings(SCORES.encode(), "file")

    problem = "the papers hold grades or points; rankings are needed here"
    assert str(caught.value) == f"file: {problem}"


OF_PREFLIB = 'PrefLib (a header with "# DATA TYPE: soi")'
OF_ABIF = 'ABIF (lines such as "27: A>B")'
OF_DEBIAN = 'a Debian tally sheet (lines such as "V: 12-3")'
UNCLEAR = {
    "PrefLib without its header": ("3: 1,2\n", f"{OF_PREFLIB} or {OF_ABIF}"),
    "PrefLib's ties without their header": ("# x\n3: {1,2}\n", f"{OF_PREFLIB} or {OF_ABIF}"),
    "PrefLib's header above ABIF": (
        PREFLIB.replace("3: 1,2", "3: A>B"),
        f"{OF_PREFLIB} or {OF_ABIF}",
    ),
    "PrefLib's header above BLT": (
        "# DATA TYPE: soi\n" + BLT,
        f'BLT (opening "7 4") or {OF_PREFLIB}',
    ),
    "PrefLib's header above CSV": (
        "# DATA TYPE: wmd\n" + CSV,
        f'council CSV (opening "7,4,") or {OF_PREFLIB}',
    ),
    "votes below ABIF": (ABIF + "V: 12\n", f"{OF_ABIF} or {OF_DEBIAN}"),
    "votes below BLT": (BLT + "V: 12\n", f'BLT (opening "7 4") or {OF_DEBIAN}'),
}


@pytest.mark.parametrize("text, formats", UNCLEAR.values(), ids=UNCLEAR)
def test_what_could_be_two_formats_is_refused(text: str, formats: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        read_profile(text.encode(), "file")

    assert str(caught.value) == f"file: the format is not clear: it could be {formats}"


REFUSED = {
    "an empty file": (b"", f"file: {UNKNOWN}"),
    "a letter": (b"Dear returning officer,\n", f"file: {UNKNOWN}"),
    "a table with semicolons": (b"2;1;\n", f"file: {UNKNOWN}"),
    "a comment and no more": (b"# 4 2", f"file: {UNKNOWN}"),
    "a CSV after a comment": (
        b"# Ward 1\n" + CSV.encode(),
        (
            'file, line 1: expected the numbers of candidates and seats ("7,4,"),'
            " found '# Ward 1' (the file was taken for council CSV)"
        ),
    ),
    "UTF-16": (
        BLT.encode("utf-16-le"),
        "file, line 1: the control character U+0000 has no place in a ballot file",
    ),
    "UTF-16 with byte order mark": (
        b"\xff\xfe" + BLT.encode("utf-16-le"),
        "file, line 1: the byte 0xFF is not UTF-8 text; save the file as UTF-8",
    ),
    "Latin-1": (
        BLT.replace("Basil", "Basíl").encode("latin-1"),
        "file, line 5: the byte 0xED is not UTF-8 text; save the file as UTF-8",
    ),
    "a NUL byte": (
        BLT.replace("Basil", "Bas\0il").encode(),
        "file, line 5: the control character U+0000 has no place in a ballot file",
    ),
    "an escape for the terminal": (
        CSV.replace("Basil", "\x1b[2JBasil").encode(),
        "file, line 4: the control character U+001B has no place in a ballot file",
    ),
    "line ends of old": (
        BLT.replace("\n", "\r").encode(),
        "file, line 1: the control character U+000D has no place in a ballot file",
    ),
    "a control character after an empty line": (
        b"\n4 2\0",
        "file, line 2: the control character U+0000 has no place in a ballot file",
    ),
    "Latin-1 after an empty line": (
        b"\n4 2\xed",
        "file, line 2: the byte 0xED is not UTF-8 text; save the file as UTF-8",
    ),
    "a file that is too long": (
        BLT.encode().ljust(MAX_BYTES + 1),
        (
            "file: the file has 16,777,217 bytes; at most 16,777,216 are read;"
            " write equal papers once, with their number"
        ),
    ),
}


@pytest.mark.parametrize("data, message", REFUSED.values(), ids=REFUSED)
def test_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        read_profile(data, "file")

    assert str(caught.value) == message


def test_text_with_half_a_character_is_refused() -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_blt("\n" + BLT.replace("Basil", "Bas\ud800il"), "file")

    assert str(caught.value) == "file, line 6: U+D800 is not a character on its own"


def test_a_file_may_be_as_long_as_is_said() -> None:
    assert read_profile(BLT.encode().ljust(MAX_BYTES), "file") == parse_blt(BLT, "file")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("", "nothing"),
        ("x" * 40, f"'{'x' * 40}'"),
        ("x" * 41, f"'{'x' * 40}'..."),
        ("\u202egnorw", r"'\u202egnorw'"),
    ],
)
def test_a_message_quotes_the_beginning_harmlessly(text: str, shown: str) -> None:
    assert excerpt(text) == shown


def test_a_refusal_carries_its_place_and_reason() -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_blt(BLT.replace("3 1 2 0", "3 1 1 0"), "poll.blt")

    assert caught.value.where == "poll.blt, line 2"
    assert caught.value.problem == "the paper names candidate 1 twice"


FRAGMENTS = [
    *("V: ", "12", "V: 12\n", "Option 1->: A\n", "3:", "A", "A>", "[A]", "/5", "{", "}", "{1,2}"),
    *("# DATA TYPE: toi\n", "# NUMBER ALTERNATIVES: 1\n", "# ALTERNATIVE NAME 1: A\n", "=A:[B]\n"),
    *("{max_rating: 5}\n", "ABIF\n", ">", ",B/2", "# NUMBER VOTERS: 1\n", "[nick a]", "2.0"),
    *("0", "1", "2", "3", "9" * 10, "-", "-1", "-2", "=", "1=2", "(", "(a)", ")", "[tie]", "1.5"),
    *('"', '""', '"A"', '\\"', "\\", '"Candidate 1","A","",', '"Candidate ', ",", "#", "\ufeff"),
    *(" ", " ", "\n", "\n", "\r\n", "\r", "\t", "\0", "\u2028", "é"),
]


@given(st.lists(st.sampled_from(FRAGMENTS)).map("".join))
def test_any_words_end_in_a_profile_or_a_refusal(text: str) -> None:
    read_papers(text.encode())


@given(
    profiles().map(write_blt)
    | council_profiles().map(write_council_csv)
    | (preflib_profiles() | preflib_grades()).map(write_preflib)
    | (abif_profiles() | abif_grades()).map(write_abif)
    | debian_profiles().map(write_debian),
    st.integers(min_value=0),
    st.integers(0, 3),
    st.sampled_from(FRAGMENTS),
)
def test_a_damaged_file_ends_in_a_profile_or_a_refusal(
    text: str, place: int, lost: int, found: str
) -> None:
    start = place % (len(text) + 1)

    read_papers((text[:start] + found + text[start + lost :]).encode())


def many(number: int) -> dict[str, str]:
    """Return a file of each format that has so many candidates and a paper for the last of them."""
    numbers = range(1, number + 1)
    header = f"# DATA TYPE: soi\n# NUMBER ALTERNATIVES: {number}\n"
    voters = "# NUMBER VOTERS: 1\n# NUMBER UNIQUE ORDERS: 1\n"
    return {
        "BLT": "\n".join([f"{number} 1", f"1 {number} 0", "0", *['"A"'] * number, '"T"']),
        "council CSV": "\n".join(
            [f"{number},1", f"1,{number}", *(f'"Candidate {n}","A",""' for n in numbers), '"T"']
        ),
        "PrefLib": header
        + voters
        + "".join(f"# ALTERNATIVE NAME {n}: A\n" for n in numbers)
        + f"1: {number}",
        "ABIF": "".join(f"=c{n}:[A]\n" for n in numbers) + f"1: c{number}",
        "ABIF without names": "1:" + ">".join(f"c{n}" for n in numbers),
    }


@pytest.mark.parametrize(
    "kind, line",
    [("BLT", 1), ("council CSV", 1), ("PrefLib", 2), ("ABIF", 1001), ("ABIF without names", 1)],
)
def test_more_candidates_than_can_be_counted_are_refused(kind: str, line: int) -> None:
    kept = read_profile(many(MAX_CANDIDATES)[kind].encode(), "papers")
    assert (len(kept.candidates), kept.size) == (1_000, 1)

    with pytest.raises(MalformedRecord) as caught:
        read_profile(many(MAX_CANDIDATES + 1)[kind].encode(), "papers")

    problem = "there are 1,001 candidates; at most 1,000 are read"
    taken = f"the file was taken for {kind.removesuffix(' without names')}"
    assert str(caught.value) == f"papers, line {line}: {problem} ({taken})"


LENGTH = 300_000
HEADER = "# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n"
NAMES = '\n0\n"Adam"\n"Basil"\n"Title"\n'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2 1\n" + "1 1 0 " * (LENGTH // 6) + NAMES, id="papers on one line"),
        pytest.param("2 1\n" + "(a) " * (LENGTH // 4) + NAMES, id="ids"),
        pytest.param("2 1\n" + "(" * LENGTH + NAMES, id="open parentheses"),
        pytest.param("2 1\n" + "(a " * (LENGTH // 3) + NAMES, id="open ids"),
        pytest.param("2 1\n1 " + "- " * (LENGTH // 2) + "0" + NAMES, id="skipped ranks"),
        pytest.param("2 1\n1 " + "1=" * (LENGTH // 2) + "2 0" + NAMES, id="one equal rank"),
        pytest.param("2 1\n0\n" + '"' * LENGTH, id="quotes"),
        pytest.param("2 1\n0\n" + '"a ' * (LENGTH // 3), id="open quotes"),
        pytest.param("2 1\n0\n" + '"a \\" ' * (LENGTH // 6), id="escaped quotes"),
        pytest.param(f'2 1\n0\n"{"a" * LENGTH}" "b" "c"', id="a long name"),
        pytest.param(f"2 1\n0\n{'a' * LENGTH}", id="a long word"),
        pytest.param("#" * LENGTH, id="a long comment"),
        pytest.param("\n" * LENGTH, id="empty lines"),
        pytest.param(" \n\t\n" * (LENGTH // 4) + "x", id="blank lines"),
        pytest.param("1" * LENGTH, id="a long number"),
        pytest.param("2,1,\n" + "1,1,\n" * (LENGTH // 5), id="lines of papers"),
        pytest.param("2,1,\n1," + "1," * (LENGTH // 2), id="preferences"),
        pytest.param("2,1,\n" + "," * LENGTH, id="commas"),
        pytest.param('2,1,\n"Candidate 1","' + '""' * (LENGTH // 2), id="doubled quotes"),
        pytest.param('1,1,\n"Candidate 1","A","",\n"' + ' "' * (LENGTH // 2), id="a quoted ward"),
        pytest.param('1,1,\n"Candidate 1","A","",\n"' + " " * LENGTH, id="an open ward"),
        pytest.param("2 1\n" + "[tie " * (LENGTH // 5) + NAMES, id="open options"),
        pytest.param("2 1\n" + "[tie 1 2]\n" * (LENGTH // 10) + NAMES, id="options"),
        pytest.param("2 1\n[nick " + "a " * (LENGTH // 2) + "]" + NAMES, id="nicknames"),
        pytest.param("2 1\n" + "1." + "0" * LENGTH + " 1 0" + NAMES, id="a long decimal"),
        pytest.param(HEADER + "1: " + "1," * (LENGTH // 2), id="alternatives in a row"),
        pytest.param(HEADER + "1: " + "{" * LENGTH, id="open braces"),
        pytest.param(HEADER + "1: " + "{}," * (LENGTH // 3), id="empty braces"),
        pytest.param(HEADER + "1: {" + "1 , " * (LENGTH // 4), id="an open tie"),
        pytest.param(HEADER + "1: " + " " * LENGTH + "x", id="spaces before an order"),
        pytest.param(HEADER + "1: 1" + " " * LENGTH + "x", id="spaces after an order"),
        pytest.param(HEADER + "1:\n" * (LENGTH // 3), id="equal orders"),
        pytest.param("# A: 1\n" * (LENGTH // 7), id="a long header"),
        pytest.param("# DATA TYPE" + " " * LENGTH, id="spaces in a header"),
        pytest.param("1: " + "A>" * (LENGTH // 2) + "A", id="a long ranking"),
        pytest.param("1: " + "A/1," * (LENGTH // 4) + "A", id="long scores"),
        pytest.param("1: " + "[" * LENGTH, id="open brackets"),
        pytest.param("1: " + "[]=" * (LENGTH // 3), id="empty brackets"),
        pytest.param('1: "' + '\\"' * (LENGTH // 2), id="escaped quotes in a token"),
        pytest.param("1: A" + " " * LENGTH + "B", id="spaces after a token"),
        pytest.param("{" * LENGTH, id="open curly brackets"),
        pytest.param("{a:" + " " * LENGTH, id="spaces in metadata"),
        pytest.param("=A:[" + "a" * LENGTH + "]", id="a long name in brackets"),
        pytest.param("1:A\n" * (LENGTH // 4), id="lines of ABIF"),
        pytest.param("V: 12\n" * (LENGTH // 6), id="votes"),
        pytest.param("V: 12" + " " * LENGTH, id="spaces after a vote"),
        pytest.param("V: " + "1" * LENGTH, id="a long vote"),
        pytest.param("|" * LENGTH + "\nV: 12", id="strokes"),
        pytest.param("Option 1" + "-" * LENGTH + "\nV: 12", id="a long arrow"),
        pytest.param(" \t" * (LENGTH // 2) + "V: 12", id="spaces before a vote"),
    ],
)
def test_long_input_ends_soon(text: str) -> None:
    # Quadratic work on so many characters would take many minutes.
    read_papers(text.encode())
