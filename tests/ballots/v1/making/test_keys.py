"""Trustees' keys: made with their proof, kept in a file, and shown nowhere else."""

from __future__ import annotations

import pytest

from comitia.ballots.v1.equations import verify_knowledge
from comitia.ballots.v1.making import TrusteeSecret, generate_trustee_key, parse_private_key
from comitia.ballots.v1.model import canonical_json
from comitia.ballots.v1.parse import parse_trustee_key
from comitia.curve import BELENIOS_2048, ED25519, Group
from comitia.errors import MalformedRecord
from tests.elections import seeded

BOTH = pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)


@BOTH
def test_a_key_comes_with_its_proof_and_can_be_written_and_read(group: Group) -> None:
    secret, key = generate_trustee_key(group, seeded("key"))
    verify_knowledge(key, group, "trustee 1")
    assert key.public_key == group.generator_power(secret.exponent)
    assert parse_private_key(secret.private_file(), group) == secret
    assert parse_trustee_key(canonical_json(key.to_json()), group) == key


def test_the_private_file_is_the_number_in_quotes() -> None:
    assert TrusteeSecret(ED25519.scalar(42)).private_file() == b'"42"\n'
    assert parse_private_key(b'"42"', ED25519) == TrusteeSecret(ED25519.scalar(42))


def test_a_secret_is_in_no_repr() -> None:
    secret = TrusteeSecret(ED25519.scalar(424242))
    assert "424242" not in f"{secret!r} {secret} {(secret,)}"


@BOTH
@pytest.mark.parametrize(
    "data, problem",
    [
        (b"", "expected one decimal number in quotes"),
        (b"42", "expected one decimal number in quotes"),
        (b'"42', "expected one decimal number in quotes"),
        (b'"42"\n\n', "expected one decimal number in quotes"),
        (b'"42"\r\n', "expected one decimal number in quotes"),
        (b' "42"', "expected one decimal number in quotes"),
        (b'"-42"', "expected one decimal number in quotes"),
        (b'"0x42"', "expected one decimal number in quotes"),
        (b'""', "expected one decimal number in quotes"),
        ('"\N{ARABIC-INDIC DIGIT ONE}"'.encode(), "expected one decimal number in quotes"),
        (b'"' + b"4" * 1025 + b'"', "expected one decimal number in quotes"),
        (b'"042"', "a decimal number with leading zeros"),
        (b'"' + b"4" * 1024 + b'"', "not below the order of the group"),
        (b'"0"', "zero is no key"),
    ],
)
def test_a_file_that_holds_no_key_is_refused_without_repeating_it(
    group: Group, data: bytes, problem: str
) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_private_key(data, group)
    assert str(caught.value) == f"private key: {problem}"
    assert caught.value.__cause__ is None


def test_the_order_of_the_group_is_no_key() -> None:
    with pytest.raises(MalformedRecord, match=r"^private key: not below the order of the group$"):
        parse_private_key(b'"%d"' % ED25519.order, ED25519)


def test_two_keys_are_made_of_different_randomness() -> None:
    randomness = seeded("two keys")
    (_, one), (_, other) = (generate_trustee_key(ED25519, randomness) for _ in range(2))
    assert one.public_key != other.public_key
    assert one.proof != other.proof
