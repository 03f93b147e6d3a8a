"""Shuffles as they are made: everything is changed, and nothing tells how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace

import pytest

from comitia.ballots.v1.equations import signed_shuffle_failures
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.making import make_shuffle, sign_shuffle, spreading
from comitia.ballots.v1.making import shuffle as making
from comitia.ballots.v1.making.keys import TrusteeSecret
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import Fingerprint, Sha256Hex, Shuffle, derive_hash
from comitia.ballots.v1.parse import parse_shuffle
from comitia.curve import BELENIOS_2048, ED25519, Element, Group, Scalar
from comitia.engine import Engine
from tests.ballots.v1.samples import RANKED, RANKED_FIELD
from tests.ballots.v1.shuffling import failed, opened, shuffled
from tests.elections import Made, seeded

BOTH = pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)
MADE = pytest.mark.parametrize("made", [RANKED, RANKED_FIELD], ids=lambda m: m.election.group.name)


def stuck(size: int) -> bytes:
    """Return the same bytes every time, as a broken generator does."""
    return bytes(size)


# What is made


@MADE
def test_a_shuffle_is_read_again_as_it_was_made(made: Made) -> None:
    counts = [made.election.counted] * len(made.election.ranked_places)
    for shuffle in made.shuffles:
        record = shuffle.to_bytes()
        assert parse_shuffle(record, counts, made.election.group) == shuffle
        assert shuffle.derive_record_hash() == derive_hash(record)


@BOTH
def test_a_shuffle_of_no_question_has_nothing_in_it(group: Group) -> None:
    election = replace(shuffled(group, 0).election, questions=())
    shuffle = make_shuffle((), election, seeded("nothing"))
    assert shuffle == Shuffle((), ())
    assert failed(shuffle, (), election) == []
    assert shuffle.to_bytes() == b'{"ciphertexts":[],"proofs":[]}'
    assert parse_shuffle(shuffle.to_bytes(), [], group) == shuffle


def test_rows_and_questions_are_as_many() -> None:
    made = shuffled(ED25519, 2)
    with pytest.raises(ValueError, match=r"zip"):
        make_shuffle((), made.election, seeded("none"))


@BOTH
def test_every_ciphertext_is_changed_even_where_the_order_is_kept(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shuffled(group, 4)
    monkeypatch.setattr(making, "_permutation", lambda count, _: list(range(count)))
    shuffle = make_shuffle(made.before, made.election, seeded("in place"))
    (before,), (after,) = made.before, shuffle.rows
    assert opened(after, group) == opened(before, group)
    parts = [part for e in (*before, *after) for part in (e.alpha, e.beta)]
    assert len(set(parts)) == len(parts)
    assert made.failed(shuffle) == []


def test_every_order_is_as_likely_as_any_other() -> None:
    nonces = NonceSource(ED25519, b"seed", "orders", seeded("orders"))
    found = Counter(tuple(making._permutation(3, nonces)) for _ in range(1200))
    assert len(found) == 6
    assert all(140 < times < 260 for times in found.values()), found
    assert making._permutation(0, nonces) == []
    assert making._permutation(1, nonces) == [0]


def test_questions_are_shuffled_in_orders_of_their_own() -> None:
    """One order for both would show which ballots belong together."""
    group, differ = ED25519, 0
    made = shuffled(group, 5, 2)
    for number in range(4):
        shuffle = make_shuffle(made.before, made.election, seeded(f"own order {number}"))
        orders = [
            [opened(old, group).index(content) for content in opened(new, group)]
            for old, new in zip(made.before, shuffle.rows, strict=True)
        ]
        differ += orders[0] != orders[1]
    assert differ >= 3


# What nobody learns


def parts_of(value: object) -> list[object]:
    """Return all values inside a value, however deep."""
    if isinstance(value, tuple):
        return [inner for part in value for inner in parts_of(part)]
    if is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Element):
        return [inner for f in fields(value) for inner in parts_of(getattr(value, f.name))]
    return [value]


@BOTH
def test_no_secret_of_a_shuffle_is_in_what_is_returned(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that was drawn is remembered, and looked for in the shuffle and its record."""
    drawn: list[Scalar] = []
    draw = NonceSource.draw

    def remembered(source: NonceSource) -> Scalar:
        drawn.append(draw(source))
        return drawn[-1]

    made = shuffled(group, 3)
    monkeypatch.setattr(NonceSource, "draw", remembered)
    shuffle = make_shuffle(made.before, made.election, seeded("remembered"))
    record, shown = shuffle.to_bytes().decode(), repr(shuffle)
    assert len(drawn) == 3 + 3 + 3 + 3 + 4 + 3 + 3
    assert not set(drawn) & {part for part in parts_of(shuffle) if isinstance(part, Scalar)}
    texts = {scalar.text for scalar in drawn}
    assert not any(text in record or text in shown for text in texts)
    assert {type(part) for part in parts_of(shuffle)} == {
        type(group.generator),
        type(group.scalar(1)),
    }


def test_the_helpers_of_a_shuffle_show_nothing_of_themselves() -> None:
    committed = making._Committed(
        (ED25519.generator,), (ED25519.scalar(4711),), ED25519.scalar(4711)
    )
    assert "4711" not in repr(committed)
    made = shuffled(ED25519, 2)
    row = making._RowShuffle(made.election, made.before[0], 0, b"the seed", stuck, map)
    assert "seed" not in repr(row)


