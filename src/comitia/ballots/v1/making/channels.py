"""The keys of a member of a threshold group, and its secret messages to others and to itself.

Specification sections "Public key infrastructure" and "Channels". A seed gives two pairs of keys:
one to sign with, one to receive with. A message is signed together with the recipient's key, then
encrypted to that key. Neither says to which run it belongs: fresh seeds for every run do.

No refusal repeats anything of a seed, a key or an opened message.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comitia.ballots.v1.equations import is_signed_by
from comitia.ballots.v1.equations.statements import challenge, message_statement
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.making.tokens import generate_token
from comitia.ballots.v1.model import (
    BASE58,
    Certificate,
    Check,
    Proof,
    SignedMessage,
    canonical_json,
)
from comitia.ballots.v1.model.threshold import ChannelMessage, EncryptedMessage
from comitia.ballots.v1.parse.threshold import parse_channel_message, parse_signed_message
from comitia.curve import Element, Group, Randomness, Scalar
from comitia.errors import CheckFailed, MalformedRecord

_SEED_LENGTH: Final = 22
_SEED_FILE: Final = re.compile(rf"([{BASE58}]{{{_SEED_LENGTH}}})\n?".encode())

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, repr=False)
class MemberSecret:
    """The seed of a member's keys: 22 characters of Base58."""

    seed: str

    def private_file(self) -> bytes:
        """Return the file that the member keeps until the election is decrypted."""
        return self.seed.encode() + b"\n"


def generate_member_secret(randomness: Randomness) -> MemberSecret:
    """Return a fresh seed."""
    return MemberSecret(generate_token(_SEED_LENGTH, randomness))


def parse_member_secret(data: bytes) -> MemberSecret:
    """Return the seed in a member's file; the message of a refusal does not repeat it."""
    if not (match := _SEED_FILE.fullmatch(data)):
        raise MalformedRecord("member's secret", f"expected {_SEED_LENGTH} characters of Base58")
    return MemberSecret(match[1].decode())


@dataclass(frozen=True, slots=True, repr=False)
class MemberKeys:
    """What a seed gives over one group: secrets sk and dk, and g^sk and g^dk."""

    group: Group
    signing: Scalar
    decryption: Scalar
    verification: Element
    encryption: Element

    def are_of(self, certificate: Certificate) -> bool:
        """Whether a certificate is for these keys."""
        named = (certificate.verification, certificate.encryption)
        return named == (self.verification, self.encryption)


def derive_member_keys(secret: MemberSecret, group: Group) -> MemberKeys:
    """Return the keys of a seed (section "Deriving keys"); refuse one that gives a key of zero."""
    signing, decryption = (
        group.reduce(_sha256(f"{prefix}|{secret.seed}")) for prefix in ("sk", "dk")
    )
    if not (int(signing) and int(decryption)):
        raise MalformedRecord("member's secret", "one of its keys is zero")
    return MemberKeys(
        group,
        signing,
        decryption,
        group.generator_power(signing),
        group.generator_power(decryption),
    )


def sign(keys: MemberKeys, message: str, randomness: Randomness) -> SignedMessage:
    """Sign a text (section "Signing")."""
    nonce = NonceSource(keys.group, keys.signing.to_bytes(), f"sign|{message}", randomness).draw()
    commitment = keys.group.generator_power(nonce)
    hashed = challenge(keys.group, message_statement(message, commitment))
    return SignedMessage(message, Proof(hashed, nonce - keys.signing * hashed))


def send(
    keys: MemberKeys, recipient: Element, message: str, randomness: Randomness
) -> EncryptedMessage:
    """Sign a text for a recipient, and encrypt it to the recipient's encryption key."""
    channel = canonical_json(ChannelMessage(recipient, message).to_json()).decode()
    plaintext = canonical_json(sign(keys, channel, randomness).to_json())
    return _encrypt(keys, recipient, plaintext, randomness)


def receive(keys: MemberKeys, encrypted: EncryptedMessage, sender: Element, subject: str) -> str:
    """Open a message and check who signed it and for whom.

    sender: the verification key of whom it must be from. Raises CheckFailed about ``subject``.
    """
    group = keys.group
    plaintext = _decrypt(keys, encrypted)
    if plaintext is None:
        raise refused(subject, "a message for this trustee's secret", "one that does not open")
    signed = read_quietly(lambda: parse_signed_message(plaintext, group))
    if signed is None:
        raise refused(subject, "a signed message in it", "something else")
    if not is_signed_by(signed.message, signed.signature, sender, group):
        raise refused(subject, "the signature of who sent it", "one that does not hold")
    channel = read_quietly(lambda: parse_channel_message(signed.message, group))
    if channel is None:
        raise refused(subject, "a message with its recipient in it", "something else")
    if channel.recipient != keys.encryption:
        raise refused(subject, "a message to this trustee", "one to another recipient")
    return channel.message


def refused(subject: str, expected: str, found: str) -> CheckFailed:
    """Return the refusal of something in the making of a threshold group's keys."""
    return CheckFailed(Check.SETUP_TRUSTEES.id, subject, expected, found)


def read_quietly(read: Callable[[], _T]) -> _T | None:
    """Return what a parser of something secret reads, or None for a refusal, which is dropped.

    The refusal could repeat a part of the secret, in its message or, if another error were raised
    while it is handled, behind that one.
    """
    try:
        return read()
    except MalformedRecord:
        return None


def _encrypt(
    keys: MemberKeys, recipient: Element, plaintext: bytes, randomness: Randomness
) -> EncryptedMessage:
    """Encrypt (section "Encrypting"): fresh r and k for every message.

    The whole SHA-256 is the initialisation vector, 32 bytes long.
    """
    context = f"encrypt|{recipient.text}|{plaintext.decode()}"
    nonces = NonceSource(keys.group, keys.signing.to_bytes(), context, randomness)
    exponent, key = nonces.draw(), keys.group.generator_power(nonces.draw())
    alpha = keys.group.generator_power(exponent)
    data = _cipher(key).encrypt(_vector(alpha), plaintext, None)
    return EncryptedMessage(alpha, recipient.power(exponent) * key, data)


def _decrypt(keys: MemberKeys, encrypted: EncryptedMessage) -> bytes | None:
    key = encrypted.beta / encrypted.alpha.power(keys.decryption)
    try:
        return _cipher(key).decrypt(_vector(encrypted.alpha), encrypted.data, None)
    except InvalidTag:
        return None


def _cipher(key: Element) -> AESGCM:
    return AESGCM(_sha256(f"key|{key.text}"))


def _vector(alpha: Element) -> bytes:
    return _sha256(f"iv|{alpha.text}")


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
