"""Nonces that survive a generator which repeats itself, and favour no value."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Group, hedged_scalar
from comitia.curve.reference import PlainField
from tests.curve.groups import TINY_CURVE
from tests.elections import seeded

FAST = [ED25519, BELENIOS_2048, RFC_3526_2048]
EVERY = pytest.mark.parametrize("group", FAST, ids=lambda group: group.name)
WIDE = PlainField("two blocks", p=2**1279 - 1, q=2**607 - 1, g=1)
"""Its order asks for 108 bytes, more than one SHA-512 gives; only its scalars are used."""


def stuck(size: int) -> bytes:
    """Return what a generator gives that has stopped working."""
    return b"\x2a" * size


@EVERY
def test_a_stuck_generator_gives_each_message_its_own_scalar(group: Group) -> None:
    messages = (b"", b"1|ballot", b"2|ballot", b"1|signature", b"1|ballot\0")
    assert len({hedged_scalar(group, b"secret", message, stuck) for message in messages}) == 5


@EVERY
def test_a_stuck_generator_gives_each_secret_its_own_scalar(group: Group) -> None:
    secrets = (b"", b"\0", b"one", b"two", b"one\0")
    assert len({hedged_scalar(group, secret, b"message", stuck) for secret in secrets}) == 5


@EVERY
def test_fresh_randomness_gives_the_same_work_another_scalar(group: Group) -> None:
    randomness = seeded("fresh")
    drawn = {hedged_scalar(group, b"secret", b"message", randomness) for _ in range(5)}
    assert len(drawn) == 5


@EVERY
def test_the_same_inputs_give_the_same_scalar(group: Group) -> None:
    drawn = {hedged_scalar(group, b"secret", b"message", stuck) for _ in range(5)}
    assert len(drawn) == 1


def test_moving_a_byte_from_secret_to_message_gives_another_scalar() -> None:
    splits = [(b"", b"abc"), (b"a", b"bc"), (b"ab", b"c"), (b"abc", b"")]
    assert len({hedged_scalar(ED25519, *split, stuck) for split in splits}) == 4


def test_64_fresh_bytes_are_asked_for_once() -> None:
    asked = []

    def randomness(size: int) -> bytes:
        asked.append(size)
        return bytes(size)

    hedged_scalar(ED25519, b"secret", b"message", randomness)
    assert asked == [64]


def specified(group: Group, secret: bytes, message: bytes, fresh: bytes) -> int:
    """Compute the construction again, as its description has it."""
    parts = (secret, message, fresh)
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    key = hashlib.sha512(b"comitia-hedged-scalar-v1" + framed).digest()
    blocks = b"".join(hashlib.sha512(key + (64 * i).to_bytes(8, "big")).digest() for i in range(5))
    return int.from_bytes(blocks[: group.wide_bytes], "big") % group.order


@pytest.mark.parametrize("group", [*FAST, WIDE, TINY_CURVE], ids=lambda g: g.name)
def test_a_scalar_is_the_hash_that_the_description_says(group: Group) -> None:
    drawn = hedged_scalar(group, b"secret", b"message", stuck)
    assert int(drawn) == specified(group, b"secret", b"message", stuck(64))


GOLDEN = {
    "Ed25519": "1666501838940028261381851869593676680252978692713801760938762984043269801235",
    "BELENIOS-2048": "2552351279197609304993430709069467108374691709441333511913150391912671948839",
}


@pytest.mark.parametrize("group", FAST[:2], ids=lambda group: group.name)
def test_the_golden_scalar_has_not_changed(group: Group) -> None:
    assert hedged_scalar(group, b"secret", b"message", stuck).text == GOLDEN[group.name]


def test_the_hash_of_the_golden_scalar_of_2047_bits_has_not_changed() -> None:
    text = hedged_scalar(RFC_3526_2048, b"secret", b"message", stuck).text
    assert len(text) == 616
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "c559e0911e73cd7d809f88b211ed14f6938716d9fdd80074efea645df1fe61e4"
    )


def chi_square(values: list[int], order: int) -> float:
    """Return how far the sixteen equal parts of [0, order) are from being hit alike."""
    counts = Counter(16 * value // order for value in values)
    expected = len(values) / 16
    return sum((counts[part] - expected) ** 2 / expected for part in range(16))


FAIR = 37.7  # 15 degrees of freedom: a fair draw exceeds it once in a thousand


@EVERY
def test_attack_20_no_part_of_the_range_is_favoured(group: Group) -> None:
    randomness = seeded("attack 20")
    drawn = [int(hedged_scalar(group, b"s", b"m", randomness)) for _ in range(4000)]
    assert chi_square(drawn, group.order) < FAIR


def test_attack_20_would_be_seen_if_as_many_bits_were_drawn_as_the_order_has() -> None:
    randomness = seeded("attack 20")
    drawn = [int(BELENIOS_2048.reduce(randomness(32))) for _ in range(4000)]
    assert chi_square(drawn, BELENIOS_2048.order) > 10 * FAIR
