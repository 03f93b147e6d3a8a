"""One sound record of each kind with its parser, and ways to change any value in it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from comitia.ballots.v1.equations import shape_of
from comitia.ballots.v1.model import (
    EventType,
    HomomorphicQuestion,
    Json,
    Question,
    canonical_json,
    derive_tally_record,
)
from comitia.ballots.v1.parse import (
    parse_ballot,
    parse_bound_proofs,
    parse_bound_share,
    parse_election,
    parse_encrypted_tally,
    parse_event,
    parse_owned,
    parse_partial_decryption,
    parse_result,
    parse_setup_data,
    parse_sized_tally,
    parse_trustee_key,
    parse_trustees,
)
from comitia.ballots.v1.parse.archive import parse_archive_header
from comitia.curve import BELENIOS_2048, ED25519, Group
from tests.elections import YES_NO, Made, make_election, take_apart

Path = tuple[str | int, ...]

SMALL: Final = make_election()
FIELD: Final = make_election(
    group=BELENIOS_2048, questions=(YES_NO,), votes=(((1, 0),),), trustees=1, seed="field"
)

HASHES: Final = {"election", "trustees", "credentials", "encrypted_tally", "payload", "parent"}
FINGERPRINTS: Final = {"hash", "election_hash"}
SCALARS: Final = {"challenge", "response"}
ELEMENTS: Final = {"alpha", "beta", "credential", "public_key", "decryption_factors"}
KEYS: Final = {"credential", "public_key"}


@dataclass(frozen=True)
class Sample:
    """A sound record.

    root: how refusals name the record as a whole. place: how they name a path within it.
    """

    name: str
    record: bytes
    parse: Callable[[bytes], object]
    root: str
    place: Callable[[Path], str]

    def __repr__(self) -> str:
        return self.name

    @property
    def value(self) -> Json:
        """The record's JSON value, a new one each time."""
        value: Json = json.loads(self.record)
        return value

    def changed(self, path: Path, change: Callable[[Any], Json]) -> bytes:
        """Return the record with the value at a path replaced by ``change`` of it."""
        return canonical_json(changed(self.value, path, change))

    def replaced(self, path: Path, part: Json) -> bytes:
        """Return the record with another value at a path."""
        return self.changed(path, lambda _: part)


def changed(value: Json, path: Path, change: Callable[[Any], Json]) -> Json:
    """Return a copy of a value with a part of it replaced."""
    if not path:
        return change(copy.deepcopy(value))
    whole: Any = copy.deepcopy(value)
    part = whole
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = change(part[path[-1]])
    result: Json = whole
    return result


