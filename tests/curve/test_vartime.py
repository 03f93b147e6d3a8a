"""Each layer of the native kernel: the same as libsodium and as the clear twin, on every input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comitia.curve import ED25519, NotCanonical, vartime
from comitia.curve.ed25519 import ORDER, EdwardsPoint, EdwardsScalar
from comitia.curve.reference import PLAIN_ED25519, PlainPoint
from comitia.curve.vartime import Layer, Points, Standing, compiled_layers
from tests.curve.kernels import (
    EDGES,
    LAYERS,
    PRIME,
    SIGN,
    TORSION,
    batches,
    each_layer,
    encodings,
    joined,
    little,
    member,
    members,
    plain_point,
    points,
    scalars,
)

FEW = settings(max_examples=30)
GENERATOR = ED25519.generator.sort_key
IDENTITY = little(1)


def standing(encoding: bytes) -> Standing:
    """Ask libsodium whether an encoding is of a member, and the clear twin why not."""
    text = encoding[::-1].hex()
    element = ED25519.find_element(text)
    if element is not None:
        return Standing.IDENTITY if element.is_identity else Standing.MEMBER
    with pytest.raises(NotCanonical) as refused:
        PLAIN_ED25519.parse_element(text)
    outside = str(refused.value) == "a point outside the subgroup of prime order"
    return Standing.OUTSIDE if outside else Standing.NO_POINT


def read(layer: Layer, batch: list[bytes]) -> Points:
    decoded = layer.decode(b"".join(batch))
    assert decoded.on_curve == b"\x01" * len(batch)
    return decoded.points


def split(buffer: bytes) -> list[bytes]:
    return [buffer[first : first + 32] for first in range(0, len(buffer), 32)]


def times(encoding: bytes, scalar: int) -> bytes:
    """Multiply by libsodium, which takes members only."""
    return EdwardsPoint(encoding).power(EdwardsScalar(little(scalar))).sort_key


def plus(*summands: bytes) -> bytes:
    """Add by libsodium, which adds points of every coset."""
    return reduce(EdwardsPoint.__mul__, map(EdwardsPoint, summands), ED25519.identity).sort_key


# Reading and writing


@each_layer
@given(batches(encodings))
@example([little(number + sign) for number in range(3) for sign in (0, SIGN)])
@example([little(PRIME + excess) for excess in range(-2, 19)])
@example([little(PRIME + excess + SIGN) for excess in range(-2, 19)])
def test_every_encoding_has_the_standing_that_libsodium_and_the_clear_twin_give_it(
    layer: Layer, batch: list[bytes]
) -> None:
    assert list(layer.check_points(b"".join(batch))) == [standing(each) for each in batch]


@each_layer
@pytest.mark.parametrize("number", range(8))
def test_only_the_subgroup_s_own_coset_has_members(layer: Layer, number: int) -> None:
    shifted = [(plain_point(member(5)) * TORSION[number]).sort_key, TORSION[number].sort_key]
    expected = [Standing.OUTSIDE] * 2 if number else [Standing.MEMBER, Standing.IDENTITY]
    assert list(layer.check_points(b"".join(shifted))) == expected


@each_layer
@given(batches(encodings))
def test_what_is_a_point_is_read_and_written_unchanged_and_all_else_is_the_identity(
    layer: Layer, batch: list[bytes]
) -> None:
    decoded = layer.decode(b"".join(batch))
    is_point = [standing(each) is not Standing.NO_POINT for each in batch]
    assert list(decoded.on_curve) == is_point
    expected = [each if good else IDENTITY for each, good in zip(batch, is_point, strict=True)]
    assert split(layer.encode(decoded.points)) == expected


@each_layer
@pytest.mark.parametrize("number", [1, 255, 256, 257, 1000])
def test_long_batches_come_out_whole_and_in_order(layer: Layer, number: int) -> None:
    exponents = [pow(3, place, ORDER) for place in range(number)]
    table = layer.tabulate(read(layer, [GENERATOR]))
    made = layer.combine(fixed=((table, joined(exponents)),), number=number)
    encoded = layer.encode(made)
    assert split(encoded) == [member(exponent) for exponent in exponents]
    assert layer.check_points(encoded[:-32] + little(2)) == b"\x02" * (number - 1) + b"\x00"
    doubled = layer.multiply(made, joined([2] * number)).products[0]
    assert split(layer.encode(doubled)) == [member(2 * each % ORDER) for each in exponents]


# Multiples


@each_layer
@given(batches(members), st.data())
def test_multiples_of_members_are_those_of_libsodium(
    layer: Layer, batch: list[bytes], data: st.DataObject
) -> None:
    length = st.lists(scalars, min_size=len(batch), max_size=len(batch))
    one, other = data.draw(length), data.draw(length)
    found = layer.multiply(read(layer, batch), joined(one), joined(other))
    for product, by in zip(found.products, (one, other), strict=True):
        assert split(layer.encode(product)) == list(map(times, batch, by))
    assert found.in_subgroup == b"\x01" * len(batch)


@each_layer
@given(st.lists(points, min_size=1, max_size=3), scalars)
@FEW
def test_multiples_of_points_of_every_coset_are_those_of_the_clear_twin(
    layer: Layer, batch: list[bytes], scalar: int
) -> None:
    found = layer.multiply(read(layer, batch), joined([scalar] * len(batch)))
    power = PLAIN_ED25519.scalar(scalar)
    expected = [plain_point(each).power(power).sort_key for each in batch]
    assert split(layer.encode(found.products[0])) == expected
    in_subgroup = [standing(each) is not Standing.OUTSIDE for each in batch]
    assert list(found.in_subgroup) == in_subgroup


@each_layer
@pytest.mark.parametrize("torsion", TORSION)
def test_points_of_small_order_are_multiplied_by_every_edge(
    layer: Layer, torsion: PlainPoint
) -> None:
    """Sums in the buckets pass through the identity and opposite points again and again."""
    start = read(layer, [torsion.sort_key] * len(EDGES))
    found = layer.encode(layer.multiply(start, joined(EDGES)).products[0])
    assert split(found) == [TORSION[TORSION.index(torsion) * edge % 8].sort_key for edge in EDGES]


@each_layer
def test_without_a_scalar_only_membership_is_found(layer: Layer) -> None:
    found = layer.multiply(read(layer, [GENERATOR, TORSION[1].sort_key, IDENTITY]))
    assert (found.products, found.in_subgroup) == ((), b"\x01\x00\x01")


# Sums


@each_layer
@given(st.lists(st.tuples(points, points, points, scalars, scalars), max_size=10), members)
@FEW
def test_combined_points_and_fixed_bases_are_the_sums_that_libsodium_finds(
    layer: Layer, rows: list[tuple[bytes, bytes, bytes, int, int]], key: bytes
) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    parts = [read(layer, list(column)) for column in columns[:3]]
    one, other = joined(columns[3]), joined(columns[4])
    tables = [layer.tabulate(read(layer, [base])) for base in (GENERATOR, key)]
    fixed = ((tables[0], one), (tables[1], other))
    whole = layer.combine(*parts, fixed=fixed)
    expected = [plus(a, b, c, member(r), times(key, s)) for a, b, c, r, s in rows]
    assert split(layer.encode(whole)) == expected
    first = layer.combine(parts[0], fixed=fixed[:1])
    assert split(layer.encode(first)) == [plus(a, member(r)) for a, _, _, r, _ in rows]


@each_layer
@pytest.mark.parametrize("base", [1, 7, ORDER - 1])
def test_a_table_gives_every_single_digit_of_its_base(layer: Layer, base: int) -> None:
    exponents = [(digit << 8 * row) % ORDER for row in range(32) for digit in (1, 127, 128, 129)]
    table = layer.tabulate(read(layer, [member(base)]))
    found = layer.combine(fixed=((table, joined(exponents)),), number=len(exponents))
    assert split(layer.encode(found)) == [member(base * each % ORDER) for each in exponents]


@each_layer
@pytest.mark.parametrize("rows", [0, 1, 2, 7, 8, 9, 63, 64, 65, 130, 515])
@pytest.mark.parametrize("width", [1, 2, 8, 11])
def test_columns_are_added_up(layer: Layer, rows: int, width: int) -> None:
    exponents = [pow(5, place, ORDER) for place in range(rows * width)]
    table = layer.tabulate(read(layer, [GENERATOR]))
    cells = layer.combine(fixed=((table, joined(exponents)),), number=len(exponents))
    expected = [member(sum(exponents[column::width]) % ORDER) for column in range(width)]
    assert split(layer.encode(layer.add_columns(cells, width))) == expected


@each_layer
@pytest.mark.parametrize("number", [0, 1, 3, 40, 700, 5000])
@pytest.mark.parametrize("bits", [1, 12, 64, 128, 253])
def test_a_sum_of_multiples_is_the_multiple_of_the_sum(
    layer: Layer, number: int, bits: int
) -> None:
    exponents = [pow(7, place, ORDER) for place in range(number)]
    by = [pow(11, place, ORDER) % min(2**bits, ORDER) for place in range(number)]
    by[:2] = [min(2**bits, ORDER) - 1, 0][:number]
    table = layer.tabulate(read(layer, [GENERATOR]))
    bases = layer.combine(fixed=((table, joined(exponents)),), number=number)
    total = sum(a * b for a, b in zip(exponents, by, strict=True)) % ORDER
    assert layer.encode(layer.sum_multiples(bases, joined(by), bits)) == member(total)


@each_layer
@given(st.lists(st.tuples(points, scalars), max_size=4))
@FEW
def test_a_sum_of_multiples_is_that_of_the_clear_twin_in_every_coset(
    layer: Layer, terms: list[tuple[bytes, int]]
) -> None:
    found = layer.sum_multiples(
        read(layer, [point for point, _ in terms]), joined([scalar for _, scalar in terms])
    )
    summands = (plain_point(point).power(PLAIN_ED25519.scalar(scalar)) for point, scalar in terms)
    expected = reduce(PlainPoint.__mul__, summands, PLAIN_ED25519.identity)
    assert layer.encode(found) == expected.sort_key


# What every layer has in common


def test_all_layers_give_the_same_bytes() -> None:
    batch = b"".join(little(pow(13, place, PRIME)) for place in range(300))
    by = joined([pow(17, place, ORDER) for place in range(300)])

    def everything(layer: Layer) -> tuple[bytes, ...]:
        decoded = layer.decode(batch)
        found = layer.multiply(decoded.points, by)
        summed = layer.sum_multiples(decoded.points, by)
        return (decoded.on_curve, found.in_subgroup, *map(layer.encode, (*found.products, summed)))

    assert {everything(layer) for layer in LAYERS} == {everything(LAYERS[0])}


@each_layer
def test_threads_compute_at_once_what_one_computes_alone(layer: Layer) -> None:
    start = read(layer, [GENERATOR] * 40)
    batches_of = [joined([pow(19, place, ORDER)] * 40) for place in range(20)]

    def work(by: bytes) -> bytes:
        return layer.encode(layer.multiply(start, by).products[0])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, batches_of)) == list(map(work, batches_of))


def test_the_portable_layer_is_always_there_and_the_last() -> None:
    assert compiled_layers()[-1].name == "portable"
    assert compiled_layers()[-1].runs_here
    assert repr(compiled_layers()[-1]) == "Layer(portable)"


def test_a_part_of_points_outlives_the_whole() -> None:
    layer = LAYERS[0]
    part = read(layer, [member(1), member(2), member(3)]).part(1, 2)
    inner = part.part(1, 1)
    assert (len(part), len(inner)) == (2, 1)
    del part
    assert layer.encode(inner) == member(3)


# What is refused before C computes


@pytest.mark.parametrize("length", [1, 31, 33, 63])
def test_encodings_and_scalars_of_another_length_are_refused(length: int) -> None:
    layer, buffer = LAYERS[0], bytes(length)
    start = read(layer, [GENERATOR])
    for refused in (layer.check_points, layer.decode):
        with pytest.raises(ValueError, match=f"^encodings are 32 bytes each; {length} bytes are"):
            refused(buffer)
    with pytest.raises(ValueError, match=r"^scalars are 32 bytes each"):
        layer.multiply(start, buffer)


@pytest.mark.parametrize("buffer", ["text", bytearray(32), None])
def test_only_bytes_are_taken(buffer: object) -> None:
    with pytest.raises(TypeError, match=r"^encodings are bytes, not "):
        LAYERS[0].decode(buffer)  # type: ignore[arg-type] # that is the point


def test_scalars_in_another_number_than_points_are_refused() -> None:
    layer = LAYERS[0]
    start, table = read(layer, [GENERATOR]), layer.tabulate(read(layer, [GENERATOR]))
    message = r"^2 scalars for 1 points$"
    with pytest.raises(ValueError, match=message):
        layer.multiply(start, joined([1]), joined([1, 1]))
    with pytest.raises(ValueError, match=message):
        layer.sum_multiples(start, joined([1, 1]))
    with pytest.raises(ValueError, match=message):
        layer.combine(start, fixed=((table, joined([1, 1])),))


@pytest.mark.parametrize("scalar", [ORDER, ORDER + 1, 2**253 - 1, 2**253, 2**256 - 1])
def test_a_scalar_that_is_not_below_the_order_is_refused(scalar: int) -> None:
    layer = LAYERS[0]
    with pytest.raises(ValueError, match=r"^scalar 1 is not below the order and 2\^253$"):
        layer.multiply(read(layer, [GENERATOR] * 2), joined([ORDER - 1, scalar]))


@pytest.mark.parametrize("bits", [1, 63, 64, 65, 128, 252])
def test_a_scalar_of_more_bits_than_said_is_refused(bits: int) -> None:
    layer = LAYERS[0]
    start = read(layer, [GENERATOR])
    assert layer.encode(layer.sum_multiples(start, joined([2**bits - 1]), bits)) == member(
        2**bits - 1
    )
    with pytest.raises(ValueError, match=rf"^scalar 0 is not below the order and 2\^{bits}$"):
        layer.sum_multiples(start, joined([2**bits]), bits)


@pytest.mark.parametrize("bits", [-1, 0, 254, 10**30])
def test_bits_that_no_scalar_has_are_refused(bits: int) -> None:
    with pytest.raises(ValueError, match=rf"^scalars have 1 to 253 bits, not {bits}$"):
        LAYERS[0].sum_multiples(read(LAYERS[0], [GENERATOR]), joined([1]), bits)


def test_what_cannot_be_combined_or_added_is_refused() -> None:
    layer = LAYERS[0]
    one, two = read(layer, [GENERATOR]), read(layer, [GENERATOR] * 2)
    fixed = (layer.tabulate(one), joined([1]))
    with pytest.raises(ValueError, match=r"^three points and two fixed bases"):
        layer.combine(one, one, one, one)
    with pytest.raises(ValueError, match=r"^three points and two fixed bases"):
        layer.combine(one, fixed=(fixed,) * 3)
    with pytest.raises(ValueError, match=r"^parts of different lengths, where 1 were expected$"):
        layer.combine(one, two)
    with pytest.raises(ValueError, match=r"^a point is multiplied by 2 scalars at once at most$"):
        layer.multiply(one, *[joined([1])] * 3)
    with pytest.raises(ValueError, match=r"^a table is of one point, not of 2$"):
        layer.tabulate(two)
    for width in (0, -1, 3):
        with pytest.raises(ValueError, match=rf"^2 points are no rows of {width}$"):
            layer.add_columns(two, width)
    for first, number in ((-1, 1), (0, 3), (2, 1), (1, -1)):
        with pytest.raises(ValueError, match=rf"^no {number} points from {first} on: there are 2$"):
            two.part(first, number)


def test_where_memory_is_short_no_pointer_is_followed() -> None:
    with pytest.raises(MemoryError):
        Points(2**57)
    with pytest.raises(MemoryError):
        Points(2**63)


def test_a_sum_for_whose_buckets_memory_is_short_is_no_sum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = read(LAYERS[0], [GENERATOR])

    class ShortOfMemory:
        comitia_sum_multiples_vartime = staticmethod(lambda *_: -1)

        def __getattr__(self, name: str) -> object:
            return getattr(kernel.lib, name)

    kernel = vartime._kernel
    short = SimpleNamespace(ffi=kernel.ffi, lib=ShortOfMemory())
    monkeypatch.setattr(vartime, "_kernel", short)
    with pytest.raises(MemoryError):
        LAYERS[0].sum_multiples(start, joined([1]))
