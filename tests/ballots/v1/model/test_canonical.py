"""The one way in which JSON is written, and the hashes of what is written."""

from __future__ import annotations

import base64
import hashlib
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from comitia.ballots.v1.model import (
    Json,
    canonical_json,
    derive_fingerprint,
    derive_hash,
    fingerprint_of_digest,
)

SHORT_ESCAPES = {
    "\b": b"\\b",
    "\t": b"\\t",
    "\n": b"\\n",
    "\f": b"\\f",
    "\r": b"\\r",
    '"': b'\\"',
    "\\": b"\\\\",
}


def written(character: str) -> bytes:
    """Return how the format writes one character, from its description."""
    if character in SHORT_ESCAPES:
        return SHORT_ESCAPES[character]
    if ord(character) < 0x20 or ord(character) == 0x7F:
        return b"\\u%04x" % ord(character)
    return character.encode()


def test_every_character_of_ascii_and_latin_1_is_written_as_described() -> None:
    characters = [chr(number) for number in range(256)]
    assert [canonical_json(c) for c in characters] == [b'"' + written(c) + b'"' for c in characters]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_written_character_by_character(text: str) -> None:
    assert canonical_json(text) == b'"' + b"".join(map(written, text)) + b'"'
    assert canonical_json({text: text}) == canonical_json(text).join([b"{", b":", b"}"])


def test_nothing_beyond_ascii_is_escaped() -> None:
    text = "é\u2028\u2029\ufeff\u0085\U0001f5f3\U0010ffff"
    assert canonical_json(text) == b'"' + text.encode() + b'"'


def test_attack_49_composed_and_decomposed_letters_are_kept_apart() -> None:
    composed, decomposed = "é", unicodedata.normalize("NFD", "é")
    assert (canonical_json(composed), canonical_json(decomposed)) == (
        b'"\xc3\xa9"',
        b'"e\xcc\x81"',
    )
    assert derive_hash(canonical_json(composed)) != derive_hash(canonical_json(decomposed))


def test_a_value_is_compact_and_keeps_the_order_of_its_fields() -> None:
    value: Json = {"b": [1, True, False, None, -3], "a": {"": "x, y: z"}, "c": [], "d": {}}
    expected = b'{"b":[1,true,false,null,-3],"a":{"":"x, y: z"},"c":[],"d":{}}'
    assert canonical_json(value) == expected


def test_records_are_named_by_sha_256_in_lowercase_hexadecimal() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert derive_hash(b"") == empty


def test_people_see_sha_256_in_base64_without_padding() -> None:
    empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
    assert derive_fingerprint(b"") == empty
    assert fingerprint_of_digest(hashlib.sha256(b"").digest()) == empty
    assert base64.b64decode(f"{empty}=") == hashlib.sha256(b"").digest()