class Textbook(making._RowShuffle):
    """Makes the chain as the specification writes it, each link out of the one before."""

    def _commit_chain(self, u_prime: Sequence[Scalar]) -> making._Committed:
        elements, randomness, total = [], [], self._group.scalar(0)
        previous = self._group.independent_generator(-1)
        for exponent in u_prime:
            randomness.append(self._nonces.draw())
            previous = self._group.generator_power(randomness[-1]) * previous.power(exponent)
            elements.append(previous)
        for number, scalar in enumerate(randomness):
            later = self._group.scalar(1)
            for exponent in u_prime[number + 1 :]:
                later = later * exponent
            total = total + scalar * later
        return making._Committed(tuple(elements), tuple(randomness), total)


@BOTH
@pytest.mark.parametrize("count", [0, 1, 4])
def test_knowing_the_exponents_changes_no_byte_of_a_shuffle(
    group: Group, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shuffled(group, count)
    ours = make_shuffle(made.before, made.election, seeded("both ways"))
    monkeypatch.setattr(making, "_RowShuffle", Textbook)
    assert make_shuffle(made.before, made.election, seeded("both ways")) == ours


def test_a_shuffle_spread_over_processes_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = shuffled(ED25519, 5)
    whole = make_shuffle(made.before, made.election, seeded("spread"))
    monkeypatch.setattr(spreading, "_CHUNK", 2)
    with Engine(2) as engine:
        spread = make_shuffle(made.before, made.election, seeded("spread"), spread=engine.map)
        assert engine._pool is not None, "or nothing was spread"
    assert spread == whole


@BOTH
def test_no_nonce_serves_twice(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Scalar] = []
    draw = NonceSource.draw

    def remembered(source: NonceSource) -> Scalar:
        drawn.append(draw(source))
        return drawn[-1]

    made = shuffled(group, 2, 2)
    monkeypatch.setattr(NonceSource, "draw", remembered)
    make_shuffle(made.before, made.election, stuck)
    assert len(set(drawn)) == len(drawn)


@BOTH
def test_the_order_depends_on_the_shufflers_key_too(group: Group) -> None:
    """Whoever can guess the generator's output still cannot undo the shuffle."""
    made = shuffled(group, 3)
    secrets = [None, *(TrusteeSecret(group.scalar(number)) for number in (2, 3))]
    found = [make_shuffle(made.before, made.election, stuck, secret) for secret in secrets]
    assert len({one.proofs[0].permutation[0] for one in found}) == len(secrets)


@BOTH
def test_with_a_stuck_generator_two_shuffles_share_no_mask(group: Group) -> None:
    """One mask under two challenges would give the order away."""
    made = shuffled(group, 3)
    first = make_shuffle(made.before, made.election, stuck)
    second = make_shuffle(first.rows, made.election, stuck)
    other = replace(made.election, fingerprint=Fingerprint("b" * 43))
    third = make_shuffle(made.before, other, stuck)
    for name in ("t1", "t2"):
        found = [getattr(one.proofs[0].commitments, name) for one in (first, second, third)]
        assert len(set(found)) == 3
    assert len({one.proofs[0].permutation[0] for one in (first, second, third)}) == 3


# Signatures


def test_a_signature_holds_for_its_shuffle_and_owner_alone() -> None:
    made = RANKED
    payload, election = made.shuffles[0].derive_record_hash(), made.election
    signed = sign_shuffle(1, payload, made.secrets[0], election, seeded("signed"))
    assert (signed.owner, signed.payload) == (1, payload)
    key, other = (key.public_key for key in made.keys)
    assert list(signed_shuffle_failures(signed, key, election)) == []
    one = election.group.scalar(1)
    proof = signed.signature
    changed = [
        (replace(signed, owner=2), key, election),
        (replace(signed, payload=Sha256Hex("0" * 64)), key, election),
        (replace(signed, signature=replace(proof, challenge=proof.challenge + one)), key, election),
        (replace(signed, signature=replace(proof, response=proof.response + one)), key, election),
        (signed, other, election),
        (signed, key, replace(election, fingerprint=Fingerprint("b" * 43))),
    ]
    for case in changed:
        (failure,) = signed_shuffle_failures(*case)
        assert (failure.check, failure.subject) == ("shuffle.signature", "signature")
        assert failure.found == case[0].signature.challenge.text
        assert failure.expected != failure.found


def test_with_a_stuck_generator_two_signatures_share_no_mask() -> None:
    made, found = RANKED, set()
    key = made.keys[0].public_key
    for owner, payload in ((1, "0"), (1, "1"), (2, "0")):
        hashed = Sha256Hex(payload * 64)
        signed = sign_shuffle(owner, hashed, made.secrets[0], made.election, stuck)
        found.add(commitment(made.election.group, signed.signature, key))
    assert len(found) == 3


def test_a_signature_tells_nothing_of_the_key() -> None:
    made = RANKED
    payload = made.shuffles[0].derive_record_hash()
    signed = sign_shuffle(1, payload, made.secrets[0], made.election, seeded("quiet"))
    assert made.secrets[0].exponent.text not in repr(signed)
