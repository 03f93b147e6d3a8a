"""One sound record of each kind with its parser, and ways to change any value in it."""

from __future__ import annotations

import copy
import json
import pathlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pytest

from comitia.ballots.v1.making import prepare_ballot, rehearse
from comitia.ballots.v1.model import (
    AuditedBallot,
    EventType,
    HomomorphicQuestion,
    Json,
    ListsQuestion,
    Question,
    RankedQuestion,
    canonical_json,
    derive_result_record,
    derive_tally_record,
)
from comitia.ballots.v1.parse import (
    parse_audited_ballot,
    parse_ballot,
    parse_bound_proofs,
    parse_bound_share,
    parse_certificate,
    parse_election,
    parse_encrypted_tally,
    parse_event,
    parse_owned,
    parse_partial_decryption,
    parse_rehearsal_share,
    parse_result,
    parse_setup_data,
    parse_shuffle,
    parse_signed_shuffle,
    parse_signed_shuffles,
    parse_sized_tally,
    parse_threshold_trustees,
    parse_trustee_key,
    parse_trustees,
)
from comitia.ballots.v1.parse.archive import parse_archive_header
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from comitia.errors import MalformedRecord
from tests.elections import (
    GRADE,
    LISTS,
    LISTS_VOTES,
    RANK,
    RANK_VOTES,
    RANKED_VOTES,
    YES_NO,
    Made,
    Step,
    make_election,
    seeded,
    take_apart,
)

Path = tuple[str | int, ...]

SMALL: Final = make_election()
FIELD: Final = make_election(
    group=BELENIOS_2048, questions=(YES_NO,), votes=(((1, 0),),), trustees=1, seed="field"
)
LISTED: Final = make_election(
    questions=(LISTS, YES_NO), votes=LISTS_VOTES, weights=(5, 3, 0), seed="lists"
)
LISTED_FIELD: Final = make_election(
    group=BELENIOS_2048,
    questions=(LISTS,),
    votes=((LISTS_VOTES[0][0],),),
    trustees=1,
    seed="lists over a field",
)
RANKED: Final = make_election(questions=(RANK, YES_NO, GRADE), votes=RANKED_VOTES, seed="ranked")
RANKED_FIELD: Final = make_election(
    group=RFC_3526_2048,
    questions=(RANK,),
    votes=((RANK_VOTES[0],), (RANK_VOTES[3],)),
    trustees=1,
    seed="ranked over a field",
)
FIXTURES: Final = pathlib.Path(__file__).parents[2] / "vectors" / "reference"
"""The small elections of the reference that lie in this repository."""

_SHUFFLE_PARTS: Final = 3
"""A shuffle's proof is a part at ("proofs", question, part): commitments, responses and so on."""

HASHES: Final = {
    "election",
    "trustees",
    "credentials",
    "encrypted_tally",
    "payload",
    "parent",
    "public_creds_hash",
}
FINGERPRINTS: Final = {"hash", "election_hash"}
SCALARS: Final = {"challenge", "response", "randomness"}
KEYS: Final = {"credential", "public_key", "verification_key", "encryption_key"}
ELEMENTS: Final = {"alpha", "beta", "commitment", "decryption_factors", *KEYS}


@dataclass(frozen=True)
class Sample:
    """A sound record.

    kind: which of the parsers it is for; several samples may be of one kind.
    root: how refusals name the record as a whole. place: how they name a path within it.
    """

    name: str
    kind: str
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


def refusal(parse: Callable[[bytes], object], record: bytes) -> str:
    """Return what a parser says of a record that it must refuse."""
    with pytest.raises(MalformedRecord) as caught:
        parse(record)
    return str(caught.value)


def field_of(path: Path) -> str:
    """Return the innermost name in a path; of a shuffle's proof, whose arrays have none, ours."""
    if path[:1] == ("proofs",) and len(path) > _SHUFFLE_PARTS and isinstance(path[-1], int):
        return "response" if path[2] == 1 else "commitment"
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


def permitted_vote(question: Question) -> tuple[int, ...]:
    """Return a vote that a question permits: as many answers as it may, or a whole list."""
    match question:
        case HomomorphicQuestion():
            chosen = tuple(int(n < question.maximum) for n in range(len(question.answers)))
            return (0,) * question.blank + chosen
        case ListsQuestion():
            return tuple(int(n == 0) for n, names in enumerate(question.lists) for _ in names)
        case RankedQuestion():
            return tuple(range(1, len(question.answers) + 1))


def audited_ballot(made: Made, voter: int = 0) -> AuditedBallot:
    """Return an opened ballot of a voter with a permitted vote."""
    votes = [permitted_vote(question) for question in made.election.questions]
    credential = made.credentials.private[voter][1]
    return prepare_ballot(made.election, credential, votes, seeded("audited")).open()


def fixture_steps(name: str) -> list[Step]:
    """Return the steps of one of the reference's small elections."""
    (path,) = (FIXTURES / name).glob("*.bel")
    return take_apart(path.read_bytes())


