"""Whether the native kernel computes what libsodium computes: at load, and at random places.

A kernel that computes wrongly could call a false proof true. So none is used that does not know
the answers below, and whoever uses one has libsodium do a random sample again. A disagreement says
nothing about the data: it stops everything.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from comitia.curve.ed25519 import ED25519, ORDER, EdwardsPoint, EdwardsScalar
from comitia.curve.interface import Randomness
from comitia.curve.vartime import SIZE, Layer, Standing
from comitia.errors import ComitiaError

_PRIME: Final = 2**255 - 19
_SIGN: Final = 2**255


class KernelDisagrees(ComitiaError):  # noqa: N818 - a sentence: what the kernel does
    """The native kernel computed something else than libsodium.

    layer: the layer's name; what: what was computed.
    """

    def __init__(self, layer: str, what: str) -> None:
        super().__init__(layer, what)
        self.layer = layer
        self.what = what

    def __str__(self) -> str:
        return (
            f"the native kernel ({self.layer}) and libsodium disagree about {self.what}: "
            "nothing that this program says can be trusted on this machine; please report it "
            "(COMITIA_VARTIME_LAYER=none goes without the kernel)"
        )


def _derived(number: int) -> int:
    return int.from_bytes(hashlib.sha512(b"known answer %d" % number).digest(), "big") % ORDER


SCALARS: Final = (0, 1, 8, ORDER - 1, 2**252, 2**252 - 1, *map(_derived, range(5)))
"""Corners and ordinary ones; no multiple of eight, so that a group of lanes is filled up."""

STANDINGS: Final = (
    (0x6666666666666666666666666666666666666666666666666666666666666658, Standing.MEMBER),
    (1, Standing.IDENTITY),
    (_PRIME - 1, Standing.OUTSIDE),  # of order 2
    (0, Standing.OUTSIDE),  # of order 4
    # Of order 8, and the generator plus the point of order 2.
    (0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7, Standing.OUTSIDE),
    (0x9999999999999999999999999999999999999999999999999999999999999995, Standing.OUTSIDE),
    (2, Standing.NO_POINT),
    (_PRIME, Standing.NO_POINT),  # 0 again, of order 4
    (_PRIME + 1, Standing.NO_POINT),  # 1 again, the identity
    (1 | _SIGN, Standing.NO_POINT),  # minus 0
    (2**256 - 1, Standing.NO_POINT),
)
"""Encodings as numbers, and what they are."""

# SHA-256 of the encodings, which libsodium of PyNaCl 1.6.2 computed; the tests compute them again.
ANSWERS: Final = {
    "multiples of a base": "108af8e2be4eb2cb191f76f614fc9c42c8a706f2590dfcb67cb5329a61b4f54d",
    "multiples of points": "4461b9da91b20f095a4b5d43999ca110ff2c655a882e7fc4ed1288daa6483095",
    "other multiples of points": "cbb3edeef9ea3db7f441fb924cbacfe35651acbfb81a35fe5f552d750fccd5a9",
    "sums with fixed bases": "6c71861ca63bde70b4f9c398552e4cb037adc12e8064e8e12172d80b66fa581a",
    "a sum of points": "917fc52325ad957953ef6125b4c1a45a416e07824d82225cdaee3564113bdb86",
    "a sum of multiples": "6e689e0b2de708140c1e364ba46e9ac42d47eda83df5820b208ca91d5585679b",
}


def as_scalars(numbers: tuple[int, ...]) -> bytes:
    """Return numbers as a layer takes them."""
    return b"".join(number.to_bytes(SIZE, "little") for number in numbers)


def expect_known_answers(layer: Layer) -> None:
    """Raise KernelDisagrees where a layer does not know an answer; about three milliseconds."""
    encodings = as_scalars(tuple(number for number, _ in STANDINGS))
    if layer.check_points(encodings) != bytes(standing for _, standing in STANDINGS):
        raise KernelDisagrees(layer.name, "which encodings are of members")
    for what, encodings in _compute(layer).items():
        if hashlib.sha256(encodings).hexdigest() != ANSWERS[what]:
            raise KernelDisagrees(layer.name, what)


def _compute(layer: Layer) -> dict[str, bytes]:
    """Have a layer compute everything that it is asked at load."""
    scalars, turned = as_scalars(SCALARS), as_scalars(SCALARS[::-1])
    generator = layer.tabulate(layer.decode(ED25519.generator.sort_key).points)
    points = layer.combine(fixed=((generator, scalars),), number=len(SCALARS))
    multiples = layer.multiply(points, turned, scalars)
    other = layer.tabulate(points.part(len(SCALARS) - 1, 1))
    parts = (points, *multiples.products)
    combined = layer.combine(*parts, fixed=((generator, turned), (other, scalars)))
    computed = (
        *parts,
        combined,
        layer.add_columns(points, 1),
        layer.sum_multiples(points, turned),
    )
    return {what: layer.encode(each) for what, each in zip(ANSWERS, computed, strict=True)}


def expect_same_standings(
    layer: Layer, encodings: bytes, standings: bytes, sample: int, randomness: Randomness
) -> None:
    """Raise KernelDisagrees where libsodium knows another standing of a random sample.

    standings: as ``check_points`` gave them.
    """
    for place in _places(len(standings), sample, randomness):
        text = _at(encodings, place)[::-1].hex()
        element = ED25519.find_element(text)
        is_member = standings[place] in {Standing.MEMBER, Standing.IDENTITY}
        is_identity = standings[place] == Standing.IDENTITY
        found = (element is not None, element is not None and element.is_identity)
        if found != (is_member, is_identity):
            raise KernelDisagrees(layer.name, f"whether {text} is a member")


@dataclass(frozen=True, slots=True)
class Products:
    """Members, a scalar for each, and the layer's multiples: each in 32 bytes, as many of each."""

    encodings: bytes
    scalars: bytes
    products: bytes


def expect_same_products(
    layer: Layer, computed: Products, sample: int, randomness: Randomness
) -> None:
    """Raise KernelDisagrees where libsodium has another product in a random sample."""
    for place in _places(len(computed.encodings) // SIZE, sample, randomness):
        point = EdwardsPoint(_at(computed.encodings, place))
        scalar = EdwardsScalar(_at(computed.scalars, place))
        if point.power(scalar).sort_key != _at(computed.products, place):
            raise KernelDisagrees(layer.name, f"{int(scalar)} times {point.text}")


def _places(number: int, sample: int, randomness: Randomness) -> tuple[int, ...]:
    """Draw places; nobody who makes the data may foresee them."""
    if number == 0:
        return ()
    return tuple(int.from_bytes(randomness(16), "big") % number for _ in range(sample))


def _at(buffer: bytes, place: int) -> bytes:
    return buffer[place * SIZE : (place + 1) * SIZE]
