"""A libsodium that takes foreign points for members is never used."""

from __future__ import annotations

import sys

import pytest
from nacl import bindings

from comitia.cli import main
from comitia.curve import NotCanonical
from comitia.curve.ed25519 import ED25519, expect_sound_library
from comitia.curve.reference import PLAIN_ED25519, PlainPoint

OUTSIDE = (PLAIN_ED25519.generator * PlainPoint(0, PLAIN_ED25519.p - 1, PLAIN_ED25519)).text


def test_the_generator_plus_the_point_of_order_two_is_no_member() -> None:
    with pytest.raises(NotCanonical, match="a point outside the subgroup of prime order"):
        ED25519.parse_element(OUTSIDE)


def test_the_library_is_asked_about_exactly_that_point(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def accept(encoding: bytes) -> bool:
        asked.append(encoding)
        return True

    monkeypatch.setattr(bindings, "crypto_core_ed25519_is_valid_point", accept)
    with pytest.raises(ImportError) as refused:
        expect_sound_library()
    assert str(refused.value) == (
        "the libsodium found here takes points outside the group for members; "
        "install PyNaCl 1.6.2 or newer"
    )
    assert [encoding[::-1].hex() for encoding in asked] == [OUTSIDE]


def test_the_command_refuses_such_a_library_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "comitia.cli.command", None)
    assert main(["--version"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
