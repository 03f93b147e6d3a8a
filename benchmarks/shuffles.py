"""What shuffling ranked ballots costs, and checking a shuffle, against plain libsodium calls.

One core, Ed25519, one ranked question of ten candidates. "Plain" is what the proof's equations ask
of libsodium and nothing else: powers, additions and hashes, on the same values, without parsing.
"Encrypt" is the shuffle itself, permuting and encrypting anew; "make" is that and its proof.
Ours and plain are measured in turn in the same process; each size has a process of its own, whose
peak memory is given. The check of all equations together is measured beside the single ones, and
each layer of the native kernel beside both: that goes from the record's bytes to the verdict, and
is to be compared with "parse" and "verify" added up.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nacl import bindings

from comitia.ballots.v1.equations import (
    ShuffleStatement,
    independent_generators,
    shuffle_failures,
)
from comitia.ballots.v1.equations.combined import holds_combined
from comitia.ballots.v1.making import make_shuffle
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    Fingerprint,
    RankedQuestion,
    Rows,
    Shuffle,
    Uuid,
)
from comitia.ballots.v1.parse import parse_shuffle
from comitia.curve import ED25519, Scalar, expect_embedding
from comitia.curve.generators import derive_generators
from comitia.curve.vartime import compiled_layers
from comitia.verify.native_shuffles import NativeShuffles, encode_rows

CANDIDATES = tuple(f"Candidate {n}" for n in range(1, 11))
COLUMNS = ("encrypt", "make", "parse", "verify", "together", "plain")
ROUNDS = 3
MANY = 5000
"""From here on one round is enough, and a round takes long enough."""


def election_of(number: int) -> Election:
    """Return an election with so many ballots in its tally."""
    secret = ED25519.reduce(os.urandom(64))
    question = RankedQuestion("Who?", CANDIDATES)
    return Election(
        Uuid("1" * 14),
        "",
        "",
        ED25519,
        ED25519.generator_power(secret),
        (question,),
        Fingerprint("a" * 43),
        number,
    )


def rows_of(election: Election) -> Rows:
    """Return so many encrypted rankings; few different ones, which changes nothing of the work."""
    embedding = expect_embedding(ED25519)
    rankings = [embedding.embed([(n + k) % 10 + 1 for n in range(10)]) for k in range(10)]
    row = []
    for number in range(election.counted):
        exponent = ED25519.reduce(os.urandom(64))
        masked = election.public_key.power(exponent) * rankings[number % 10]
        row.append(Ciphertext(ED25519.generator_power(exponent), masked))
    return (tuple(row),)


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that the work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


class Plain:
    """The equations of one row's proof, as calls of libsodium on bytes."""

    def __init__(self, statement: ShuffleStatement, shuffle: Shuffle) -> None:
        """Take everything out of our values first."""
        proof = shuffle.proofs[0]
        self.text = statement.text
        self.u = [one.to_bytes() for one in statement.derive_challenges()]
        self.challenge = statement.derive_challenge(proof.commitments, proof.chain)
        nothing: Scalar = ED25519.scalar(0)
        self.minus = (nothing - self.challenge).to_bytes()
        self.h = [e.sort_key for e in independent_generators(ED25519, len(self.u))]
        self.second = ED25519.independent_generator(-1).sort_key
        self.c = [e.sort_key for e in proof.permutation]
        self.chain = [e.sort_key for e in proof.chain]
        self.s_hat = [s.to_bytes() for s in proof.responses.s_hat]
        self.s_prime = [s.to_bytes() for s in proof.responses.s_prime]
        self.before = [(e.alpha.sort_key, e.beta.sort_key) for e in statement.before]
        self.after = [(e.alpha.sort_key, e.beta.sort_key) for e in statement.after]

    def check(self) -> None:
        """Do all the work; what it comes to is compared elsewhere."""
        power, base = (
            bindings.crypto_scalarmult_ed25519_noclamp,
            bindings.crypto_scalarmult_ed25519_base_noclamp,
        )
        add = bindings.crypto_core_ed25519_add
        seed = hashlib.sha256(self.text.encode()).hexdigest()
        sums: list[bytes | None] = [None] * 6
        previous = self.second
        for i in range(len(self.u)):
            block = hashlib.sha256(str(i).encode()).hexdigest()
            hashlib.sha256((seed + block).encode()).digest()
            u, s_prime = self.u[i], self.s_prime[i]
            for k, point in enumerate(
                (
                    power(u, self.c[i]),
                    power(u, self.before[i][0]),
                    power(u, self.before[i][1]),
                    power(s_prime, self.h[i]),
                    power(s_prime, self.after[i][0]),
                    power(s_prime, self.after[i][1]),
                )
            ):
                known = sums[k]
                sums[k] = point if known is None else add(known, point)
            link = add(power(self.minus, self.chain[i]), base(self.s_hat[i]))
            add(link, power(s_prime, previous))
            previous = self.chain[i]
        hashlib.sha256(self.text.encode()).digest()


