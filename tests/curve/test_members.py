"""Membership of many elements by each layer of the kernel, against libsodium one by one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given

from comitia.curve import BELENIOS_2048, ED25519, Element, members
from comitia.curve.members import check_texts, find_members, native_members
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import Layer, Standing
from tests.curve.kernels import LAYERS, TORSION, batches, each_layer, encodings, member

OUTSIDE = TORSION[1].text


def texts_of(batch: list[bytes]) -> list[str]:
    return [encoding[::-1].hex() for encoding in batch]


def one_by_one(texts: list[str]) -> list[Element | None]:
    return [ED25519.find_element(text) for text in texts]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
@given(batch=batches(encodings))
def test_each_layer_takes_the_members_that_libsodium_takes(
    layer: Layer, batch: list[bytes]
) -> None:
    texts = texts_of(batch)
    assert native_members(layer, texts) == one_by_one(texts)
    found, standings = check_texts(layer, texts)
    assert found == batch
    assert [standing in members.MEMBERS for standing in standings] == [
        element is not None for element in one_by_one(texts)
    ]


@each_layer
def test_many_are_taken_in_their_order_however_many_at_once(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = texts_of([member(n) for n in range(40)])
    texts[7] = texts[39] = OUTSIDE
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", layer)
    for at_once in (1, 7, 39, 40, 41):
        monkeypatch.setattr(members, "_AT_ONCE", at_once)
        assert find_members(ED25519, texts) == one_by_one(texts)


@each_layer
@pytest.mark.parametrize("changed", ["", "0", "AB", "g" * 64, "\n" + "0" * 63, "0" * 128])
def test_a_text_of_another_form_is_no_member_and_spoils_no_other(
    layer: Layer, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", layer)
    texts = texts_of([member(n) for n in range(20)])
    texts[3] = changed
    assert find_members(ED25519, texts) == one_by_one(texts)
    assert find_members(ED25519, texts).count(None) == 1


def test_few_elements_and_other_groups_are_left_to_the_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(members, "native_members", None)
    texts = texts_of([member(n) for n in range(15)])
    assert find_members(ED25519, texts) == one_by_one(texts)
    numbers = [str(n) for n in range(20)]
    found = find_members(BELENIOS_2048, numbers)
    assert found == [BELENIOS_2048.find_element(number) for number in numbers]
    monkeypatch.setattr("comitia.curve.kernel.ACTIVE", None)
    assert find_members(ED25519, 2 * texts) == one_by_one(2 * texts)


@dataclass(frozen=True)
class Liar:
    """A layer that has one opinion of every point."""

    standing: Standing
    name = "liar"

    def check_points(self, encodings: bytes) -> bytes:
        return bytes([self.standing]) * (len(encodings) // 32)


@pytest.mark.parametrize("standing", [Standing.MEMBER, Standing.IDENTITY, Standing.OUTSIDE])
def test_a_standing_that_libsodium_does_not_confirm_stops_everything(standing: Standing) -> None:
    text = OUTSIDE if standing is not Standing.OUTSIDE else texts_of([member(5)])[0]
    with pytest.raises(KernelDisagrees, match=f"whether {text} is a member"):
        native_members(Liar(standing), [text] * 9)  # type: ignore[arg-type] # it is none


def test_a_member_that_the_kernel_refuses_stops_everything_unsampled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(members, "expect_same_standings", lambda *_: None)
    (text,) = texts_of([member(5)])
    with pytest.raises(KernelDisagrees, match=f"whether {text} is a member"):
        native_members(Liar(Standing.NO_POINT), [text])  # type: ignore[arg-type] # it is none


def test_what_is_a_member_is_the_same_for_both() -> None:
    assert {Standing.MEMBER, Standing.IDENTITY} == members.MEMBERS
    assert one_by_one(texts_of([member(0)])) == [ED25519.identity]
