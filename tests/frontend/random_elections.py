"""Elections, credentials and votes of all kinds, each made of its number."""

from __future__ import annotations

import random
from dataclasses import dataclass

from comitia.ballots.v1.making import (
    PrivateCredential,
    generate_credential,
    generate_trustee_key,
    generate_uuid,
)
from comitia.ballots.v1.model import (
    CountingMethod,
    Election,
    ElectionTemplate,
    HomomorphicQuestion,
    ListsQuestion,
    Method,
    Question,
    RankedQuestion,
    derive_election_record,
)
from comitia.ballots.v1.parse import parse_election
from comitia.curve import ED25519, RFC_3526_2048, Group
from tests.elections import seeded

TEXTS = ("", "Ja", 'say "no" \\', "\x7f\x00\n", "é\u2028", "\U0001f5f3", "name|,", "</script>")


@dataclass(frozen=True)
class Voted:
    """An election's record, a voter, and a vote on each question."""

    record: bytes
    credential: PrivateCredential
    votes: tuple[tuple[int, ...], ...]

    @property
    def election(self) -> Election:
        return parse_election(self.record)


def random_vote(number: int, group: Group = ED25519, most: int = 6) -> Voted:
    """Return the vote of a number. most: answers, lists and candidates of a question."""
    chance, randomness = random.Random(number), seeded(f"{group.name} {number}")
    holds_numbers = group in (ED25519, RFC_3526_2048)
    kinds = (_sum, _lists, _ranked) if holds_numbers else (_sum, _lists)
    asked = [chance.choice(kinds)(chance, most) for _ in range(chance.choice((1, 1, 2, 3)))]
    _, key = generate_trustee_key(group, randomness)
    questions = tuple(question for question, _ in asked)
    template = ElectionTemplate(_text(chance), _text(chance), questions)
    record = derive_election_record(template, generate_uuid(randomness), key.public_key, group)
    return Voted(record, generate_credential(randomness), tuple(vote for _, vote in asked))


def _text(chance: random.Random) -> str:
    return "".join(chance.choice(TEXTS) for _ in range(3))


def _texts(chance: random.Random, number: int) -> tuple[str, ...]:
    return tuple(_text(chance) for _ in range(number))


def _sum(chance: random.Random, most: int) -> tuple[Question, tuple[int, ...]]:
    answers = chance.randint(1, most)
    maximum = chance.randint(0, answers)
    minimum = chance.randint(0, maximum)
    blank = chance.random() < 0.5
    question = HomomorphicQuestion(
        _text(chance), _texts(chance, answers), minimum, maximum, blank=blank
    )
    if blank and chance.random() < 0.3:
        return question, (1, *(0,) * answers)
    chosen = chance.sample(range(answers), chance.randint(minimum, maximum))
    return question, (*(0,) * blank, *(int(place in chosen) for place in range(answers)))


def _lists(chance: random.Random, most: int) -> tuple[Question, tuple[int, ...]]:
    sizes = [chance.randint(0, most) for _ in range(chance.randint(1, 3))]
    sizes[taken := chance.randrange(len(sizes))] += 1
    question = ListsQuestion(_text(chance), tuple(_texts(chance, 1 + size) for size in sizes))
    vote: list[int] = []
    for place, size in enumerate(sizes):
        chosen = chance.sample(range(size), chance.randint(1, size)) if place == taken else []
        vote += [int(place == taken), *(int(one in chosen) for one in range(size))]
    return question, tuple(vote)


def _ranked(chance: random.Random, most: int) -> tuple[Question, tuple[int, ...]]:
    answers = chance.randint(1, most)
    counting, vote = chance.choice(
        (
            (None, _numbers(chance, answers, 0, 255)),
            (CountingMethod(Method.SCHULZE, blank=True), _numbers(chance, answers, 0, answers)),
            (
                CountingMethod(Method.MAJORITY_JUDGMENT, blank=False, grades=_texts(chance, 4)),
                _numbers(chance, answers, 1, 4),
            ),
            (CountingMethod(Method.STV, blank=True, seats=2), _ranking(chance, answers)),
            (
                CountingMethod(Method.SCORE, blank=False, most=100),
                _numbers(chance, answers, 0, 100),
            ),
        )
    )
    return RankedQuestion(_text(chance), _texts(chance, answers), counting), vote


def _numbers(chance: random.Random, answers: int, least: int, most: int) -> tuple[int, ...]:
    return tuple(chance.randint(least, most) for _ in range(answers))


def _ranking(chance: random.Random, answers: int) -> tuple[int, ...]:
    ranked = chance.sample(range(answers), chance.randint(0, answers))
    return tuple(ranked.index(place) + 1 if place in ranked else 0 for place in range(answers))
