from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.keys import KeyId, parse_signer_key, parse_verifier_key
from comitia.record.notes import (
    LARGEST_NOTE_BYTES,
    MOST_SIGNATURES,
    Note,
    NoteSignature,
    parse_note,
    parse_signatures,
    sign_note,
    verify_note,
)
from comitia.record.texts import is_name, is_printed
from tests.record.signers import LOG, STRANGER, WITNESSES, signer
from tests.record.test_keys import FOO, PETER, PETERS

# From the specification: C2SP signed-note, "Example" below "Verifier keys".
FOOS_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501 - as it stands there
# From the examples of golang.org/x/mod/sumdb/note.
PETERS_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501 - as it stands there

TEXTS = st.text(st.characters(exclude_categories=["Cs"])).filter(
    lambda text: is_printed(text.replace("\n", ""))
)
SIGNATURES = st.builds(
    NoteSignature,
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(is_name),
    st.binary(min_size=4, max_size=4).map(KeyId),
    st.binary(min_size=1, max_size=80),
)
NOTES = st.builds(
    Note,
    TEXTS.map(lambda text: text + "\n"),
    st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple),
)
TEXT = "a text\n"


def problem_of(data: bytes) -> tuple[str, str]:
    with pytest.raises(MalformedRecord) as caught:
        parse_note(data, "note")
    return caught.value.where, caught.value.problem


def failure_of(note: Note, *keys: str) -> tuple[str, str, str, str]:
    with pytest.raises(CheckFailed) as caught:
        verify_note(note, [parse_verifier_key(key, "key") for key in keys])
    error = caught.value
    return error.check, error.subject, error.expected, error.found


@pytest.mark.parametrize("text,key", [(FOOS_NOTE, FOO), (PETERS_NOTE, PETER)])
def test_notes_of_others_are_read_and_hold(text: str, key: str) -> None:
    note, known = parse_note(text.encode(), "note"), parse_verifier_key(key, "key")
    assert verify_note(note, [known]) == (known,)
    assert note.to_bytes() == text.encode()


def test_a_note_is_signed_as_others_sign_it() -> None:
    text = PETERS_NOTE.partition("\n\n")[0] + "\n"
    note = sign_note(text, parse_signer_key(PETERS, "key"))
    assert note.to_bytes().decode() == PETERS_NOTE


@given(NOTES)
def test_a_note_is_read_as_it_was_written(note: Note) -> None:
    assert parse_note(note.to_bytes(), "note") == note


@given(st.binary() | TEXTS.map(lambda text: FOOS_NOTE.encode() + text.encode()))
def test_any_bytes_are_a_note_as_written_or_are_refused(data: bytes) -> None:
    try:
        note = parse_note(data, "note")
    except MalformedRecord:
        return
    assert note.to_bytes() == data


@given(TEXTS, TEXTS)
def test_a_signature_holds_for_its_text_alone(one: str, two: str) -> None:
    note = sign_note(one + "\n", LOG)
    assert verify_note(note, [LOG.verifier]) == (LOG.verifier,)
    if one != two:
        other = replace(note, text=two + "\n")
        assert failure_of(other, LOG.verifier.text) == (
            "record.key",
            f"the signature of {LOG.name}",
            "one that holds",
            "a false one",
        )


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    """Also where they share a name or an id with a known one."""
    known = LOG.verifier
    namesake = replace(signer("x"), name=LOG.name).verifier
    unknown = (
        NoteSignature("elsewhere", known.id, b"false"),
        NoteSignature(LOG.name, namesake.id, b"false"),
        NoteSignature("post-quantum", KeyId(b"pqpq"), bytes(2428)),
    )
    note = sign_note(TEXT, STRANGER, LOG).add(*unknown)
    assert verify_note(note, [known]) == (known,)


def test_each_key_that_signed_is_named_once() -> None:
    note = sign_note(TEXT, LOG, STRANGER, LOG)
    keys = [STRANGER.verifier, signer("absent").verifier, LOG.verifier, LOG.verifier]
    assert verify_note(note, keys) == (STRANGER.verifier, LOG.verifier)


