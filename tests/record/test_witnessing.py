from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.cosignatures import Cosignature, cosign, verify_cosignatures
from comitia.record.keys import KeyKind, SignerKey, VerifierKey, parse_verifier_key
from comitia.record.notes import parse_signatures, sign_note
from comitia.record.proofs import prove_consistency
from comitia.record.tree import EMPTY, LeafHash, TreeHead, leaf_hash, read_from
from comitia.record.witnessing import (
    LARGEST_REQUEST_BYTES,
    AddCheckpoint,
    Cosigned,
    Refusal,
    Refused,
    decide,
    parse_add_checkpoint,
    shown_path,
)
from tests.record.merkle import flipped, head_of, leaves_of
from tests.record.signers import LOG, ORIGIN, STRANGER, WITNESSES

NOW = 1795394146
WITNESS = WITNESSES[0]

# From the tests of FiloSottile/torchwood (cmd/litewitness/testdata and internal/witness), under the
# ISC licence: what real logs sent, and what its witness answers.
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB = """old 0

go.sum database tree
35225469
vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=

— sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=
"""  # noqa: E501 - as it stands there
SIGSUM_ORIGIN = (
    "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
)
SIGSUM_KEY = "ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"
SIGSUM_1 = f"""old 0

{SIGSUM_ORIGIN}
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— {SIGSUM_ORIGIN} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=
"""  # noqa: E501 - as it stands there
SIGSUM_3 = f"""old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

{SIGSUM_ORIGIN}
3
RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=

— {SIGSUM_ORIGIN} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=
"""  # noqa: E501 - as it stands there
SIGSUM_5 = f"""old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=
KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

{SIGSUM_ORIGIN}
5
QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=

— {SIGSUM_ORIGIN} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=
"""  # noqa: E501 - as it stands there


def request_of(
    old: int, leaves: Sequence[LeafHash], signers: Sequence[SignerKey] = (LOG,)
) -> AddCheckpoint:
    """Return an honest log's request for its tree."""
    checkpoint = Checkpoint(ORIGIN, EMPTY.append_many(leaves).head)
    proof = prove_consistency(old, len(leaves), read_from(leaves))
    return AddCheckpoint(old, proof, sign_checkpoint(checkpoint, *signers), checkpoint)


def with_head(request: AddCheckpoint, head: TreeHead) -> AddCheckpoint:
    checkpoint = replace(request.checkpoint, head=head)
    return replace(request, checkpoint=checkpoint, note=sign_checkpoint(checkpoint, LOG))


def answer(
    request: AddCheckpoint,
    seen: TreeHead | None,
    keys: Sequence[VerifierKey] = (LOG.verifier,),
) -> Cosigned | Refused:
    return decide(request, keys, seen, WITNESS, NOW)


def refusal_of(
    request: AddCheckpoint,
    seen: TreeHead | None,
    keys: Sequence[VerifierKey] = (LOG.verifier,),
) -> tuple[Refusal, str, bytes]:
    refused = answer(request, seen, keys)
    assert isinstance(refused, Refused)
    return refused.refusal, refused.problem, refused.body


# --- What is signed ---------------------------------------------------------------------------


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_log_that_grows_is_signed(old: int, more: int) -> None:
    request = request_of(old, leaves_of(old + more))
    cosigned = answer(request, head_of(old))
    line = cosign(request.checkpoint, WITNESS, NOW)
    assert cosigned == Cosigned(head_of(old + more), line.line.encode(), request.note.add(line))


def test_the_first_tree_of_a_log_is_signed_whatever_its_size() -> None:
    request = request_of(0, leaves_of(9))
    assert answer(request, None) == answer(request, EMPTY.head)
    cosigned = answer(request, None)
    assert isinstance(cosigned, Cosigned)
    assert verify_cosignatures(cosigned.note, [WITNESS.verifier]) == (
        Cosignature(WITNESS.verifier, NOW),
    )
    assert parse_signatures(cosigned.body.decode(), "answer") == cosigned.note.signatures[1:]


def test_what_the_witness_shows_holds_the_log_s_signatures_and_its_own() -> None:
    request = request_of(2, leaves_of(5), signers=(STRANGER, LOG))
    cosigned = answer(request, head_of(2))
    assert isinstance(cosigned, Cosigned)
    names = [signature.name for signature in cosigned.note.signatures]
    assert names == [ORIGIN, WITNESS.name]


