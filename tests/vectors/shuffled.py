"""Write the vectors of signed shuffles: ``python -m tests.vectors.shuffled``.

A format of our own, specified in ``docs/reference/signed-shuffles.md``. A test makes them anew and
compares: a difference is a change of the format, which needs a new version beside the old one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from comitia.ballots.v1.equations import shuffle_signature_statement, signed_shuffle_failures
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.model import Json
from comitia.ballots.v1.parse import parse_signed_shuffles
from comitia.curve import ED25519, RFC_3526_2048, Group
from tests.elections import RANK, RANK_VOTES, Made, make_election
from tests.vectors.audited import changed, found
from tests.vectors.generate import FOLDER, written

GROUPS: Final[tuple[Group, ...]] = (ED25519, RFC_3526_2048)
_Path = tuple[str | int, ...]
_SIGNED: Final[_Path] = ("shuffles", 0)


def shuffled_election(group: Group) -> Made:
    """Return the election whose one shuffle is signed."""
    return make_election(
        group=group,
        questions=(RANK,),
        votes=((RANK_VOTES[0],),),
        trustees=1,
        seed=f"shuffled vectors {group.name}",
    )


def _last_digit(value: Json) -> Json:
    text = str(value)
    return text[:-1] + ("0" if text[-1] != "0" else "1")


FALSE_SIGNATURES: Final[tuple[tuple[str, _Path, Callable[[Json], Json]], ...]] = (
    ("An owner that is not in the hash.", (*_SIGNED, "owner"), lambda _: 2),
    ("A signature for another record.", (*_SIGNED, "payload"), _last_digit),
    (
        "A challenge that is not the hash of its statement.",
        (*_SIGNED, "signature", "challenge"),
        _last_digit,
    ),
    ("A response with another key.", (*_SIGNED, "signature", "response"), _last_digit),
)


def failures_of(file: bytes, made: Made) -> list[Json]:
    """Return what does not hold of the only signature of a file."""
    (signed,) = parse_signed_shuffles(file, made.election.group).shuffles
    return found(signed_shuffle_failures(signed, made.keys[0].public_key, made.election))


def signed_shuffles() -> Json:
    """Return the vectors of signed shuffles, version 1."""
    vectors: list[Json] = []
    for group in GROUPS:
        made = shuffled_election(group)
        (signed,) = parse_signed_shuffles(made.signed, group).shuffles
        key = made.keys[0].public_key
        mask = commitment(group, signed.signature, key)
        statement = shuffle_signature_statement(
            made.election, signed.owner, key, signed.payload, mask
        )
        false = [
            (fault, changed(made.signed, path, change)) for fault, path, change in FALSE_SIGNATURES
        ]
        vectors.append(
            {
                "name": f"one trustee, one shuffle of one ballot, {group.name}",
                "catches": "A value left out of the hash, or hashed in another order or form.",
                "group": group.name,
                "election": made.records.election.decode(),
                "election_hash": made.election.fingerprint,
                "trustee_private_key": made.secrets[0].exponent.text,
                "trustee_public_key": key.text,
                "shuffle": made.shuffles[0].to_bytes().decode(),
                "commitment": mask.text,
                "statement": statement,
                "challenge": challenge(group, statement).text,
                "file": made.signed.decode(),
                "false_files": [
                    {"catches": fault, "file": one.decode(), "failures": failures_of(one, made)}
                    for fault, one in false
                ],
            }
        )
    return {
        "schema": "comitia-vectors-signed-shuffles-v1",
        "source": "tests/vectors/shuffled.py, from elections made of fixed seeds",
        "vectors": vectors,
    }


FILES: Final[dict[str, Callable[[], Json]]] = {"signed_shuffles.json": signed_shuffles}


if __name__ == "__main__":
    for file_name, make in FILES.items():
        (FOLDER / file_name).write_text(written(make()))