def encrypt_anew(rows: Rows, election: Election) -> list[Ciphertext]:
    """Do what a shuffle does before it proves anything."""
    anew = []
    for one in rows[0]:
        exponent = ED25519.reduce(os.urandom(64))
        alpha = one.alpha * ED25519.generator_power(exponent)
        anew.append(Ciphertext(alpha, one.beta * election.public_key.power(exponent)))
    return anew


def by_layers(rows: Rows, election: Election, record: bytes) -> dict[str, Callable[[], object]]:
    """Return for each layer of the kernel the whole of a shuffle's check, bytes to verdict."""
    before = encode_rows(rows)
    found: dict[str, Callable[[], object]] = {}
    for layer in compiled_layers():
        if layer.runs_here:
            native = NativeShuffles(layer, election)
            found[layer.name] = partial(native.check, record, before)
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds a ballot by what they are of, in the rounds' order, and the peak memory."""

    number: int
    rounds: dict[str, list[float]]
    generators: dict[str, float]
    peak_mebibytes: float

    def median(self, name: str) -> float:
        return statistics.median(self.rounds[name])

    def ratio(self, name: str) -> float:
        """Return how often ``name`` goes into the plain calls: the median of the rounds' ratios."""
        pairs = zip(self.rounds["plain"], self.rounds[name], strict=True)
        return statistics.median(plain / ours for plain, ours in pairs)


def measure(number: int) -> Figures:
    """Measure one size."""
    election = election_of(number)
    rows = rows_of(election)
    deriving = {"libsodium": seconds(lambda: independent_generators(ED25519, number))}
    shuffle = make_shuffle(rows, election, os.urandom)
    statement = ShuffleStatement(election, rows[0], shuffle.rows[0], shuffle.proofs[0].permutation)
    plain, record = Plain(statement, shuffle), shuffle.to_bytes()
    counts = [number]
    layers = by_layers(rows, election, record)
    for layer in compiled_layers():
        if layer.runs_here:
            deriving[layer.name] = seconds(partial(derive_generators, layer, 0, number))
    if not all(layer() for layer in layers.values()):  # each derives its generators here
        raise AssertionError("an honest shuffle holds")
    figures: dict[str, list[float]] = {}
    for _ in range(ROUNDS if number < MANY else 1):
        for name, work in (
            ("encrypt", lambda: encrypt_anew(rows, election)),
            ("make", lambda: make_shuffle(rows, election, os.urandom)),
            ("parse", lambda: parse_shuffle(record, counts, ED25519)),
            ("verify", lambda: list(shuffle_failures(shuffle, rows, election))),
            ("together", lambda: holds_combined(statement, shuffle.proofs[0])),
            ("plain", plain.check),
            *layers.items(),
        ):
            figures.setdefault(name, []).append(seconds(work) / number * 1e6)
    if list(shuffle_failures(shuffle, rows, election)):
        raise AssertionError("an honest shuffle holds")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    generators = {name: value / number * 1e6 for name, value in deriving.items()}
    return Figures(number, figures, generators, peak)


def main() -> None:
    """Measure each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", metavar="N", type=int, nargs="+", default=[100, 1000, 10_000])
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print("microseconds a ballot on one core; generators are derived once in a process")
    layers = [layer.name for layer in compiled_layers() if layer.runs_here]
    names = " ".join(f"{name:>8}" for name in COLUMNS)
    of_layers = " ".join(f"{name:>11} {'plain/it':>8}" for name in layers)
    print(f"{'ballots':>8} {names} {of_layers} {'plain/verify':>12} {'peak MiB':>8}")
    context = multiprocessing.get_context("spawn")
    for number in options.sizes:
        with context.Pool(1) as pool:
            found = pool.apply(measure, (number,))
        columns = " ".join(f"{found.median(name):>8.0f}" for name in COLUMNS)
        of_layers = " ".join(
            f"{found.median(name):>11.1f} {found.ratio(name):>8.1f}" for name in layers
        )
        last = f"{found.ratio('verify'):>12.2f} {found.peak_mebibytes:>8.0f}"
        print(f"{number:>8} {columns} {of_layers} {last}", flush=True)
        deriving = ", ".join(f"{name} {value:.1f}" for name, value in found.generators.items())
        print(f"{'':>8} generators: {deriving}", flush=True)


if __name__ == "__main__":
    main()
