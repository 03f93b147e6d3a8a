"""Scalars, elements, proofs and ciphertexts from JSON, with every foreign element remembered.

A parser of a record goes on after an element that is not a member of the group, so that all of them
are named at once; it raises ForeignElements at its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Self

from comitia.ballots.v1.model import Ciphertext, Fingerprint, Json, Proof, RowShape, Sha256Hex
from comitia.ballots.v1.parse.json import expect_list, expect_object, expect_text
from comitia.curve import Element, Group, NotCanonical, Scalar
from comitia.curve.members import find_members
from comitia.errors import MalformedRecord

_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FINGERPRINT: Final = re.compile(r"[A-Za-z0-9+/]{43}", re.ASCII)


class ForeignElements(MalformedRecord):
    """A record that is well formed but for elements that are not members of its group.

    faults: (where, problem) of each, in the order of the record.
    """

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__(*faults[0])
        self.faults = faults

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[tuple[str, str], ...]]]:
        """Travel between processes with all faults."""
        return type(self), (self.faults,)


class ValueReader:
    """Reads the values of one record over one group."""

    def __init__(self, group: Group) -> None:
        """Start without faults."""
        self.group = group
        self._faults: list[tuple[str, str]] = []

    def finish(self) -> None:
        """Raise ForeignElements if any element was not a member."""
        if self._faults:
            raise ForeignElements(tuple(self._faults))

    def element(self, value: Json, where: str) -> Element:
        """Return an element; a foreign one is remembered and the identity stands in for it."""
        text = expect_text(value, where)
        try:
            return self.group.parse_element(text)
        except NotCanonical as error:
            self._faults.append((where, str(error)))
            return self.group.identity

    def elements_together(self, values: Sequence[tuple[Json, str]]) -> tuple[Element, ...]:
        """Return what ``element`` does of each value at its place, by the kernel where it serves.

        For records whose elements nothing else checks; what is read to be compared with the kernel
        is read one by one.
        """
        texts = [expect_text(value, where) for value, where in values]
        return tuple(
            self.element(text, where) if element is None else element
            for element, text, (_, where) in zip(
                find_members(self.group, texts), texts, values, strict=True
            )
        )

    def key(self, value: Json, where: str) -> Element:
        """Return an element where a key is expected: the identity is refused as well."""
        known_faults = len(self._faults)
        element = self.element(value, where)
        if element.is_identity and len(self._faults) == known_faults:
            self._faults.append((where, "the identity, which is no key"))
        return element

    def scalar(self, value: Json, where: str) -> Scalar:
        """Return a scalar; anything but its one decimal text is a malformed record."""
        text = expect_text(value, where)
        try:
            return self.group.parse_scalar(text)
        except NotCanonical as error:
            raise MalformedRecord(where, str(error)) from None

    def proof(self, value: Json, where: str) -> Proof:
        """Return a challenge and a response."""
        fields = expect_object(value, where, ("challenge", "response"))
        return Proof(
            self.scalar(fields["challenge"], f"{where}.challenge"),
            self.scalar(fields["response"], f"{where}.response"),
        )

    def proofs(self, value: Json, where: str, length: int) -> tuple[Proof, ...]:
        """Return exactly ``length`` proofs."""
        items = expect_list(value, where, length)
        return tuple(self.proof(item, f"{where}[{i}]") for i, item in enumerate(items))

    def ciphertext(self, value: Json, where: str) -> Ciphertext:
        """Return a pair of elements."""
        fields = expect_object(value, where, ("alpha", "beta"))
        return Ciphertext(
            self.element(fields["alpha"], f"{where}.alpha"),
            self.element(fields["beta"], f"{where}.beta"),
        )

    def ciphertexts_together(
        self, value: Json, where: str, shape: RowShape
    ) -> tuple[Ciphertext, ...]:
        """Return the ciphertexts of a row, by the kernel where it serves."""
        places: list[tuple[Json, str]] = []
        for item, place in self.row(value, where, shape):
            fields = expect_object(item, place, ("alpha", "beta"))
            places += [(fields[name], f"{place}.{name}") for name in ("alpha", "beta")]
        elements = self.elements_together(places)
        return tuple(map(Ciphertext, elements[::2], elements[1::2]))

    def row(self, value: Json, where: str, shape: RowShape) -> list[tuple[Json, str]]:
        """Return the items of a row of a given shape, each with its place, as one flat list."""
        if isinstance(shape, int):
            items = expect_list(value, where, shape)
            return [(item, f"{where}[{i}]") for i, item in enumerate(items)]
        lists = expect_list(value, where, len(shape))
        return [
            pair
            for i, (inner, length) in enumerate(zip(lists, shape, strict=True))
            for pair in self.row(inner, f"{where}[{i}]", length)
        ]

    def ciphertexts(self, value: Json, where: str, shape: RowShape) -> tuple[Ciphertext, ...]:
        """Return the ciphertexts of a row."""
        return tuple(self.ciphertext(item, place) for item, place in self.row(value, where, shape))


def expect_hash(value: Json, where: str) -> Sha256Hex:
    """Return a SHA-256 in lowercase hexadecimal."""
    text = expect_text(value, where)
    if not _HASH.fullmatch(text):
        raise MalformedRecord(where, "expected a SHA-256 in 64 lowercase hexadecimal digits")
    return Sha256Hex(text)


def expect_fingerprint(value: Json, where: str) -> Fingerprint:
    """Return a SHA-256 in unpadded Base64."""
    text = expect_text(value, where)
    if not _FINGERPRINT.fullmatch(text):
        raise MalformedRecord(where, "expected a SHA-256 in 43 characters of unpadded Base64")
    return Fingerprint(text)
