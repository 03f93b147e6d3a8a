"""Write the vectors of audited ballots and rehearsals: ``python -m tests.vectors.audited``.

Formats of our own, specified in ``docs/reference``. A test makes them anew and compares: a
difference is a change of the format, which needs a new version beside the old one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final

from comitia.ballots.v1.equations import audit_failures, derive_rehearsal, rehearsal_failures
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.making import prepare_ballot, rehearse
from comitia.ballots.v1.model import Json, canonical_json
from comitia.ballots.v1.model.rehearsal import REHEARSED_VALUES
from comitia.ballots.v1.parse import parse_audited_ballot, parse_rehearsal_share
from comitia.curve import BELENIOS_2048, ED25519, Group
from comitia.errors import CheckFailed
from tests.elections import YES_NO, Made, make_election, seeded
from tests.vectors.generate import FOLDER, written

GROUPS: Final[tuple[Group, ...]] = (ED25519, BELENIOS_2048)
_Path = tuple[str | int, ...]


def rehearsed_election(group: Group) -> Made:
    """Return the election whose ballots are audited and whose key is rehearsed."""
    return make_election(
        group=group,
        questions=(YES_NO,),
        votes=(((1, 0),), ((0, 1),)),
        trustees=1,
        seed=f"audited vectors {group.name}",
    )


def found(failures: Iterable[CheckFailed]) -> list[Json]:
    """Return failures as the vectors state them."""
    return [[failure.check, failure.subject] for failure in failures]


def _last_digit(value: Json) -> Json:
    text = str(value)
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def _flip(value: Json) -> Json:
    return 0 if value else 1


def changed(file: bytes, path: _Path, change: Callable[[Json], Json]) -> bytes:
    """Return a file with one value changed, canonical as before."""
    whole = json.loads(file)
    part = whole
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = change(part[path[-1]])
    return canonical_json(whole)


_OTHER_FINGERPRINT: Final = "A" * 43

FALSE_AUDITS: Final[tuple[tuple[str, _Path, Callable[[Json], Json]], ...]] = (
    ("A value that is not in the ciphertext.", ("openings", 0, 0, "value"), _flip),
    ("Randomness of another ciphertext.", ("openings", 0, 1, "randomness"), _last_digit),
    (
        "A proof that is not checked because the ballot is opened anyway.",
        ("ballot", "answers", 0, "individual_proofs", 0, 0, "challenge"),
        _last_digit,
    ),
    (
        "A ballot of another election.",
        ("ballot", "election_uuid"),
        lambda _: "1" * 14,
    ),
)


def audited_ballots() -> Json:
    """Return the vectors of audited ballots, version 1."""
    vectors: list[Json] = []
    for group in GROUPS:
        made = rehearsed_election(group)
        credential = made.credentials.private[0][1]
        prepared = prepare_ballot(
            made.election, credential, ((1, 0),), seeded(f"audited ballot {group.name}")
        )
        file = prepared.open().to_bytes()
        false = [(fault, changed(file, path, change)) for fault, path, change in FALSE_AUDITS]
        vectors.append(
            {
                "name": f"one question of two answers, {group.name}",
                "catches": "A hash over anything but the ballot as it would have been signed.",
                "group": group.name,
                "election": made.records.election.decode(),
                "hash": prepared.hash,
                "file": file.decode(),
                "false_files": [
                    {
                        "catches": fault,
                        "file": one.decode(),
                        "failures": found(
                            audit_failures(parse_audited_ballot(one, made.election), made.election)
                        ),
                    }
                    for fault, one in false
                ],
            }
        )
    return {
        "schema": "comitia-vectors-audited-ballots-v1",
        "source": "tests/vectors/audited.py, from elections made of fixed seeds",
        "vectors": vectors,
    }


FALSE_REHEARSALS: Final[tuple[tuple[str, _Path, Callable[[Json], Json]], ...]] = (
    ("A share of another election's rehearsal.", ("election_hash",), lambda _: _OTHER_FINGERPRINT),
    ("A share of a trustee who is none.", ("bound", "owner"), lambda _: 2),
    (
        "A proof that does not hold.",
        ("decryption_proofs", 1, "response"),
        _last_digit,
    ),
    (
        "A bound proof that does not hold.",
        ("bound", "proofs", 0, 2, "response"),
        _last_digit,
    ),
)


def rehearsals() -> Json:
    """Return the vectors of rehearsals, version 1."""
    vectors: list[Json] = []
    for group in GROUPS:
        made = rehearsed_election(group)
        election = made.election
        rehearsal = derive_rehearsal(election)
        tag = f"comitia-rehearsal-v1|{election.fingerprint}"
        file = rehearse(made.secrets[0], 1, election, seeded(f"rehearsal {group.name}")).to_bytes()
        false = [(fault, changed(file, path, change)) for fault, path, change in FALSE_REHEARSALS]
        vectors.append(
            {
                "name": f"one trustee, {group.name}",
                "catches": "Randomness that anything but the fingerprint enters.",
                "group": group.name,
                "election": made.records.election.decode(),
                "trustee_public_key": made.keys[0].public_key.text,
                "trustee_private_key": made.secrets[0].exponent.text,
                "hashed": tag,
                "fingerprint": rehearsal.election.fingerprint,
                "test_tally": [
                    {
                        "value": value,
                        "hashed": f"{tag}|{value}",
                        "randomness": challenge(group, f"{tag}|{value}").text,
                        "alpha": ciphertext.alpha.text,
                        "beta": ciphertext.beta.text,
                    }
                    for value, ciphertext in zip(REHEARSED_VALUES, rehearsal.tally[0], strict=True)
                ],
                "file": file.decode(),
                "false_files": [
                    {
                        "catches": fault,
                        "file": one.decode(),
                        "failures": found(
                            rehearsal_failures(
                                parse_rehearsal_share(one, group), election, made.trustees
                            )
                        ),
                    }
                    for fault, one in false
                ],
            }
        )
    return {
        "schema": "comitia-vectors-rehearsal-v1",
        "source": "tests/vectors/audited.py, from elections made of fixed seeds",
        "vectors": vectors,
    }


FILES: Final[dict[str, Callable[[], Json]]] = {
    "audited_ballots.json": audited_ballots,
    "rehearsals.json": rehearsals,
}


if __name__ == "__main__":
    for file_name, make in FILES.items():
        (FOLDER / file_name).write_text(written(make()))