def walk(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Yield every part of a value with its path, from the outside and in order."""
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, (*path, number))


def field_of(path: Path) -> str:
    """Return the innermost name in a path."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def dotted(path: Path) -> str:
    """Return a path as refusals print it: a.b[0].c."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _simple(root: str, path: Path) -> str:
    return dotted(path) or root


def _below(root: str, path: Path) -> str:
    return dotted((root, *path))


def _of_trustees(path: Path) -> str:
    """A trustee is a pair of a kind and a key; refusals name the trustee, not the pair."""
    return dotted(("trustees", *path[:1], *path[2:]))


def _known(questions: tuple[Question, ...]) -> tuple[HomomorphicQuestion, ...]:
    return tuple(question for question in questions if isinstance(question, HomomorphicQuestion))


def samples_of(made: Made) -> dict[str, Sample]:
    """Return a sample of every record that depends on the group."""
    group, questions = made.election.group, _known(made.election.questions)
    shape = shape_of(questions)

    def sample(
        name: str,
        record: bytes,
        parse: Callable[[bytes], object],
        root: str,
        *,
        below: bool = False,
    ) -> Sample:
        return Sample(name, record, parse, root, partial(_below if below else _simple, root))

    share = canonical_json(made.shares[0].to_json())
    bound = json.loads(made.bound)["shares"][0]
    samples = [
        sample(
            "ballot",
            made.ballots[0],
            lambda data: parse_ballot(data, questions, group),
            "ballot",
        ),
        sample(
            "encrypted tally",
            derive_tally_record(made.tally),
            lambda data: parse_encrypted_tally(data, shape, group),
            "encrypted tally",
        ),
        sample(
            "partial decryption",
            share,
            lambda data: parse_partial_decryption(data, shape, group),
            "partial decryption",
        ),
        sample(
            "bound proofs",
            made.bound,
            lambda data: parse_bound_proofs(data, shape, group),
            "bound proofs",
        ),
        sample(
            "bound share",
            canonical_json(bound),
            lambda data: parse_bound_share(data, shape, group),
            "bound share",
            below=True,
        ),
        Sample(
            "trustees",
            made.records.trustees,
            lambda data: parse_trustees(data, group),
            "trustees",
            _of_trustees,
        ),
        sample(
            "trustee's key",
            canonical_json(made.keys[0].to_json()),
            lambda data: parse_trustee_key(data, group),
            "trustee's key",
            below=True,
        ),
        sample("election", made.records.election, parse_election, "election"),
    ]
    return {one.name: one for one in samples}


def _plain_samples() -> dict[str, Sample]:
    """Return a sample of every record that knows no group."""
    steps = take_apart(SMALL.archive)
    contents = {step.type: step.contents for step in steps}
    shape = shape_of(_known(SMALL.election.questions))
    event: Json = {"parent": "ab" * 32, "height": 5, "type": "Ballot", "payload": "cd" * 32}
    rows: list[tuple[str, bytes, Callable[[bytes], object], str]] = [
        ("setup data", SMALL.records.setup_data, parse_setup_data, "setup data"),
        (
            "sized tally",
            contents[EventType.ENCRYPTED_TALLY][-1],
            parse_sized_tally,
            "sized encrypted tally",
        ),
        ("owned", contents[EventType.PARTIAL_DECRYPTION][-1], parse_owned, "owned record"),
        (
            "result",
            contents[EventType.RESULT][-1],
            lambda data: parse_result(data, shape),
            "result record",
        ),
        ("event", canonical_json(event), parse_event, "event"),
        ("header", b'{"version":1,"timestamp":"1795394146"}', parse_archive_header, "archive"),
    ]
    return {
        name: Sample(name, record, parse, root, partial(_simple, root))
        for name, record, parse, root in rows
    }


SAMPLES: Final[dict[str, Sample]] = {**samples_of(SMALL), **_plain_samples()}
FIELD_SAMPLES: Final[dict[str, Sample]] = samples_of(FIELD)

_P: Final = 2**255 - 19
_SIGN: Final = 1 << 255

FOREIGN: Final[dict[Group, dict[str, str]]] = {
    ED25519: {
        "": "not 64 lowercase hexadecimal digits",
        "0": "not 64 lowercase hexadecimal digits",
        "66" * 31 + "5B": "not 64 lowercase hexadecimal digits",
        f"{0:064x}": "a point outside the subgroup of prime order",
        f"{_P - 1:064x}": "a point outside the subgroup of prime order",
        "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826": (
            "a point outside the subgroup of prime order"
        ),
        f"{2:064x}": "not a point on the curve",
        f"{_P:064x}": "not the canonical encoding of a point",
        f"{_P + 1:064x}": "not the canonical encoding of a point",
        f"{1 | _SIGN:064x}": "not the canonical encoding of a point",
    },
    BELENIOS_2048: {
        "": "not a decimal number without sign or spaces",
        "+1": "not a decimal number without sign or spaces",
        "01": "a decimal number with leading zeros",
        "0": "a number outside the subgroup of prime order",
        "2": "a number outside the subgroup of prime order",
        str(BELENIOS_2048.p - 1): "a number outside the subgroup of prime order",
        str(BELENIOS_2048.p): "not below the modulus",
        str(BELENIOS_2048.p + 1): "not below the modulus",
    },
}
"""Texts that are no element of a group, each with the reason: attacks 9, 10 and 11."""
