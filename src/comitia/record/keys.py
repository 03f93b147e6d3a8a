"""Keys that sign notes: C2SP signed-note, sections "Signatures" and "Verifier keys".

A key has a name, and a short number (its id) that follows from name, kind and public key; a
signature names both. The same pair of Ed25519 keys has another id as a key of another kind, so a
signature of one kind is never looked at as one of the other.

Signatures are those of RFC 8032, by libsodium, which derives their nonces from key and message.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Final, NewType, TypeAlias

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from comitia.errors import MalformedRecord
from comitia.record.texts import encode_base64, is_name, parse_base64, shown

KeyId = NewType("KeyId", bytes)
"""The first four bytes of a SHA-256. It tells keys apart and proves nothing."""

Randomness: TypeAlias = Callable[[int], bytes]
"""Gives as many unpredictable bytes as it is asked for."""

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
LONGEST_KEY: Final = 1024
"""In characters, with its name."""
_ID_DIGITS: Final = re.compile(r"[0-9a-f]{8}", re.ASCII)
_PRIVATE: Final = "PRIVATE+KEY+"


class KeyKind(Enum):
    """What a key signs, with the byte that stands for it."""

    NOTE = 0x01
    """Any note, as its author."""

    COSIGNATURE = 0x04
    """A checkpoint and a time, as a witness (``cosignatures``)."""

    def material(self, key: bytes) -> bytes:
        """Return a key as its text and its id have it."""
        return bytes([self.value]) + key


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its name."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        """Refuse what no signature could name."""
        if not is_name(self.name) or len(self.public) != KEY_BYTES:
            raise ValueError("a key has a name without spaces and plus signs, and 32 bytes")

    @property
    def id(self) -> KeyId:
        """The number by which signatures name the key, together with its name."""
        hashed = self.name.encode() + b"\n" + self.kind.material(self.public)
        return KeyId(sha256(hashed).digest()[:4])

    @property
    def text(self) -> str:
        """The key as people hand it on (``vkey``)."""
        material = encode_base64(self.kind.material(self.public))
        return f"{self.name}+{self.id.hex()}+{material}"

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Return whether the key made an Ed25519 signature of a message."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            VerifyKey(self.public).verify(message, signature)
        except BadSignatureError:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class SignerKey:
    """A private key under its name: the seed of RFC 8032. It is not shown in any message."""

    name: str
    kind: KeyKind
    seed: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key."""
        if not is_name(self.name) or len(self.seed) != KEY_BYTES:
            raise ValueError("a key has a name without spaces and plus signs, and 32 bytes")

    @property
    def verifier(self) -> VerifierKey:
        """The public key."""
        return VerifierKey(self.name, self.kind, bytes(SigningKey(self.seed).verify_key))

    @property
    def text(self) -> str:
        """The private key in the form of Go's sumdb/note, for the file of whoever signs."""
        material = encode_base64(self.kind.material(self.seed))
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{material}"

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message."""
        return SigningKey(self.seed).sign(message).signature


def generate_key(name: str, kind: KeyKind, randomness: Randomness) -> SignerKey:
    """Return a fresh key."""
    return SignerKey(name, kind, randomness(KEY_BYTES))


def parse_verifier_key(text: str, where: str) -> VerifierKey:
    """Return the public key that a text states. Raises MalformedRecord, also for a false id."""
    name, id_, kind, public = _split_key(text, where)
    key = VerifierKey(name, kind, public)
    _expect_id(key, id_, where)
    return key


def parse_signer_key(text: str, where: str) -> SignerKey:
    """Return the private key that a text states; the message of a refusal does not repeat it."""
    if not text.startswith(_PRIVATE):
        raise MalformedRecord(where, f"a private key begins with {_PRIVATE}")
    name, id_, kind, seed = _split_key(text.removeprefix(_PRIVATE), where)
    key = SignerKey(name, kind, seed)
    _expect_id(key.verifier, id_, where)
    return key


def _split_key(text: str, where: str) -> tuple[str, str, KeyKind, bytes]:
    """Return name, id, kind and the key itself. No message repeats a part that may be secret."""
    if len(text) > LONGEST_KEY:
        raise MalformedRecord(where, f"a key has at most {LONGEST_KEY} characters")
    name, _, rest = text.partition("+")
    id_, gap, encoded = rest.partition("+")
    if not gap or not is_name(name) or not _ID_DIGITS.fullmatch(id_):
        raise MalformedRecord(where, "expected a name, eight digits and a key, with + between")
    try:
        material = parse_base64(encoded, where)
    except MalformedRecord:
        raise MalformedRecord(where, "the last part is not Base64") from None
    kinds = [kind for kind in KeyKind if material[:1] == kind.material(b"")]
    if not kinds or len(material) != 1 + KEY_BYTES:
        raise MalformedRecord(where, f"the key of {shown(name)} is of no kind that is known here")
    return name, id_, kinds[0], material[1:]


def _expect_id(key: VerifierKey, found: str, where: str) -> None:
    """Refuse an id that is not the key's: with a mistyped key nothing would ever be signed."""
    if found != key.id.hex():
        problem = f"the id of {shown(key.name)} is {key.id.hex()}, found {found}"
        raise MalformedRecord(where, problem)
