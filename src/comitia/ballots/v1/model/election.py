"""What is voted on (specification sections "Questions" and "Elections")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from comitia.ballots.v1.model.canonical import Fingerprint, Json, canonical_json, derive_fingerprint
from comitia.ballots.v1.model.ranked import CountingMethod, Reading
from comitia.ballots.v1.model.shape import RowShape, Shape
from comitia.curve import Element, Group

Uuid = NewType("Uuid", str)
"""An election's identifier: at least 14 Base58 characters."""

BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MINIMUM_UUID_LENGTH: Final = 14


class QuestionKind(StrEnum):
    """The kinds of question that the protocol knows, by their names on the wire."""

    HOMOMORPHIC = "Homomorphic"
    NON_HOMOMORPHIC = "NonHomomorphic"
    LISTS = "Lists"


@dataclass(frozen=True, slots=True)
class HomomorphicQuestion:
    """Choose between ``minimum`` and ``maximum`` of the answers, or blank where that is allowed.

    Only the number of votes for each answer is ever decrypted.
    """

    text: str
    answers: tuple[str, ...]
    minimum: int
    maximum: int
    blank: bool = False

    @property
    def kind(self) -> QuestionKind:
        """The kind of question."""
        return QuestionKind.HOMOMORPHIC

    @property
    def choice_count(self) -> int:
        """Ciphertexts in an answer: one an answer, and one before them where blank is allowed."""
        return len(self.answers) + self.blank

    @property
    def row_shape(self) -> RowShape:
        """The ciphertexts of an answer, and of the question's part of a tally."""
        return self.choice_count

    @property
    def overall_proof_count(self) -> int:
        """Proofs in the overall proof: one a permitted sum, and one for blank where allowed."""
        return self.maximum - self.minimum + 1 + self.blank

    def to_json(self) -> Json:
        """Return the wire object; ``blank`` is left out where it is false."""
        blank: dict[str, Json] = {"blank": True} if self.blank else {}
        return {
            "answers": list(self.answers),
            **blank,
            "min": self.minimum,
            "max": self.maximum,
            "question": self.text,
        }


@dataclass(frozen=True, slots=True)
class ListsQuestion:
    """Choose exactly one list, and on it at least one candidate.

    lists: of each its name and then its candidates, of whom there may be none.
    Only the number of votes for each list and each candidate is ever decrypted.
    """

    text: str
    lists: tuple[tuple[str, ...], ...]

    @property
    def kind(self) -> QuestionKind:
        """The kind of question."""
        return QuestionKind.LISTS

    @property
    def row_shape(self) -> RowShape:
        """The ciphertexts of an answer: so many a list, the list itself first."""
        return tuple(len(names) for names in self.lists)

    def to_json(self) -> Json:
        """Return the wire object."""
        lists: list[Json] = [list(names) for names in self.lists]
        return {"type": self.kind.value, "value": {"answers": lists, "question": self.text}}


@dataclass(frozen=True, slots=True)
class RankedQuestion:
    """Give every answer a number: a rank, a grade or a score.

    counting: what the numbers mean, or None where the election's record does not say.
    Every ballot's numbers are opened, after a shuffle has parted them from their voter.
    """

    text: str
    answers: tuple[str, ...]
    counting: CountingMethod | None = None

    @property
    def kind(self) -> QuestionKind:
        """The kind of question."""
        return QuestionKind.NON_HOMOMORPHIC

    @property
    def row_shape(self) -> RowShape:
        """The ciphertexts of an answer: one, which holds all its numbers."""
        return 1

    def read(self, vector: Sequence[int]) -> Reading:
        """Return what the count makes of a ballot's numbers."""
        return Reading.VALID if self.counting is None else self.counting.read(vector)

    def to_json(self) -> Json:
        """Return the wire object."""
        value: Json = {"answers": list(self.answers), "question": self.text}
        fields: dict[str, Json] = {"type": self.kind.value, "value": value}
        if self.counting is not None:
            fields["extra"] = self.counting.to_json()
        return fields


SummedQuestion = HomomorphicQuestion | ListsQuestion
"""A question whose answers are added up without opening any."""

Question = SummedQuestion | RankedQuestion


class Direction(StrEnum):
    """Which way a language is written."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


@dataclass(frozen=True, slots=True)
class Language:
    """The language of an election's texts (observed of release 3.3.0, not in the specification)."""

    name: str
    direction: Direction

    def to_json(self) -> Json:
        """Return the wire pair."""
        return [self.name, self.direction.value]


@dataclass(frozen=True, slots=True)
class ElectionTemplate:
    """What the organisers decide about an election before there is a key."""

    name: str
    description: str
    questions: tuple[Question, ...]
    administrator: str | None = None
    credential_authority: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Election:
    """An election as its record states it.

    fingerprint: phi, over the exact bytes of the record, never over a form written again.
    counted: how many ballots are in the tally that is spoken of; 0 before it is known.
    """

    uuid: Uuid
    name: str
    description: str
    group: Group
    public_key: Element
    questions: tuple[Question, ...]
    fingerprint: Fingerprint
    counted: int = 0

    @property
    def shape(self) -> Shape:
        """The ciphertexts of a tally: of a ranked question, one for each ballot in it."""
        return tuple(
            self.counted if isinstance(question, RankedQuestion) else question.row_shape
            for question in self.questions
        )

    @property
    def ranked_places(self) -> tuple[int, ...]:
        """The places of the ranked questions, from 0."""
        return tuple(
            place
            for place, question in enumerate(self.questions)
            if isinstance(question, RankedQuestion)
        )


def derive_election_record(
    template: ElectionTemplate, uuid: Uuid, public_key: Element, group: Group
) -> bytes:
    """Return the bytes of an election's record; everything else hashes exactly these."""
    questions: list[Json] = [question.to_json() for question in template.questions]
    record: dict[str, Json] = {
        "version": 1,
        "description": template.description,
        "name": template.name,
        "group": group.name,
        "public_key": public_key.text,
        "questions": questions,
        "uuid": uuid,
    }
    if template.administrator is not None:
        record["administrator"] = template.administrator
    if template.credential_authority is not None:
        record["credential_authority"] = template.credential_authority
    if template.language is not None:
        record["language"] = template.language.to_json()
    return canonical_json(record)


def derive_election_fingerprint(record: bytes) -> Fingerprint:
    """Return phi, the election's fingerprint, of the exact bytes of its record."""
    return derive_fingerprint(record)


def is_uuid(text: str) -> bool:
    """Whether a text has the form of an election's identifier."""
    return len(text) >= MINIMUM_UUID_LENGTH and set(text) <= set(BASE58)
