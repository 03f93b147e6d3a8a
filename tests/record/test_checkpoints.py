from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.checkpoints import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from comitia.record.notes import Note, parse_note, sign_note
from comitia.record.texts import is_printed
from comitia.record.tree import EMPTY, LARGEST_SIZE, NodeHash, TreeHead
from tests.record.signers import LOG, ORIGIN, STRANGER

# From the specification: C2SP tlog-checkpoint, whose keys are not given.
SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501 - as it stands there

LINES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(is_printed)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES,
    st.builds(
        TreeHead,
        st.integers(0, LARGEST_SIZE),
        st.binary(min_size=32, max_size=32).map(NodeHash),
    ),
    st.lists(LINES, max_size=3).map(tuple),
)
ROOT = SOFA.splitlines()[2]


def test_the_specification_s_checkpoint_is_read() -> None:
    root = NodeHash(
        bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
    )
    note = parse_note(SOFA.encode(), "checkpoint")
    expected = Checkpoint("example.com/behind-the-sofa", TreeHead(20852163, root))
    assert parse_checkpoint(note.text, "checkpoint") == expected


@given(CHECKPOINTS)
def test_a_checkpoint_is_read_as_it_was_written(checkpoint: Checkpoint) -> None:
    assert parse_checkpoint(checkpoint.text, "checkpoint") == checkpoint


@given(st.text() | CHECKPOINTS.map(lambda one: one.text) | st.text("0123456789=\nA", max_size=60))
def test_any_text_is_a_checkpoint_as_written_or_is_refused(text: str) -> None:
    try:
        checkpoint = parse_checkpoint(text, "checkpoint")
    except MalformedRecord:
        return
    assert checkpoint.text == text


@pytest.mark.parametrize(
    "text,where,problem",
    [
        ("", "checkpoint", "a checkpoint has 3 lines or more, each with an end"),
        ("log\n1\n", "checkpoint", "a checkpoint has 3 lines or more, each with an end"),
        (f"log\n1\n{ROOT}", "checkpoint", "a checkpoint has 3 lines or more, each with an end"),
        (f"\n1\n{ROOT}\n", "checkpoint", "line 1 is empty"),
        (f"log\n1\n{ROOT}\n\n", "checkpoint", "line 4 is empty"),
        (f"log\n01\n{ROOT}\n", "checkpoint, line 2", "'01' is not the size of a tree"),
        (f"log\n-1\n{ROOT}\n", "checkpoint, line 2", "'-1' is not the size of a tree"),
        (
            f"log\n{LARGEST_SIZE + 1}\n{ROOT}\n",
            "checkpoint, line 2",
            "'9223372036854775808' is not the size of a tree",
        ),
        (
            "log\n1\nAAAA\n",
            "checkpoint, line 3",
            "expected a hash of 32 bytes, found 3",
        ),
        (f"log\n1\n{ROOT[:-1]}\n", "checkpoint, line 3", f"'{ROOT[:40]}...' is not Base64"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, where: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_checkpoint(text, "checkpoint")
    assert (caught.value.where, caught.value.problem) == (where, problem)


@given(CHECKPOINTS)
def test_a_signed_checkpoint_is_opened_with_its_log_s_key(checkpoint: Checkpoint) -> None:
    note = sign_checkpoint(checkpoint, LOG)
    opened = open_checkpoint(note.to_bytes(), checkpoint.origin, [LOG.verifier], "checkpoint")
    assert opened == (checkpoint, note)


def failure_of(note: Note) -> tuple[str, str, str, str]:
    with pytest.raises(CheckFailed) as caught:
        open_checkpoint(note.to_bytes(), ORIGIN, [LOG.verifier], "checkpoint")
    error = caught.value
    return error.check, error.subject, error.expected, error.found


def test_a_checkpoint_that_a_stranger_signed_is_not_opened() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, EMPTY.head), STRANGER)
    assert failure_of(note) == ("record.key", "the note", "a signature of a known key", "none")


def test_a_checkpoint_of_another_log_with_the_same_key_is_not_opened() -> None:
    note = sign_checkpoint(Checkpoint("elsewhere", EMPTY.head), LOG)
    expected = ("record.key", "the checkpoint's first line", f"'{ORIGIN}'", "'elsewhere'")
    assert failure_of(note) == expected


def test_what_is_no_note_is_refused_by_the_name_it_is_given() -> None:
    with pytest.raises(MalformedRecord, match=r"^the copy: no empty line parts the text"):
        open_checkpoint(b"", ORIGIN, [LOG.verifier], "the copy")


def test_a_signed_note_that_is_no_checkpoint_is_refused_after_its_signature() -> None:
    signed = sign_note("a letter\n", LOG)
    with pytest.raises(MalformedRecord, match=r"^letter: a checkpoint has 3 lines"):
        open_checkpoint(signed.to_bytes(), ORIGIN, [LOG.verifier], "letter")