def seen_after(body: str, seen: TreeHead | None, key: VerifierKey) -> TreeHead:
    cosigned = answer(parse_add_checkpoint(body.encode()), seen, [key])
    assert isinstance(cosigned, Cosigned)
    return cosigned.seen


def test_what_real_logs_sent_is_signed() -> None:
    assert seen_after(SUMDB, None, parse_verifier_key(SUMDB_KEY, "key")).size == 35225469
    sigsum = VerifierKey(SIGSUM_ORIGIN, KeyKind.NOTE, bytes.fromhex(SIGSUM_KEY))
    first = seen_after(SIGSUM_1, None, sigsum)
    assert [seen_after(body, first, sigsum).size for body in (SIGSUM_3, SIGSUM_5)] == [3, 5]
    late = refusal_of(
        parse_add_checkpoint(SIGSUM_3.encode()), seen_after(SIGSUM_5, first, sigsum), [sigsum]
    )
    assert late[::2] == (Refusal.OTHER_SIZE_SEEN, b"5\n")


# --- What is refused --------------------------------------------------------------------------


def test_a_rewritten_history_is_not_signed() -> None:
    rewritten = leaves_of(8)
    rewritten[1] = leaf_hash(b"never happened")
    found = refusal_of(request_of(5, rewritten), head_of(5))
    assert found[0] is Refusal.NOT_CONSISTENT
    assert found[1].startswith("record.consistency: the tree of 8 entries: expected root ")


def test_a_second_tree_of_the_same_size_is_not_signed() -> None:
    forked = leaves_of(5)
    forked[4] = leaf_hash(b"another end")
    assert refusal_of(request_of(5, forked), head_of(5))[0] is Refusal.NOT_CONSISTENT


def test_a_shorter_tree_is_not_signed() -> None:
    refused = refusal_of(request_of(3, leaves_of(4)), head_of(7))
    expected = (Refusal.OTHER_SIZE_SEEN, "the old size is 3, and 7 was signed last", b"7\n")
    assert refused == expected


def test_a_log_cannot_begin_anew_at_zero() -> None:
    refused = refusal_of(request_of(0, leaves_of(9)), head_of(7))
    assert refused[::2] == (Refusal.OTHER_SIZE_SEEN, b"7\n")


def test_an_old_size_above_the_checkpoint_s_is_refused() -> None:
    request = replace(request_of(3, leaves_of(4)), old_size=5)
    problem = "the old size, 5, is above the checkpoint's, 4"
    expected = (Refusal.OLD_SIZE_ABOVE, problem, problem.encode() + b"\n")
    assert refusal_of(request, head_of(5)) == expected


def test_a_log_that_is_not_known_is_refused() -> None:
    problem = f"the log '{ORIGIN}' is not known here"
    expected = (Refusal.UNKNOWN_LOG, problem, problem.encode() + b"\n")
    assert refusal_of(request_of(0, leaves_of(1)), None, keys=()) == expected


def test_a_checkpoint_that_its_log_did_not_sign_is_refused() -> None:
    request = request_of(0, leaves_of(2), signers=(STRANGER,))
    assert refusal_of(request, None)[:2] == (
        Refusal.NOT_SIGNED,
        "record.key: the note: expected a signature of a known key, found none",
    )


def test_a_false_signature_is_refused_also_beside_a_true_one() -> None:
    request = request_of(0, leaves_of(2))
    false = sign_note("another text\n", LOG).signatures
    refused = refusal_of(replace(request, note=request.note.add(*false)), None)
    assert refused[0] is Refusal.NOT_SIGNED


def test_a_stranger_does_not_learn_what_was_signed() -> None:
    request = request_of(3, leaves_of(4), signers=(STRANGER,))
    assert b"7" not in refusal_of(request, head_of(7))[2]


def test_an_empty_tree_with_the_root_of_another_is_refused() -> None:
    request = with_head(request_of(0, []), TreeHead(0, flipped(EMPTY.root)))
    assert refusal_of(request, None)[0] is Refusal.NOT_CONSISTENT


def test_a_proof_where_none_is_needed_is_refused() -> None:
    for old in (0, 4):
        request = replace(request_of(old, leaves_of(4)), proof=(EMPTY.root,))
        assert refusal_of(request, head_of(old))[0] is Refusal.NOT_CONSISTENT