def test_a_note_that_no_known_key_signed_fails() -> None:
    expected = ("record.key", "the note", "a signature of a known key", "none")
    assert failure_of(sign_note(TEXT, STRANGER), LOG.verifier.text) == expected
    assert failure_of(sign_note(TEXT, STRANGER)) == expected


def test_a_false_signature_beside_a_true_one_spoils_the_note() -> None:
    """Of two signatures under one key, one reader might look at the first and one at the last."""
    true = sign_note(TEXT, LOG)
    false = sign_note("another text\n", LOG).signatures
    for note in (true.add(*false), Note(TEXT, (*false, *true.signatures))):
        assert failure_of(note, LOG.verifier.text)[3] == "a false one"


def test_a_key_of_a_witness_is_no_key_of_a_note() -> None:
    witness = WITNESSES[0]
    with pytest.raises(ValueError, match=r"^the key of witness\.example/w1 signs no notes$"):
        verify_note(sign_note(TEXT, LOG), [witness.verifier])
    with pytest.raises(ValueError, match=r"^the key of witness\.example/w1 signs no notes$"):
        sign_note(TEXT, witness)


@pytest.mark.parametrize("text", ["", "no newline", "a tab\t\n", "\r\n"])
def test_a_text_that_is_none_of_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="ends in a newline and has no other control character"):
        sign_note(text, LOG)


LINE = FOOS_NOTE.partition("\n\n")[2].encode()
ENDS = "expected 1 to 64 signatures, each on a line that ends"
FORM = "expected an em dash, the name of a key, and Base64"


@pytest.mark.parametrize(
    "data,where,problem",
    [
        (b"", "note", "no empty line parts the text from its signatures"),
        (b"text\n" + LINE, "note", "no empty line parts the text from its signatures"),
        (b"\n" + LINE, "note", "no empty line parts the text from its signatures"),
        (b"text\n\n", "note", ENDS),
        (b"text\n\n" + LINE[:-1], "note", ENDS),
        (b"text\n\n" + LINE + b"\n", "note", ENDS),
        (b"text\n\n" + LINE * (MOST_SIGNATURES + 1), "note", ENDS),
        (b"text\n\n" + LINE + b"more\n", "note, signature 2", FORM),
        (b"text\n\n" + LINE.replace("—".encode(), b"-"), "note, signature 1", FORM),
        (b"text\n\n" + LINE.replace(b"/foo ", b"/foo"), "note, signature 1", FORM),
        (b"text\n\n" + LINE.replace(b"/foo", b"+foo"), "note, signature 1", FORM),
        (b"text\n\n" + "— \u2003 AAAAAAA=\n".encode(), "note, signature 1", FORM),
        (
            b"text\n\n" + "— a b AAAAAAA=\n".encode(),
            "note, signature 1",
            "'b AAAAAAA=' is not Base64",
        ),
        (
            b"text\n\n" + "— a AAAAAA==\n".encode(),
            "note, signature 1",
            "expected more than 4 bytes, found 4",
        ),
        (b"text\n\n" + "— a AAAAAB==\n".encode(), "note, signature 1", "'AAAAAB==' is not the"),
        (b"te\0xt\n\n" + LINE, "note", "it has a control character other than the newline"),
        (b"x" * (LARGEST_NOTE_BYTES + 1), "note", "262145 bytes, where at most 262144 are"),
    ],
)
def test_what_is_no_note_is_refused(data: bytes, where: str, problem: str) -> None:
    found = problem_of(data)
    assert (found[0], found[1][: len(problem)]) == (where, problem)


def test_as_many_signatures_as_are_allowed_are_read() -> None:
    note = parse_note(b"text\n\n" + LINE * MOST_SIGNATURES, "note")
    assert note.signatures == parse_signatures(LINE.decode(), "line") * MOST_SIGNATURES


def test_sixteen_signatures_of_the_longest_kind_fit() -> None:
    line = NoteSignature("post-quantum.example/witness", KeyId(bytes(4)), bytes(5000))
    note = Note(TEXT, (line,) * 16)
    assert parse_note(note.to_bytes(), "note") == note


def test_the_last_empty_line_parts_the_text_from_the_signatures() -> None:
    note = sign_note("one\n\ntwo\n\n", LOG)
    assert parse_note(note.to_bytes(), "note") == note
