"""What making ballots and shuffles costs, beside other ways to the same bytes in the same run.

The *textbook's* maker simulates a false branch out of the ciphertext, as does whoever knows no
exponent. The *former* maker knows the exponents, but raises g for the true branch too and
multiplies all ciphertexts to add up what is in them. *Ours* does neither. *Plain* are the fewest
libsodium calls that the same work needs, made bare: powers and additions, without nonces and text.

Processor time of one core; medians of rounds, and of ratios within a round. The machine's speed
changes: single times say little. What is spread over all cores is measured by the clock.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from unittest import mock

from nacl import bindings

from comitia.ballots.v1.equations.proofs import multiply
from comitia.ballots.v1.equations.statements import challenge, interval_statement
from comitia.ballots.v1.making import (
    Preparation,
    PrivateCredential,
    encryption,
    generate_trustee_key,
    generate_uuid,
    issue_credentials,
    make_ballot,
    make_setup,
    make_shuffle,
)
from comitia.ballots.v1.making.answers import AnswerMaker, _Branch
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.making.spreading import Spread
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    ElectionTemplate,
    Fingerprint,
    HomomorphicQuestion,
    Opening,
    Proof,
    Question,
    RankedQuestion,
    SingleTrustee,
    Uuid,
)
from comitia.curve import ED25519, GROUPS, Element, Group, expect_embedding
from comitia.engine import Engine, available_cores

IN_THIRTY_FOUR = HomomorphicQuestion("Board?", tuple(f"Candidate {n}" for n in range(1, 35)), 0, 7)
CHOSEN = 5
VOTE = tuple(int(n < CHOSEN) for n in range(34))
RANKED = RankedQuestion("Who?", tuple(f"Candidate {n}" for n in range(1, 11)))


class FormerMaker(AnswerMaker):
    """Raises g for every branch, and leaves the power out where it is not needed."""

    def _multiply(self, choices: Sequence[Ciphertext], total: Opening) -> Ciphertext:
        del total
        return multiply(choices, self._group)

    def _prove(
        self, branches: Sequence[_Branch], statement: Callable[[Sequence[Element]], str]
    ) -> tuple[Proof, ...]:
        group = self._group
        masks = [self._nonces.draw() for _ in branches]
        challenges = [self._nonces.draw() for _ in branches]
        true = next(i for i, b in enumerate(branches) if b.opening.value == b.claimed)
        commitments: list[Element] = []
        for branch, mask, simulated in zip(branches, masks, challenges, strict=True):
            distance = branch.opening.value - branch.claimed
            power = group.generator_power(group.scalar((distance or 1) % group.order) * simulated)
            shift = power if distance else group.identity
            commitments += [group.generator_power(mask), self._key.power(mask) * shift]
        others = group.scalar(0)
        for i, simulated in enumerate(challenges):
            others = others if i == true else others + simulated
        challenges[true] = challenge(group, statement(commitments)) - others
        return tuple(
            Proof(c, mask - branch.opening.randomness * c)
            for branch, mask, c in zip(branches, masks, challenges, strict=True)
        )


def textbook_bit(group: Group, key: Element, nonces: NonceSource) -> None:
    """Encrypt a 1 and prove that it is 0 or 1, out of the ciphertext."""
    r, response, c, mask = (nonces.draw() for _ in range(4))
    choice = Ciphertext(group.generator_power(r), key.power(r) * group.generator)
    commitments = (
        group.generator_power(response) * choice.alpha.power(c),
        key.power(response) * choice.beta.power(c),
        group.generator_power(mask),
        key.power(mask),
    )
    own = challenge(group, interval_statement("", choice, commitments)) - c
    Proof(own, mask - r * own)


def made_bit(maker: AnswerMaker, nonces: NonceSource) -> None:
    """Do the same as one of the makers does."""
    opening = Opening(nonces.draw(), 1)
    choice = maker._encrypt(opening)  # noqa: SLF001 - a part of a ballot is measured
    maker._prove_interval("", choice, opening, range(2))  # noqa: SLF001 - as above


def plain_powers(key: bytes, base: int, variable: int, products: int) -> None:
    """Make so many calls of libsodium: powers of g, powers of anything else, additions."""
    scalar = bindings.crypto_core_ed25519_scalar_reduce(os.urandom(64))
    for _ in range(base):
        bindings.crypto_scalarmult_ed25519_base_noclamp(scalar)
    for _ in range(variable):
        bindings.crypto_scalarmult_ed25519_noclamp(scalar, key)
    for _ in range(products):
        bindings.crypto_core_ed25519_add(key, key)


@dataclass(frozen=True)
class Vote:
    """An election with one voter, and how that voter votes."""

    election: Election
    credential: PrivateCredential
    choices: tuple[int, ...]

    def make(self, maker: type[AnswerMaker] = AnswerMaker) -> None:
        """Make the ballot."""
        with mock.patch.object(encryption, "AnswerMaker", maker):
            make_ballot(self.election, self.credential, [self.choices], os.urandom)


def vote_on(question: Question, choices: tuple[int, ...], group: Group) -> Vote:
    """Return a vote in an election of its own."""
    uuid = generate_uuid(os.urandom)
    credentials = issue_credentials(["voter"], uuid, group, os.urandom)
    _, key = generate_trustee_key(group, os.urandom)
    template = ElectionTemplate("A benchmark", "", (question,))
    record = credentials.public_record()
    election, _ = make_setup(Preparation(template, uuid, group, (SingleTrustee(key),), record))
    return Vote(election, credentials.private[0][1], choices)


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the time that the work takes."""
    began = clock()
    work()
    return clock() - began


