"""Write the vectors in this folder: ``python -m tests.vectors.generate`` at the project's root.

A test makes them anew and compares: a difference is a change of the format, which needs a new
version beside the old one, never a new file in its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import BoundFactor, bound_statement, share_statement
from comitia.ballots.v1.equations.proofs import commitment, commitment_for
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.making import derive_secret
from comitia.ballots.v1.model import (
    BoundShare,
    Json,
    canonical_json,
    derive_fingerprint,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.curve import BELENIOS_2048, ED25519, Group, hedged_scalar
from tests.elections import YES_NO, Made, make_election, take_apart

FOLDER: Final = Path(__file__).parent


def small_elections() -> dict[str, Made]:
    """Return the elections whose records are in the vectors, one a group."""
    return {
        group.name: make_election(
            group=group,
            questions=(YES_NO,),
            votes=(((1, 0),), ((0, 1),)),
            trustees=1,
            seed=f"vectors {group.name}",
        )
        for group in (ED25519, BELENIOS_2048)
    }


# Wire version 1

TEXTS: Final = {
    "plain": ("Approve?", "Spaces or escaped slashes in the compact form."),
    "quotes": ('say "no" \\ never', "Quotes or backslashes escaped in another way."),
    "control": ("\b\t\n\f\r\0\x01\x1f", "Long escapes where there are short ones, or uppercase."),
    "delete": ("\x7f", "DEL left as it is: the reference escapes it."),
    "composed": ("é", "Escaping beyond ASCII, or normalising to the decomposed form."),
    "decomposed": ("e\u0301", "Normalising to the composed form."),
    "astral": ("\U0001f5f3\U0010ffff", "Surrogate pairs in place of four bytes of UTF-8."),
    "separators": ("\u0085\u2028\u2029\ufeff/", "Escapes that other writers of JSON add."),
}


def json_vectors() -> list[Json]:
    """Return texts with their canonical form, tracker-like and name-like hash."""
    return [
        {
            "name": f"text: {name}",
            "catches": fault,
            "code_points": [ord(character) for character in text],
            "bytes_hex": canonical_json(text).hex(),
            "sha256_hex": derive_hash(canonical_json(text)),
            "fingerprint": derive_fingerprint(canonical_json(text)),
        }
        for name, (text, fault) in TEXTS.items()
    ]


RECORD_FAULTS: Final = {
    "election": "Another order of fields, or `blank` written where it is false.",
    "trustees": "A trustee's pair in another form.",
    "credentials": "Another order of credentials than that of their elements.",
    "setup_data": "A hash of anything but a record's exact bytes.",
    "ballot": "Another order of fields in answers, proofs or signature.",
    "encrypted_tally": "A product over anything but the last ballots.",
    "sized_tally": "Numbers as strings, or a Base64 hash.",
    "partial_decryption": "Factors and proofs in one list.",
    "owned": "An owner counted from 0.",
    "result": "Votes as strings.",
}


def record_vectors() -> list[Json]:
    """Return every record of a small election over each group."""
    vectors: list[Json] = []
    for name, made in small_elections().items():
        steps = take_apart(made.archive)
        setup, ballot, *_, tally, share, result = steps
        records = dict(
            zip(
                RECORD_FAULTS,
                (
                    *setup.contents,
                    *ballot.contents,
                    *tally.contents,
                    *share.contents,
                    *result.contents,
                ),
                strict=True,
            )
        )
        vectors += [
            {
                "name": f"record: {kind}, {name}",
                "catches": fault,
                "text": records[kind].decode(),
                "sha256_hex": derive_hash(records[kind]),
                "fingerprint": derive_fingerprint(records[kind]),
            }
            for kind, fault in RECORD_FAULTS.items()
        ]
    return vectors


def credential_vectors() -> list[Json]:
    """Return private credentials with their secrets and public elements."""
    vectors: list[Json] = []
    for name, made in small_elections().items():
        group, uuid = made.election.group, made.election.uuid
        _, credential = made.credentials.private[0]
        secret = derive_secret(credential, uuid, group)
        vectors.append(
            {
                "name": f"credential, {name}",
                "catches": "One hash in place of two, or dashes left out of them.",
                "uuid": uuid,
                "credential": credential,
                "secret": secret.text,
                "public": group.generator_power(secret).text,
            }
        )
    return vectors


def nonce_vectors() -> list[Json]:
    """Return hedged scalars of fixed inputs."""
    groups: list[Group] = [ED25519, BELENIOS_2048]
    return [
        {
            "name": f"hedged scalar, {group.name}",
            "catches": "Parts hashed without their lengths, or little-endian reduction.",
            "secret_hex": b"secret".hex(),
            "message_hex": b"message".hex(),
            "fresh_hex": (b"\x2a" * 64).hex(),
            "scalar": hedged_scalar(group, b"secret", b"message", lambda n: b"\x2a" * n).text,
        }
        for group in groups
    ]


def ballots_v1() -> Json:
    """Return the vectors of wire version 1."""
    return {
        "schema": "comitia-vectors-ballots-v1",
        "source": "tests/vectors/generate.py, from elections made of fixed seeds",
        "vectors": [
            *json_vectors(),
            *record_vectors(),
            *credential_vectors(),
            *nonce_vectors(),
        ],
    }


# Bound decryption proofs


def bound_proof_vectors(made: Made, share: BoundShare) -> list[Json]:
    """Return each bound proof with everything that its challenge hashes."""
    election, key = made.election, made.keys[share.owner - 1].public_key
    vectors: list[Json] = []
    for i, row in enumerate(made.tally):
        for j, ciphertext in enumerate(row):
            proof, factor = share.proofs[i][j], made.shares[share.owner - 1].factors[i][j]
            a = commitment(election.group, proof, key)
            b = commitment_for(ciphertext.alpha, proof, factor)
            about = BoundFactor(i, j, key, ciphertext.alpha, factor)
            statement = bound_statement(election, about, (a, b))
            vectors.append(
                {
                    "question": i,
                    "choice": j,
                    "alpha": ciphertext.alpha.text,
                    "factor": factor.text,
                    "commitments": [a.text, b.text],
                    "statement": statement,
                    "challenge": challenge(election.group, statement).text,
                    "proof": proof.to_json(),
                }
            )
    return vectors


def signature_vector(made: Made, share: BoundShare) -> Json:
    """Return a share's signature with everything that its challenge hashes."""
    group, key = made.election.group, made.keys[share.owner - 1].public_key
    signed_hash = share.derive_signed_hash()
    mask = commitment(group, share.signature, key)
    statement = share_statement(made.election, key, signed_hash, mask)
    return {
        "signed_hash": signed_hash,
        "commitment": mask.text,
        "statement": statement,
        "challenge": challenge(group, statement).text,
        "proof": share.signature.to_json(),
    }