def samples_of(made: Made, prefix: str = "") -> dict[str, Sample]:
    """Return a sample of every record that depends on the group."""
    group, questions = made.election.group, made.election.questions
    shape = made.election.shape

    def sample(
        name: str,
        record: bytes,
        parse: Callable[[bytes], object],
        root: str,
        *,
        below: bool = False,
    ) -> Sample:
        place = partial(_below if below else _simple, root)
        return Sample(prefix + name, name, record, parse, root, place)

    share = made.shares[0].derive_record(shape)
    bound = json.loads(made.bound)["shares"][0]
    counts = [made.election.counted] * len(made.election.ranked_places)
    samples = [
        *(
            sample(
                "shuffle",
                shuffle.to_bytes(),
                lambda data: parse_shuffle(data, counts, group),
                "shuffle",
            )
            for shuffle in made.shuffles[:1]
        ),
        sample(
            "ballot",
            made.ballots[0],
            lambda data: parse_ballot(data, questions, group),
            "ballot",
        ),
        sample(
            "encrypted tally",
            derive_tally_record(made.tally, shape),
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
        sample(
            "result",
            derive_result_record(made.result, shape),
            lambda data: parse_result(data, made.election),
            "result record",
        ),
        sample(
            "audited ballot",
            audited_ballot(made).to_bytes(),
            lambda data: parse_audited_ballot(data, made.election),
            "audited ballot",
        ),
        sample(
            "rehearsal",
            rehearse(made.secrets[0], 1, made.election, seeded("rehearsed")).to_bytes(),
            lambda data: parse_rehearsal_share(data, group),
            "rehearsal",
        ),
        Sample(
            prefix + "trustees",
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
        ("event", canonical_json(event), parse_event, "event"),
        ("header", b'{"version":1,"timestamp":"1795394146"}', parse_archive_header, "archive"),
    ]
    return {
        name: Sample(name, name, record, parse, root, partial(_simple, root))
        for name, record, parse, root in rows
    }


def _lists_samples(made: Made) -> dict[str, Sample]:
    """Return a sample of every record that is nested for questions of lists."""
    same = {"lists election", "lists rehearsal", "lists trustees", "lists trustee's key"}
    return {name: one for name, one in samples_of(made, "lists ").items() if name not in same}


def _ranked_samples(made: Made) -> dict[str, Sample]:
    """Return a sample of every record in which ranked questions are told apart."""
    same = {"ranked election", "ranked rehearsal", "ranked trustees", "ranked trustee's key"}
    signed, group = json.loads(made.signed)["shuffles"][0], made.election.group
    beside: list[tuple[str, bytes, Callable[[bytes], object], Callable[[Path], str]]] = [
        (
            "signed shuffles",
            made.signed,
            lambda data: parse_signed_shuffles(data, group),
            partial(_simple, "signed shuffles"),
        ),
        (
            "signed shuffle",
            canonical_json(signed),
            lambda data: parse_signed_shuffle(data, group),
            partial(_below, "signed shuffle"),
        ),
    ]
    return {
        **{name: one for name, one in samples_of(made, "ranked ").items() if name not in same},
        **{
            f"ranked {name}": Sample(f"ranked {name}", name, record, parse, name, place)
            for name, record, parse, place in beside
        },
    }


def _certificate_sample(name: str, group: Group) -> dict[str, Sample]:
    """Return the certificate of the list of credentials of one of the reference's elections."""
    kind = "credentials certificate"
    record = fixture_steps(name)[0].contents[3]
    place = partial(_simple, kind)
    return {
        kind: Sample(kind, kind, record, lambda data: parse_certificate(data, group), kind, place)
    }


def _threshold_samples(name: str, group: Group) -> dict[str, Sample]:
    """Return the trustees of one of the reference's elections, and the group among them alone."""
    trustees = fixture_steps(name)[0].contents[1]
    alone = next(content for kind, content in json.loads(trustees) if kind == "Pedersen")
    kind = "threshold trustees"
    return {
        "trustees with a group": Sample(
            "trustees with a group",
            "trustees",
            trustees,
            lambda data: parse_trustees(data, group),
            "trustees",
            _of_trustees,
        ),
        kind: Sample(
            kind,
            kind,
            canonical_json(alone),
            lambda data: parse_threshold_trustees(data, group),
            kind,
            partial(_below, kind),
        ),
    }


SAMPLES: Final[dict[str, Sample]] = {
    **samples_of(SMALL),
    **_plain_samples(),
    **_lists_samples(LISTED),
    **_ranked_samples(RANKED),
    **_certificate_sample("credentials-certificate", ED25519),
    **_threshold_samples("threshold-names", ED25519),
}
FIELD_SAMPLES: Final[dict[str, Sample]] = {
    **samples_of(FIELD),
    **_lists_samples(LISTED_FIELD),
    **_certificate_sample("credentials-certificate-weighted-belenios2048", BELENIOS_2048),
}
SAFE_PRIME_SAMPLES: Final[dict[str, Sample]] = _ranked_samples(RANKED_FIELD)

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
    RFC_3526_2048: {
        "": "not a decimal number without sign or spaces",
        "01": "a decimal number with leading zeros",
        "0": "a number outside the subgroup of prime order",
        str(RFC_3526_2048.p - 1): "a number outside the subgroup of prime order",
        str(RFC_3526_2048.p): "not below the modulus",
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
