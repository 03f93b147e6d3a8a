"""The strings that challenges hash, in one place (specification "iproof", "bproof" and others).

``S0`` is the election's fingerprint and the credential; ``S`` adds every ciphertext of the answer.
Which proof uses which is where implementations have gone wrong, so the names are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comitia.ballots.v1.model import Ciphertext, Fingerprint
from comitia.curve import Element, Group, Scalar


def challenge(group: Group, statement: str) -> Scalar:
    """Return SHA-256 of a statement as a 256-bit big-endian number modulo q."""
    return group.hash_to_scalar(statement)


def voter_context(fingerprint: Fingerprint, credential: Element) -> str:
    """Return S0, which binds a proof to its election and its voter."""
    return f"{fingerprint}|{credential.text}"


def answer_context(voter: str, choices: Iterable[Ciphertext]) -> str:
    """Return S, which binds a proof also to every ciphertext of its answer."""
    return f"{voter}|{','.join(choice.text for choice in choices)}"


def interval_statement(context: str, ciphertext: Ciphertext, commitments: Sequence[Element]) -> str:
    """Return what the challenge of a proof of interval membership hashes."""
    return f"prove|{context}|{ciphertext.text}|{_listed(commitments)}"


def blank_statement(context: str, commitments: Sequence[Element]) -> str:
    """Return what the challenge of "not blank, or nothing chosen" hashes."""
    return f"bproof0|{context}|{_listed(commitments)}"


def blank_overall_statement(context: str, commitments: Sequence[Element]) -> str:
    """Return what the challenge of "blank, or a permitted number chosen" hashes."""
    return f"bproof1|{context}|{_listed(commitments)}"


def list_statement(context: str, commitments: Sequence[Element]) -> str:
    """Return what the challenge of "list chosen, or none of its candidates" hashes."""
    return f"lproof|{context}|{_listed(commitments)}"


def nonzero_statement(context: str, commitments: Sequence[Element]) -> str:
    """Return what the challenge of "some candidate chosen" hashes."""
    return f"nonzero|{context}|{_listed(commitments)}"


def plaintext_statement(
    voter: str, key: Element, ciphertext: Ciphertext, commitment: Element
) -> str:
    """Return what the challenge of a ranked answer's proof hashes; ``voter`` is S0."""
    return f"raweg|{voter}|{key.text},{ciphertext.text}|{commitment.text}"


def message_statement(message: str, commitment: Element) -> str:
    """Return what the challenge of a signed text hashes; the signer's key is not in it."""
    return f"sigmsg|{message}|{commitment.text}"


def signature_statement(signed_hash: str, commitment: Element) -> str:
    """Return what the challenge of a ballot's signature hashes."""
    return f"sig|{signed_hash}|{commitment.text}"


def knowledge_statement(group: Group, public_key: Element, commitment: Element) -> str:
    """Return what the challenge of a trustee's proof of knowledge hashes."""
    return f"pok|{group.name}|{public_key.text}|{commitment.text}"


def decryption_statement(
    fingerprint: Fingerprint, public_key: Element, commitments: Sequence[Element]
) -> str:
    """Return what the challenge of a decryption factor's proof hashes."""
    return f"decrypt|{fingerprint}|{public_key.text}|{_listed(commitments)}"


def _listed(elements: Sequence[Element]) -> str:
    return ",".join(element.text for element in elements)
