import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.formats import read_profile
from comitia.counting.formats.blt import parse_blt
from comitia.counting.formats.council_csv import parse_council_csv
from comitia.counting.formats.reading import MAX_BYTES, excerpt
from comitia.errors import MalformedRecord
from tests.counting.profiles import council_profiles, profiles, write_blt, write_council_csv
from tests.fuzz.targets import read_papers

BLT = '2 1\n3 1 2 0\n0\n"Adam"\n"Basil"\n"Title"\n'
CSV = '2,1,\n3,1,2,\n"Candidate 1","Adam","",\n"Candidate 2","Basil","",\n"Title",\n'
UNKNOWN = (
    'the format is not known: neither a council CSV (opening "7,4,") nor a BLT file (opening "7 4")'
)


@pytest.mark.parametrize("opening", ["", "\ufeff", "\n \t\n# 4,2,\n", "\r\n  "])
def test_the_format_is_told_by_content(opening: str) -> None:
    expected = parse_council_csv(CSV, "a file")

    assert read_profile((opening + BLT).encode(), "ward.csv") == expected
    assert read_profile(CSV.encode(), "poll.blt") == expected


REFUSED = {
    "an empty file": (b"", f"file: {UNKNOWN}"),
    "a letter": (b"Dear returning officer,\n", f"file: {UNKNOWN}"),
    "a table with semicolons": (b"2;1;\n", f"file: {UNKNOWN}"),
    "a comment and no more": (b"# 4 2", f"file: {UNKNOWN}"),
    "a CSV after a comment": (
        b"# Ward 1\n" + CSV.encode(),
        "file, line 1: expected the numbers of candidates and seats (\"7,4,\"), found '# Ward 1'",
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
    *("0", "1", "2", "3", "9" * 10, "-", "-1", "-2", "=", "1=2", "(", "(a)", ")", "[tie]", "1.5"),
    *('"', '""', '"A"', '\\"', "\\", '"Candidate 1","A","",', '"Candidate ', ",", "#", "\ufeff"),
    *(" ", " ", "\n", "\n", "\r\n", "\r", "\t", "\0", "\u2028", "é"),
]


@given(st.lists(st.sampled_from(FRAGMENTS)).map("".join))
def test_any_words_end_in_a_profile_or_a_refusal(text: str) -> None:
    read_papers(text.encode())


@given(
    profiles().map(write_blt) | council_profiles().map(write_council_csv),
    st.integers(min_value=0),
    st.integers(0, 3),
    st.sampled_from(FRAGMENTS),
)
def test_a_damaged_file_ends_in_a_profile_or_a_refusal(
    text: str, place: int, lost: int, found: str
) -> None:
    start = place % (len(text) + 1)

    read_papers((text[:start] + found + text[start + lost :]).encode())


LENGTH = 1_000_000
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
    ],
)
def test_long_input_ends_soon(text: str) -> None:
    # Quadratic work on a million characters would take hours.
    read_papers(text.encode())
