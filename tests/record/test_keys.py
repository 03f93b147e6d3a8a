from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.record.keys import (
    LONGEST_KEY,
    KeyKind,
    SignerKey,
    VerifierKey,
    generate_key,
    parse_signer_key,
    parse_verifier_key,
)
from comitia.record.texts import encode_base64, is_name
from tests.record.signers import LOG, witness

# From the specification: C2SP signed-note, "Example" below "Verifier keys".
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
# From the examples of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

KEYS = st.builds(
    SignerKey,
    st.text(min_size=1).filter(is_name),
    st.sampled_from(KeyKind),
    st.binary(min_size=32, max_size=32),
)


def problem_of(text: str) -> str:
    with pytest.raises(MalformedRecord) as caught:
        parse_verifier_key(text, "--trust, line 1")
    assert caught.value.where == "--trust, line 1"
    return caught.value.problem


@pytest.mark.parametrize("text", [FOO, PETER])
def test_keys_of_others_are_read_and_written(text: str) -> None:
    key = parse_verifier_key(text, "key")
    assert (key.name, key.id.hex(), key.text) == (*text.split("+")[:2], text)


def test_a_private_key_of_others_has_the_public_key_that_they_say() -> None:
    key = parse_signer_key(PETERS, "key")
    assert (key.text, key.verifier.text) == (PETERS, PETER)


@given(KEYS)
def test_keys_are_read_as_they_were_written(key: SignerKey) -> None:
    assert parse_signer_key(key.text, "key") == key
    assert parse_verifier_key(key.verifier.text, "key") == key.verifier


@given(KEYS, st.binary(), st.binary())
def test_a_signature_holds_for_its_message_alone(key: SignerKey, one: bytes, two: bytes) -> None:
    assert [key.verifier.holds(message, key.sign(one)) for message in (one, two)] == [
        True,
        one == two,
    ]


@given(st.text())
def test_any_text_is_a_key_as_written_or_is_refused(text: str) -> None:
    for beginning in ("", "a+00000000+", FOO[:26], "PRIVATE+KEY+a+00000000+"):
        for parse in (parse_verifier_key, parse_signer_key):
            try:
                key = parse(beginning + text, "key")
            except MalformedRecord:
                continue
            assert key.text == beginning + text


def test_one_pair_of_keys_has_another_id_as_a_witness() -> None:
    other = SignerKey(LOG.name, KeyKind.COSIGNATURE, LOG.seed)
    assert other.verifier.public == LOG.verifier.public
    assert other.verifier.id != LOG.verifier.id


@pytest.mark.parametrize(
    "text,problem",
    [
        ("", "expected a name, eight digits and a key, with + between"),
        ("a+530d903a", "expected a name, eight digits and a key, with + between"),
        (
            FOO.replace("530d903a", "530D903A"),
            "expected a name, eight digits and a key, with + between",
        ),
        (
            FOO.replace("example.com", "example com"),
            "expected a name, eight digits and a key, with + between",
        ),
        (FOO + "=", "the last part is not Base64"),
        (FOO.replace("AekyeR", "AukyeR"), "the key of 'example.com/foo' is of no kind"),
        (FOO[:-4], "the key of 'example.com/foo' is of no kind"),
        ("a+530d903a+", "the key of 'a' is of no kind"),
        (
            FOO.replace("530d", "530e"),
            "the id of 'example.com/foo' is 530d903a, found 530e903a",
        ),
        (
            FOO.replace("foo", "fou"),
            "the id of 'example.com/fou' is",
        ),
    ],
)
def test_what_is_no_key_is_refused(text: str, problem: str) -> None:
    assert problem_of(text).startswith(problem)


@pytest.mark.parametrize("kind", [0, 2, 3, 5, 6, 255])
def test_a_key_of_a_kind_that_only_others_know_is_refused(kind: int) -> None:
    """ECDSA (2), RFC 6962 (5) and ML-DSA (6) are kinds of the specification."""
    material = encode_base64(bytes([kind]) + bytes(32))
    problem = "the key of 'log' is of no kind that is known here"
    assert problem_of(f"log+00000000+{material}") == problem


def test_a_refused_private_key_is_not_repeated() -> None:
    secret = LOG.text.rsplit("+", 1)[1]
    for text in (LOG.text[12:], LOG.text.replace(secret, secret + "="), LOG.text.replace("/", "+")):
        with pytest.raises(MalformedRecord) as caught:
            parse_signer_key(text, "key")
        assert secret[:8] not in str(caught.value)


def test_a_public_key_is_no_private_key() -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_signer_key(LOG.verifier.text, "--key")
    assert str(caught.value) == "--key: a private key begins with PRIVATE+KEY+"


def test_a_private_key_is_not_shown() -> None:
    assert LOG.seed.hex() not in repr(LOG)
    assert repr(LOG.seed) not in repr(LOG)


def test_a_key_has_a_bounded_length() -> None:
    name = "x" * (LONGEST_KEY - len(LOG.verifier.text) + len(LOG.name))
    longest, longer = (replace(LOG, name=one).verifier for one in (name, name + "x"))
    assert parse_verifier_key(longest.text, "key") == longest
    assert problem_of(longer.text) == "a key has at most 1024 characters"


def test_a_fresh_key_is_what_the_randomness_gives() -> None:
    asked = []

    def randomness(count: int) -> bytes:
        asked.append(count)
        return bytes(range(count))

    key = generate_key("w", KeyKind.COSIGNATURE, randomness)
    assert (key, asked) == (SignerKey("w", KeyKind.COSIGNATURE, bytes(range(32))), [32])


@pytest.mark.parametrize("name,key", [("a b", bytes(32)), ("", bytes(32)), ("a", bytes(31))])
def test_no_key_is_made_that_no_signature_could_name(name: str, key: bytes) -> None:
    for make in (SignerKey, VerifierKey):
        with pytest.raises(ValueError, match="name without spaces and plus signs, and 32 bytes"):
            make(name, KeyKind.NOTE, key)


def test_a_signature_of_another_length_does_not_hold() -> None:
    key = witness("w")
    signature = key.sign(b"")
    assert [key.verifier.holds(b"", one) for one in (signature[:-1], signature + b"\0", b"")] == [
        False
    ] * 3


def test_a_key_of_small_order_signs_nothing() -> None:
    """With the identity as key, R = B·0 and s = 0 would satisfy the bare equation."""
    identity = b"\x01" + bytes(31)
    key = VerifierKey("w", KeyKind.NOTE, identity)
    assert not key.holds(b"anything", identity + bytes(32))
