"""Groups small enough to walk through, twins of the real ones, and strategies over both."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from comitia.curve.reference import PLAIN_ED25519, PlainEdwards, PlainField

TINY_CURVE: Final = PlainEdwards("tiny curve", p=101, d=29, q=13, generator=(2, 33))
"""-x^2 + y^2 = 1 + 29 x^2 y^2 modulo 101: 104 points, 8 times the prime 13."""

TINY_FIELD: Final = PlainField("tiny field", p=23, q=11, g=2)

PLAIN_2048: Final = PlainField(
    "BELENIOS-2048",
    p=int(BELENIOS_2048.p),
    q=BELENIOS_2048.order,
    g=int(BELENIOS_2048.generator.text),
)

PLAIN_SAFE: Final = PlainField(
    "RFC-3526-2048",
    p=int(RFC_3526_2048.p),
    q=RFC_3526_2048.order,
    g=int(RFC_3526_2048.generator.text),
)
"""The squares modulo a safe prime: exponents are as long as the numbers themselves."""

GROUPS: Final[dict[str, Group]] = {
    "Ed25519": ED25519,
    "BELENIOS-2048": BELENIOS_2048,
    "RFC-3526-2048": RFC_3526_2048,
    "plain Ed25519": PLAIN_ED25519,
    "plain BELENIOS-2048": PLAIN_2048,
    "plain RFC-3526-2048": PLAIN_SAFE,
    "tiny curve": TINY_CURVE,
    "tiny field": TINY_FIELD,
}
"""Every group of the package and every one that tests make, by a name of its own."""

TWINS: Final = ((ED25519, PLAIN_ED25519), (BELENIOS_2048, PLAIN_2048), (RFC_3526_2048, PLAIN_SAFE))
"""A fast group and the clear one that it must agree with."""


def exponents(order: int) -> st.SearchStrategy[int]:
    """Give numbers in [0, order), the ends and small ones more often than chance would."""
    ends = st.sampled_from((0, 1, 2, order // 2, order - 2, order - 1))
    return ends | st.integers(0, order - 1)
