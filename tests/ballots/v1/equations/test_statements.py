"""What challenges hash: the exact strings, and that every public value is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from comitia.ballots.v1.equations import (
    BoundFactor,
    bound_statement,
    share_statement,
    shuffle_signature_statement,
)
from comitia.ballots.v1.equations.statements import (
    answer_context,
    blank_overall_statement,
    blank_statement,
    challenge,
    decryption_statement,
    interval_statement,
    knowledge_statement,
    list_statement,
    message_statement,
    nonzero_statement,
    plaintext_statement,
    signature_statement,
    voter_context,
)
from comitia.ballots.v1.model import Ciphertext, Fingerprint, derive_hash
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Element, Group
from tests.elections import make_election

E: Final = [BELENIOS_2048.generator_power(BELENIOS_2048.scalar(n)) for n in range(10)]
T: Final = [element.text for element in E]
PHI: Final = Fingerprint("f" * 43)
FIRST, SECOND = Ciphertext(E[1], E[2]), Ciphertext(E[3], E[4])
ELECTION: Final = replace(make_election().election, fingerprint=PHI)
FACTOR: Final = BoundFactor(0, 1, E[1], E[2], E[3])
HASH: Final = derive_hash(b"signed")

Fields = dict[str, Any]
STATEMENTS: Final[list[tuple[str, Callable[..., str], Fields, str]]] = [
    ("S0", voter_context, {"fingerprint": PHI, "credential": E[1]}, f"{PHI}|{T[1]}"),
    (
        "S",
        answer_context,
        {"voter": "S0", "choices": (FIRST, SECOND)},
        f"S0|{T[1]},{T[2]},{T[3]},{T[4]}",
    ),
    (
        "interval",
        interval_statement,
        {"context": "S", "ciphertext": FIRST, "commitments": (E[5], E[6], E[7], E[8])},
        f"prove|S|{T[1]},{T[2]}|{T[5]},{T[6]},{T[7]},{T[8]}",
    ),
    (
        "blank",
        blank_statement,
        {"context": "S", "commitments": (E[5], E[6])},
        f"bproof0|S|{T[5]},{T[6]}",
    ),
    (
        "blank overall",
        blank_overall_statement,
        {"context": "S", "commitments": (E[5], E[6])},
        f"bproof1|S|{T[5]},{T[6]}",
    ),
    (
        "list",
        list_statement,
        {"context": "S", "commitments": (E[5], E[6], E[7], E[8])},
        f"lproof|S|{T[5]},{T[6]},{T[7]},{T[8]}",
    ),
    (
        "nonzero",
        nonzero_statement,
        {"context": "S", "commitments": (E[5], E[6], E[7])},
        f"nonzero|S|{T[5]},{T[6]},{T[7]}",
    ),
    (
        "plaintext",
        plaintext_statement,
        {"voter": "S0", "key": E[1], "ciphertext": SECOND, "commitment": E[5]},
        f"raweg|S0|{T[1]},{T[3]},{T[4]}|{T[5]}",
    ),
    (
        "shuffle signature",
        shuffle_signature_statement,
        {"election": ELECTION, "owner": 12, "public_key": E[1], "payload": HASH, "mask": E[5]},
        f"comitia-shuffle-v1|Ed25519|{PHI}|12|{T[1]}|{HASH}|{T[5]}",
    ),
    (
        "message",
        message_statement,
        {"message": "certs_sig|{}", "commitment": E[5]},
        f"sigmsg|certs_sig|{{}}|{T[5]}",
    ),
    (
        "signature",
        signature_statement,
        {"signed_hash": PHI, "commitment": E[5]},
        f"sig|{PHI}|{T[5]}",
    ),
    (
        "knowledge",
        knowledge_statement,
        {"group": BELENIOS_2048, "public_key": E[1], "commitment": E[5]},
        f"pok|BELENIOS-2048|{T[1]}|{T[5]}",
    ),
    (
        "decryption",
        decryption_statement,
        {"fingerprint": PHI, "public_key": E[1], "commitments": (E[5], E[6])},
        f"decrypt|{PHI}|{T[1]}|{T[5]},{T[6]}",
    ),
    (
        "bound decryption",
        bound_statement,
        {"election": ELECTION, "bound": FACTOR, "commitments": (E[5], E[6])},
        f"comitia-bound-decryption-v1|Ed25519|{PHI}|0,1|{T[1]}|{T[2]}|{T[3]}|{T[5]},{T[6]}",
    ),
    (
        "bound share",
        share_statement,
        {"election": ELECTION, "public_key": E[1], "signed_hash": HASH, "commitment_": E[5]},
        f"comitia-bound-share-v1|Ed25519|{PHI}|{T[1]}|{HASH}|{T[5]}",
    ),
]


def variants(value: Any) -> list[Any]:  # noqa: ANN401 - a value of any field
    """Return values that differ from one in a single part of it."""
    found: list[Any]
    changes: list[dict[str, Any]]
    match value:
        case Ciphertext(alpha, beta):
            found = [Ciphertext(E[9], beta), Ciphertext(alpha, E[9]), Ciphertext(beta, alpha)]
        case Element():
            found = [E[9]]
        case Group():
            found = [ED25519]
        case str():
            found = [value[:-1] + "!"]
        case int():
            found = [value + 1]
        case tuple():
            found = [value[::-1]]
            for i, part in enumerate(value):
                found += [(*value[:i], new, *value[i + 1 :]) for new in variants(part)]
        case BoundFactor():
            changes = [{"question": 7}, {"choice": 7}, {"question": 1, "choice": 0}]
            changes += [{name: E[9]} for name in ("public_key", "alpha", "factor")]
            changes += [{"alpha": value.factor, "factor": value.alpha}]
            found = [replace(value, **change) for change in changes]
        case _:
            changes = [{"fingerprint": "0" * 43}, {"group": BELENIOS_2048}]
            found = [replace(value, **change) for change in changes]
    return found


ALL = pytest.mark.parametrize(
    "make, fields, text", [pytest.param(*row[1:], id=row[0]) for row in STATEMENTS]
)


@ALL
def test_a_statement_is_the_string_of_the_specification(
    make: Callable[..., str], fields: Fields, text: str
) -> None:
    assert make(**fields) == text


@ALL
def test_attacks_1_and_50_every_field_of_a_statement_changes_the_challenge(
    make: Callable[..., str], fields: Fields, text: str
) -> None:
    changed = [
        make(**{**fields, name: new}) for name, value in fields.items() for new in variants(value)
    ]
    assert len(changed) >= len(fields)
    challenges = {challenge(ED25519, statement) for statement in (text, *changed)}
    assert len(challenges) == len({text, *changed}) == 1 + len(changed)


def test_statements_of_different_kinds_never_meet() -> None:
    tags = [text.split("|")[0] for name, _, _, text in STATEMENTS if name not in {"S0", "S"}]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "group", [ED25519, BELENIOS_2048, RFC_3526_2048], ids=lambda group: group.name
)
def test_a_challenge_is_the_sha_256_of_its_statement_modulo_q(group: Group) -> None:
    text = "sig|é"
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    assert int(challenge(group, text)) == number % group.order