def test_the_status_codes_are_the_specification_s() -> None:
    assert {one.code: one.status for one in Refusal} == {
        "malformed": 400,
        "old-size-above": 400,
        "not-signed": 403,
        "unknown-log": 404,
        "other-size-seen": 409,
        "not-consistent": 422,
    }


@dataclass
class Store:
    """A witness that keeps what it signed, as a server would."""

    seen: TreeHead | None = None
    signed: list[TreeHead] = field(default_factory=list)

    def ask(self, request: AddCheckpoint) -> None:
        cosigned = answer(request, self.seen)
        if isinstance(cosigned, Cosigned):
            self.seen = cosigned.seen
            self.signed.append(cosigned.seen)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans()), max_size=12))
def test_whatever_is_asked_all_trees_that_are_signed_are_of_one_history(
    asked: list[tuple[int, int, bool]],
) -> None:
    honest, forged = leaves_of(12), [leaf_hash(b"x"), *leaves_of(12)[1:]]
    store = Store()
    for old, new, is_forged in asked:
        if old <= new:
            store.ask(request_of(old, (forged if is_forged else honest)[:new]))
    histories = [
        {EMPTY.append_many(leaves[:size]).head for size in range(13)} for leaves in (honest, forged)
    ]
    assert any(set(store.signed) <= history for history in histories)
    assert [head.size for head in store.signed] == sorted(head.size for head in store.signed)


# --- The request ------------------------------------------------------------------------------


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_request_is_read_as_it_was_written(old: int, more: int) -> None:
    request = request_of(old, leaves_of(old + more))
    assert parse_add_checkpoint(request.to_bytes()) == request


@pytest.mark.parametrize("body", [SUMDB, SIGSUM_1, SIGSUM_3, SIGSUM_5])
def test_requests_of_others_are_read_and_written(body: str) -> None:
    assert parse_add_checkpoint(body.encode()).to_bytes() == body.encode()


@given(st.binary(), st.integers(0, len(SIGSUM_5)), st.integers(0, 9))
def test_any_bytes_are_a_request_as_written_or_are_refused(
    data: bytes, place: int, cut: int
) -> None:
    sound = SIGSUM_5.encode()
    changed = sound[:place] + data + sound[place + cut :]
    for body in (data, changed):
        try:
            request = parse_add_checkpoint(body)
        except MalformedRecord:
            continue
        assert request.to_bytes() == body


HASH = "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
SIGNED = SIGSUM_1.partition("\n\n")[2]


@pytest.mark.parametrize(
    "body,where,problem",
    [
        ("", "request", "no empty line ends the proof"),
        ("old 0\n", "request", "no empty line ends the proof"),
        (f"\n\n{SIGNED}", "request, line 1", "expected `old` and a size: ''"),
        (f"new 0\n\n{SIGNED}", "request, line 1", "expected `old` and a size: 'new 0'"),
        (f"old 00\n\n{SIGNED}", "request, line 1", "'00' is not the size of a tree"),
        (f"old  0\n\n{SIGNED}", "request, line 1", "' 0' is not the size of a tree"),
        (f"old 1\n{HASH}AAAA\n\n{SIGNED}", "request, line 3", "expected a hash of 32 bytes, "),
        (f"old 1\n{HASH * 64}\n{SIGNED}", "request", "the proof has more than 63 hashes"),
        (f"old 1\n\t\n\n{SIGNED}", "request", "it has a control character"),
        ("old 0\n\na letter\n", "checkpoint", "no empty line parts the text from its sig"),
        (f"old 0\n\n\n{SIGNED}", "checkpoint", "line 1 is empty"),
        ("x" * (LARGEST_REQUEST_BYTES + 1), "request", "266241 bytes, where at most 266240 are"),
    ],
)
def test_what_is_no_request_is_refused(body: str, where: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_add_checkpoint(body.encode())
    assert (caught.value.where, caught.value.problem[: len(problem)]) == (where, problem)


def test_a_proof_of_63_hashes_is_read() -> None:
    assert len(parse_add_checkpoint(f"old 1\n{HASH * 63}\n{SIGNED}".encode()).proof) == 63


def test_what_was_signed_last_is_shown_under_the_hash_of_the_origin() -> None:
    """As sha256sum gives it of these twenty bytes."""
    digest = "46613be2987d5d316f5ad065e4aa2eee26ccdd3de17a3735cd0da18156a22bdd"
    assert shown_path("go.sum database tree") == f"{digest}/checkpoint"