def false_files(value: Json) -> list[Json]:
    """Return files that differ in one value, with the parts that must fail."""

    def changed(path: Sequence[str | int], change: Callable[[str], str]) -> str:
        whole = json.loads(canonical_json(value))
        part = whole
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = change(part[path[-1]])
        return canonical_json(whole).decode()

    def digit(text: str) -> str:
        return text[:-1] + ("0" if text[-1] != "0" else "1")

    share = ("shares", 0)
    rows: list[tuple[str, tuple[str | int, ...], list[str]]] = [
        (
            "a challenge that is not the hash of its statement",
            (*share, "proofs", 0, 1, "challenge"),
            ["signature", "question 1, choice 2"],
        ),
        (
            "a response for another exponent",
            (*share, "proofs", 0, 0, "response"),
            ["signature", "question 1, choice 1"],
        ),
        ("a signature of somebody else", (*share, "signature", "response"), ["signature"]),
        ("proofs for another share", (*share, "payload"), ["record proved", "signature"]),
    ]
    return [
        {"catches": fault, "file": changed(path, digit), "failures": [*subjects]}
        for fault, path, subjects in rows
    ]


def bound_decryption_proofs() -> Json:
    """Return the vectors of bound decryption proofs, version 1."""
    elections: list[Json] = []
    for name, made in small_elections().items():
        bound = parse_bound_proofs(made.bound, made.election.shape, made.election.group)
        (share,) = bound.shares
        elections.append(
            {
                "name": f"one trustee, one question of two answers, {name}",
                "catches": "A value left out of a hash, or hashed in another order or form.",
                "group": name,
                "election": made.records.election.decode(),
                "election_hash": made.election.fingerprint,
                "trustee_private_key": made.secrets[0].exponent.text,
                "trustee_public_key": made.keys[0].public_key.text,
                "encrypted_tally": [[c.to_json() for c in row] for row in made.tally],
                "partial_decryption": made.shares[0].derive_record(made.election.shape).decode(),
                "file": made.bound.decode(),
                "proofs": bound_proof_vectors(made, share),
                "signature": signature_vector(made, share),
                "false_files": false_files(json.loads(made.bound)),
            }
        )
    return {
        "schema": "comitia-vectors-bound-decryption-v1",
        "source": "tests/vectors/generate.py, from elections made of fixed seeds",
        "elections": elections,
    }


FILES: Final[dict[str, Callable[[], Json]]] = {
    "ballots_v1.json": ballots_v1,
    "bound_decryption_proofs.json": bound_decryption_proofs,
}


def written(value: Json) -> str:
    """Return a file of vectors as it lies in this folder."""
    return json.dumps(value, indent=2) + "\n"


if __name__ == "__main__":
    for file_name, make in FILES.items():
        (FOLDER / file_name).write_text(written(make()))