def compare(label: str, ways: Sequence[Callable[[], object]], units: int, rounds: int) -> None:
    """Print microseconds a unit of each way in turn, and how much longer each takes than ours.

    ways: ours is the last.
    """
    found = [[seconds(way) for way in ways] for _ in range(rounds)]
    times = [statistics.median(row[k] for row in found) / units * 1e6 for k in range(len(ways))]
    ratios = [statistics.median(row[k] / row[-1] for row in found) for k in range(len(ways) - 1)]
    print(
        f"{label:44}"
        + "".join(f"{time:10.0f}" for time in times)
        + "".join(f"{ratio:10.2f}" for ratio in ratios),
        flush=True,
    )


def print_header(label: str, *columns: str) -> None:
    """Print what the rows that follow hold."""
    print(f"{label:44}" + "".join(f"{column:>10}" for column in columns))


def repeat(times: int, work: Callable[[], object]) -> None:
    """Do the work so many times."""
    for _ in range(times):
        work()


def report_bits(rounds: int) -> None:
    """Print what a ciphertext with its 0/1 proof costs over each group."""
    print_header(
        "us a ciphertext with its 0/1 proof", "textbook", "former", "ours", "t / ours", "f / ours"
    )
    for group in GROUPS.values():
        times = 100 if group == ED25519 else 3
        nonces = NonceSource(group, b"", "benchmark", os.urandom)
        key = group.generator_power(nonces.draw())
        former, ours = (kind(group, key, "", nonces) for kind in (FormerMaker, AnswerMaker))
        ways = (
            partial(repeat, times, partial(textbook_bit, group, key, nonces)),
            partial(repeat, times, partial(made_bit, former, nonces)),
            partial(repeat, times, partial(made_bit, ours, nonces)),
        )
        compare(group.name, ways, times, rounds)


def report_ballots(rounds: int) -> None:
    """Print what whole ballots cost, vote to bytes."""
    print_header("us a ciphertext of 34 in a whole ballot", "former", "ours", "f / ours")
    for group in GROUPS.values():
        vote, times = vote_on(IN_THIRTY_FOUR, VOTE, group), 2 if group == ED25519 else 1
        ways = (
            partial(repeat, times, partial(vote.make, FormerMaker)),
            partial(repeat, times, vote.make),
        )
        compare(group.name, ways, 34 * times, rounds)


def report_ranked(rounds: int) -> None:
    """Print what a whole ranked ballot costs, and how much of it finding its element takes."""
    print_header("us a ranked ballot of 10", "embedding", "plain", "ours", "e / ours", "p / ours")
    embedding = expect_embedding(ED25519)
    votes = [random_ranking() for _ in range(100)]
    ballots = [vote_on(RANKED, votes[0], ED25519)] * len(votes)
    key = ED25519.generator.sort_key

    def whole() -> None:
        for ballot, choices in zip(ballots, votes, strict=True):
            replace(ballot, choices=choices).make()

    ways = (
        lambda: [embedding.embed(choices) for choices in votes],
        lambda: repeat(len(votes), partial(plain_powers, key, 5, 1, 1)),
        whole,
    )
    compare("Ed25519", ways, len(votes), rounds)


def random_ranking() -> tuple[int, ...]:
    """Return the ranks of the candidates in some order."""
    return tuple(random.sample(range(1, 11), 10))


def report_shuffles(sizes: Sequence[int], rounds: int) -> None:
    """Print what a shuffle with its proof costs, and what all cores gain."""
    print_header("us a ballot shuffled and proved", "plain", "ours", "p / ours")
    for size in sizes:
        election, row = shuffled_by(size)
        make_shuffle((row,), election, os.urandom)  # the generators are derived once in a process
        ways = (
            partial(repeat, size, partial(plain_powers, election.public_key.sort_key, 4, 6, 8)),
            partial(make_shuffle, (row,), election, os.urandom),
        )
        compare(f"{size} ballots", ways, size, rounds)
        report_spread(partial(make_shuffle, (row,), election, os.urandom, None))


def report_spread(shuffle: Callable[[Spread], object]) -> None:
    """Print what a shuffle gains by all cores.

    By the clock that depends on who else uses them; the share of the work that the first process
    keeps for itself tells how many can be of use.
    """
    with Engine() as engine:
        shuffle(engine.map)  # starts the processes
        alone, shared = (
            (seconds(work, time.perf_counter), seconds(work))
            for work in (partial(shuffle, map), partial(shuffle, engine.map))
        )
    label = f"{'':4}all {available_cores()} cores instead of one, by the clock"
    print(f"{label:44}{'':20}{alone[0] / shared[0]:10.2f}")
    print(f"{'':4}{'share that the first process keeps':40}{'':20}{shared[1] / alone[1]:10.2f}")


def shuffled_by(size: int) -> tuple[Election, tuple[Ciphertext, ...]]:
    """Return an election, and so many ballots in its tally."""
    nonces = NonceSource(ED25519, b"", "ballots", os.urandom)
    key: Element = ED25519.generator_power(nonces.draw())
    content = expect_embedding(ED25519).embed(random_ranking())
    row = []
    for _ in range(size):
        r = nonces.draw()
        row.append(Ciphertext(ED25519.generator_power(r), key.power(r) * content))
    uuid, fingerprint = Uuid("1" * 14), Fingerprint("a" * 43)
    return Election(uuid, "", "", ED25519, key, (RANKED,), fingerprint, size), tuple(row)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11, help="how often each row is measured")
    parser.add_argument("--sizes", metavar="N", type=int, nargs="+", default=[100, 1000])
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    report_bits(options.rounds)
    report_ballots(options.rounds)
    report_ranked(options.rounds)
    report_shuffles(options.sizes, 3)


if __name__ == "__main__":
    main()
