"""The files of a threshold group's members: one form each, and every refusal names the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.ballots.v1.model import (
    Json,
    canonical_json,
    derive_certificate_line,
    join_lines,
)
from comitia.ballots.v1.parse import (
    LARGEST_LINES_BYTES,
    LARGEST_SETUP_BYTES,
    ForeignElements,
    NotSupported,
    parse_encrypted_message,
    parse_member_certificate,
    parse_member_certificates,
    parse_polynomial,
    parse_polynomials,
    parse_vinput,
    parse_voutput,
    parse_voutputs,
)
from comitia.ballots.v1.parse.threshold import (
    parse_channel_message,
    parse_secret_scalars,
    parse_signed_message,
)
from comitia.curve import ED25519, RFC_3526_2048, Group
from comitia.errors import MalformedRecord
from tests.ballots.v1.keymaking import Run, make_run
from tests.ballots.v1.samples import changed, walk

RUN: Final = make_run(3, 2)
LARGER: Final = make_run(3, 2, RFC_3526_2048)
Parse = Callable[[bytes], object]


def parsers(run: Run, group: Group) -> dict[str, tuple[bytes, Parse]]:
    """Return a file of one message of each kind, with its parser for groups of 2 of 3."""
    return {
        "certificate": (
            derive_certificate_line(run.certificates.certificates[1]),
            partial(parse_member_certificate, group=group),
        ),
        "polynomial": (
            run.polynomials[1].to_bytes(),
            partial(parse_polynomial, group=group, size=3, threshold=2),
        ),
        "vinput": (
            run.vinputs[1].to_bytes(),
            partial(parse_vinput, group=group, size=3, threshold=2),
        ),
        "voutput": (run.voutputs[1].to_bytes(), partial(parse_voutput, group=group)),
        "encrypted message": (
            run.decryption_keys[1].to_bytes(),
            partial(parse_encrypted_message, group=group),
        ),
    }


FILES: Final = parsers(RUN, ED25519)
LISTS: Final[dict[str, tuple[bytes, Parse]]] = {
    "certificate": (
        join_lines(derive_certificate_line(one) for one in RUN.certificates.certificates),
        partial(parse_member_certificates, group=ED25519),
    ),
    "polynomial": (
        join_lines(one.to_bytes() for one in RUN.polynomials),
        partial(parse_polynomials, group=ED25519, size=3, threshold=2),
    ),
    "voutput": (
        join_lines(one.to_bytes() for one in RUN.voutputs),
        partial(parse_voutputs, group=ED25519),
    ),
}
OPENED: Final[dict[str, tuple[bytes, Parse]]] = {
    "signed message": (
        derive_certificate_line(RUN.certificates.certificates[0]),
        lambda data: parse_signed_message(data, ED25519),
    ),
    "channel message": (
        canonical_json({"recipient": ED25519.generator.text, "message": ""}),
        lambda data: parse_channel_message(data.decode(errors="replace"), ED25519),
    ),
    "secret": (
        b'{"secret":"1"}',
        lambda data: parse_secret_scalars(data.decode(errors="replace"), "secret", ED25519),
    ),
    "coefficients": (
        b'{"polynomial":["1","2"]}',
        lambda data: parse_secret_scalars(data.decode(errors="replace"), "polynomial", ED25519, 2),
    ),
}
EVERYTHING: Final = {
    **FILES,
    **{f"{name}s": pair for name, pair in LISTS.items()},
    **OPENED,
    **{f"{name}, 2048 bits": pair for name, pair in parsers(LARGER, RFC_3526_2048).items()},
}
ODD_VALUES: Final[list[Json]] = [None, 5, True, "", "x", [], {}, ["x"], {"x": "y"}]
EVERY_FILE = pytest.mark.parametrize("name", FILES)
EVERY_LIST = pytest.mark.parametrize("name", LISTS)
EVERY_PARSER = pytest.mark.parametrize("name", EVERYTHING)
MESSAGES: Final = [
    ("polynomial", ("polynomial",), "polynomial.polynomial"),
    ("polynomial", ("secrets", 2), "polynomial.secrets[2]"),
    ("vinput", ("polynomial",), "vinput.polynomial"),
    ("vinput", ("secrets", 0), "vinput.secrets[0]"),
    ("voutput", ("private_key",), "voutput.private_key"),
    ("encrypted message", (), "encrypted message"),
]
EVERY_MESSAGE = pytest.mark.parametrize("name, path, where", MESSAGES)


def refusal(parse: Parse, data: bytes) -> str:
    """Return what a parser says of a file, or a mark that it was accepted."""
    try:
        parse(data)
    except MalformedRecord as error:
        return str(error)
    return "accepted"


def replaced(value: Json, path: tuple[str | int, ...], part: Json) -> bytes:
    """Return a file with another value at a path."""
    return canonical_json(changed(value, path, lambda _: part))


def with_message(name: str, path: tuple[str | int, ...], change: Callable[[Any], Json]) -> str:
    """Return what is said of a file in which one encrypted message is changed."""
    data, parse = FILES[name]

    def inside(text: Any) -> Json:  # noqa: ANN401 - whatever JSON holds there
        if not path:
            return change(text)
        return canonical_json(change(json.loads(text))).decode()

    return refusal(parse, canonical_json(changed(json.loads(data), path, inside)))


@EVERY_PARSER
def test_a_sound_file_is_accepted(name: str) -> None:
    data, parse = EVERYTHING[name]
    assert refusal(parse, data) == "accepted"


@EVERY_FILE
def test_a_line_may_end_or_not_and_nothing_else(name: str) -> None:
    data, parse = FILES[name]
    assert parse(data) == parse(data + b"\n")
    for wrong in (
        b"\n" + data,
        data + b"\n\n",
        data + b"\r\n",
        data + b" ",
        b" " + data,
        b"",
        b"\n",
    ):
        assert refusal(parse, wrong).startswith(f"{name}: not ")


@EVERY_LIST
def test_a_list_has_a_line_for_each_trustee(name: str) -> None:
    data, parse = LISTS[name]
    assert parse(data) == parse(data.removesuffix(b"\n"))
    first, second, third, _ = data.split(b"\n")
    assert refusal(parse, b"") == f"trustee 1, {name}: not JSON at character 0: Expecting value"
    for lines, place in (
        ([first, b"", third], 2),
        ([b"", second], 1),
        ([first, second, b"", b""], 3),
        ([first, second + b" ", third], 2),
        ([first, second, third + b"\r", b""], 3),
    ):
        said = refusal(parse, b"\n".join(lines))
        assert said.startswith(f"trustee {place}, {name}: not ")


@EVERY_LIST
def test_a_list_has_bounded_size(name: str) -> None:
    _, parse = LISTS[name]
    assert refusal(parse, b"\n" * 1001) == (
        f"{name}s: this version takes up to 1000 members of a group"
    )
    with pytest.raises(NotSupported):
        parse(b"\n" * 1001)
    assert refusal(parse, b"\n" * 1000).startswith(f"trustee 1, {name}: not JSON")
    assert refusal(parse, b" " * (LARGEST_LINES_BYTES + 1)) == (
        f"{name}s: {LARGEST_LINES_BYTES + 1} bytes, where at most {LARGEST_LINES_BYTES} are allowed"
    )
    said = refusal(parse, b" " * (LARGEST_SETUP_BYTES + 1))
    assert said.startswith(f"trustee 1, {name}: {LARGEST_SETUP_BYTES + 1} bytes, where at most ")


@EVERY_FILE
def test_every_field_is_needed_once_in_order_and_with_its_type(name: str) -> None:
    data, parse = FILES[name]
    value = json.loads(data)
    assert canonical_json(value) == data
    for path, part in walk(value):
        for odd in ODD_VALUES:
            if odd != part:
                said = refusal(parse, replaced(value, path, odd))
                assert said.startswith(name), (path, odd, said)
        if isinstance(part, dict):
            assert list(part), path
            for field in part:
                without = {key: item for key, item in part.items() if key != field}
                moved = {**without, field: part[field]}
                for wrong in (without, *((moved,) if list(moved) != list(part) else ())):
                    said = refusal(parse, replaced(value, path, wrong))
                    assert said != "accepted", (path, field)
            extra = {**part, "extra": "1"}
            said = refusal(parse, replaced(value, path, extra))
            assert said.endswith("the field 'extra' does not belong here")
        if isinstance(part, list):
            for wrong in (part[:-1], [*part, part[-1]]):
                said = refusal(parse, replaced(value, path, wrong))
                assert "expected " in said, path


@EVERY_MESSAGE
def test_an_encrypted_message_has_one_form(
    name: str, path: tuple[str | int, ...], where: str
) -> None:
    only = f"{where}: this version opens messages of the algorithm AES-GCM only"
    hexadecimal = f"{where}.data: expected at least 16 bytes in lowercase hexadecimal digits"
    cases: list[tuple[Callable[[dict[str, Json]], Json], str]] = [
        (lambda one: {**one, "algorithm": "AES-CCM"}, only),
        (lambda one: {**one, "algorithm": "aes-gcm"}, only),
        (lambda one: {**one, "algorithm": None}, only),
        (lambda one: {key: one[key] for key in ("alpha", "beta", "data")}, only),
        (lambda one: {**one, "data": ""}, hexadecimal),
        (lambda one: {**one, "data": "ab" * 15}, hexadecimal),
        (lambda one: {**one, "data": "ab" * 16 + "a"}, hexadecimal),
        (lambda one: {**one, "data": "AB" * 16}, hexadecimal),
        (lambda one: {**one, "data": "ab" * 16 + "\n"}, hexadecimal),
        (lambda one: {**one, "data": "\u0661" * 32}, hexadecimal),
        (lambda one: {**one, "data": 5}, f"{where}.data: expected a string, found a number"),
        (lambda one: {**one, "alpha": 5}, f"{where}.alpha: expected a string, found a number"),
        (lambda one: {**one, "more": ""}, f"{where}: the field 'more' does not belong here"),
        (lambda one: {**one, "beta": "00" * 32}, f"{where}.beta: a point outside the subgroup "),
        (lambda one: {**one, "alpha": f"{2:064x}"}, f"{where}.alpha: not a point on the curve"),
        (lambda one: {"beta": one["beta"], **one}, f"{where}: its fields are not in order"),
        (lambda one: [one], f"{where}: expected an object, found a list"),
        (lambda one: {**one, "data": "ab" * 16}, "accepted"),
        (lambda one: {**one, "alpha": ED25519.identity.text}, "accepted"),
    ]
    for change, expected in cases:
        assert with_message(name, path, change).startswith(expected)


@pytest.mark.parametrize("name, path, where", MESSAGES[:-1])
def test_an_encrypted_message_inside_another_is_in_its_one_form(
    name: str, path: tuple[str | int, ...], where: str
) -> None:
    data, parse = FILES[name]
    changes: list[Callable[[str], str]] = [
        lambda text: text + "\n",
        lambda text: text.replace(",", ", "),
        lambda text: text.replace("alpha", "\\u0061lpha"),
    ]
    for change in changes:
        given_data = canonical_json(changed(json.loads(data), path, change))
        assert refusal(parse, given_data) == f"{where}: not in its canonical form"


def test_all_foreign_elements_of_a_file_are_named() -> None:
    data, parse = FILES["polynomial"]
    value = json.loads(data)

    def foreign(text: str) -> str:
        return canonical_json({**json.loads(text), "alpha": "0" * 64}).decode()

    value = changed(changed(value, ("polynomial",), foreign), ("secrets", 1), foreign)
    with pytest.raises(ForeignElements) as caught:
        parse(canonical_json(value))
    assert [where for where, _ in caught.value.faults] == [
        "polynomial.polynomial.alpha",
        "polynomial.secrets[1].alpha",
    ]


@pytest.mark.parametrize("size, threshold", [(2, 2), (4, 2), (3, 1), (3, 3)])
def test_lengths_are_those_of_the_group(size: int, threshold: int) -> None:
    for data, parse in (
        (FILES["polynomial"][0], parse_polynomial),
        (FILES["vinput"][0], parse_vinput),
    ):
        with pytest.raises(MalformedRecord, match=r": expected \d items, found \d$"):
            parse(data, ED25519, size=size, threshold=threshold)


@EVERY_FILE
def test_a_message_of_another_group_is_refused(name: str) -> None:
    for run, group in ((LARGER, ED25519), (RUN, RFC_3526_2048)):
        data, parse = parsers(run, group)[name]
        assert refusal(parse, data).startswith(name)


@pytest.mark.parametrize(
    "text, length, problem",
    [
        ('{"x":["1","2"]}', None, "x: expected a string, found a list"),
        ('{"x":"1"}', 1, "x: expected a list, found a string"),
        ('{"x":["1","2"]}', 1, "x: expected 1 items, found 2"),
        ('{"x":["01"]}', 1, "x: a decimal number with leading zeros"),
        ('{"x":"1"}\n', None, "x: not in its canonical form"),
        ('{"y":"1"}', None, "x: the field x is missing"),
    ],
)
def test_secret_scalars_have_one_form(text: str, length: int | None, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_secret_scalars(text, "x", ED25519, length)
    assert str(caught.value) == problem


def test_a_recipient_is_a_key() -> None:
    text = canonical_json({"recipient": ED25519.identity.text, "message": ""}).decode()
    with pytest.raises(ForeignElements, match=r"^channel message.recipient: the identity, which"):
        parse_channel_message(text, ED25519)


@EVERY_PARSER
@given(data=st.data())
@settings(max_examples=60)
def test_any_bytes_end_in_a_value_or_a_refusal(name: str, data: st.DataObject) -> None:
    sound, parse = EVERYTHING[name]
    given_data = data.draw(st.binary())
    if data.draw(st.booleans()):
        start = data.draw(st.integers(0, len(sound)))
        stop = data.draw(st.integers(start, min(len(sound), start + 40)))
        given_data = sound[:start] + given_data + sound[stop:]
    said = refusal(parse, given_data)
    assert said == "accepted" or ": " in said
