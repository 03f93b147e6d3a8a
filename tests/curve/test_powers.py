"""Powers that share their work: what they return is what one power after the other returns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import gmpy2
import pytest
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.curve import BELENIOS_2048, RFC_3526_2048, Group
from comitia.curve.field import FieldGroup
from comitia.curve.powers import FixedBase, powers_vartime
from tests.curve.groups import GROUPS, exponents

SMALL = (mpz(1019), mpz(509))
TWO_DIGITS_FULL = (mpz(131_267), mpz(65_633))
"""Safe primes with their orders, of 9 and of 17 bits: the digits of every exponent can be tried."""

EVERY_GROUP = pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS.keys())
FIELDS = pytest.mark.parametrize("field", [BELENIOS_2048, RFC_3526_2048], ids=lambda f: f.name)


class Powmod:
    """Stands for ``gmpy2.powmod`` and remembers how long the exponents were."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self._powmod: Callable[[mpz, mpz, mpz], mpz] = gmpy2.powmod

    def __call__(self, base: mpz, exponent: mpz, modulus: mpz) -> mpz:
        self.lengths.append(mpz(exponent).bit_length())
        return self._powmod(base, exponent, modulus)


@pytest.fixture
def powmod(monkeypatch: pytest.MonkeyPatch) -> Powmod:
    counting = Powmod()
    monkeypatch.setattr(gmpy2, "powmod", counting)
    return counting


def with_table(base: mpz, modulus: mpz, order: mpz) -> FixedBase:
    """Return a fixed base that was raised so often that it has its table."""
    fixed = FixedBase(base, modulus, order)
    for _ in range(30):
        fixed.power_vartime(order - 1)
    return fixed


# A table


@pytest.mark.parametrize("modulus, order", [SMALL, TWO_DIGITS_FULL], ids=["9 bits", "17 bits"])
def test_a_table_gives_every_power(modulus: mpz, order: mpz, powmod: Powmod) -> None:
    base = mpz(4)
    expected = [mpz(1)]
    while len(expected) < order:
        expected.append(expected[-1] * base % modulus)
    fixed = with_table(base, modulus, order)
    powmod.lengths.clear()
    assert [fixed.power_vartime(mpz(e)) for e in range(order)] == expected
    assert powmod.lengths == [], "all of them from the table"


@pytest.mark.parametrize("base", [1, 4, 1018, 7])
def test_a_table_is_right_for_any_base_with_an_inverse(base: int) -> None:
    modulus, order = SMALL
    fixed = with_table(mpz(base), modulus, order)
    found = [int(fixed.power_vartime(mpz(e))) for e in range(order)]
    assert found == [pow(base, e, int(modulus)) for e in range(order)]


def test_a_table_is_made_when_twenty_long_powers_have_been_asked_for(powmod: Powmod) -> None:
    modulus, order = SMALL
    fixed = FixedBase(mpz(4), modulus, order)
    found = [int(fixed.power_vartime(order - 1)) for _ in range(25)]
    assert powmod.lengths == [9] * 20
    assert found == [pow(4, int(order) - 1, int(modulus))] * 25


def test_short_powers_make_no_table_for_a_long_time(powmod: Powmod) -> None:
    fixed = FixedBase(mpz(4), *SMALL)
    for _ in range(100):
        fixed.power_vartime(mpz(1))
    assert powmod.lengths == [1] * 100


@FIELDS
@given(data=st.data())
@settings(max_examples=20)
def test_a_long_power_from_a_table_is_the_power(field: FieldGroup, data: st.DataObject) -> None:
    fixed = TABLES[field.name]
    ends = [sum(digit << 8 * i for i in range(256)) % field.order for digit in (127, 128, 129, 255)]
    exponent = data.draw(exponents(field.order) | st.sampled_from(ends))
    assert fixed.power_vartime(mpz(exponent)) == gmpy2.powmod(3, exponent, field.p)


TABLES = {
    group.name: with_table(mpz(3), group.p, group.q) for group in (BELENIOS_2048, RFC_3526_2048)
}


# Several exponents at once


def one_by_one(base: int, powers: tuple[int, ...], modulus: mpz) -> list[int]:
    return [pow(base, e, int(modulus)) for e in powers]


@pytest.mark.parametrize("base", [1, 4, 106])
def test_all_pairs_of_exponents_give_their_powers(base: int) -> None:
    modulus, order = mpz(107), mpz(106)
    pairs = list(product(range(106), repeat=2))
    found = [powers_vartime(mpz(base), [mpz(e) for e in pair], modulus, order) for pair in pairs]
    assert found == [one_by_one(base, pair, modulus) for pair in pairs]


def test_all_triples_of_exponents_give_their_powers() -> None:
    modulus, order = mpz(23), mpz(11)
    triples = list(product(range(11), repeat=3))
    found = [powers_vartime(mpz(2), [mpz(e) for e in one], modulus, order) for one in triples]
    assert found == [one_by_one(2, one, modulus) for one in triples]


@pytest.mark.parametrize("numbers", [[], [0], [5], [0, 0], [10, 1], [1, 2, 3, 4, 5]], ids=repr)
def test_so_many_powers_come_back_as_exponents_go_in(numbers: list[int]) -> None:
    found = powers_vartime(mpz(2), [mpz(e) for e in numbers], mpz(23), mpz(11))
    assert found == [pow(2, e, 23) for e in numbers]


def test_challenges_that_add_up_to_a_hash_cost_one_long_and_one_short_power(
    powmod: Powmod,
) -> None:
    group = RFC_3526_2048
    simulated, hashed = group.scalar(group.order // 3), group.scalar(2**256 - 1)
    own = hashed - simulated
    element = group.generator
    found = element.powers_vartime([simulated, own])
    assert powmod.lengths == [2046, 256]
    assert found == (element.power_vartime(simulated), element.power_vartime(own))


@EVERY_GROUP
def test_powers_to_several_exponents_are_those_to_each(group: Group) -> None:
    hashed = 2**256 - 1

    @given(st.lists(exponents(group.order), max_size=4), st.booleans())
    @settings(max_examples=10 if group.order > 2**2000 else 25)
    def law(numbers: list[int], adds_up: bool) -> None:  # noqa: FBT001 - drawn
        if adds_up:
            numbers = [*numbers, (hashed - sum(numbers)) % group.order]
        scalars = [group.scalar(number) for number in numbers]
        element = group.generator_power(group.scalar(5))
        found = element.powers_vartime(scalars)
        assert found == tuple(element.power(scalar) for scalar in scalars)

    law()


@EVERY_GROUP
def test_a_repeated_power_is_the_power_with_a_table_and_without(group: Group) -> None:
    numbers = [(7 * group.order // 8 + n) % group.order for n in range(3)]
    scalars = [group.scalar(number) for number in [*numbers, 0, 1, group.order - 1]]
    element = group.generator_power(group.scalar(6))
    expected = [element.power(scalar) for scalar in scalars]
    for _ in range(5):
        assert [element.repeated_power_vartime(scalar) for scalar in scalars] == expected


@FIELDS
def test_scalars_of_another_group_are_refused(field: FieldGroup) -> None:
    other = next(group for group in (BELENIOS_2048, RFC_3526_2048) if group is not field)
    scalar = other.scalar(2)
    with pytest.raises(TypeError):
        field.generator.powers_vartime([scalar, scalar])
    with pytest.raises(TypeError):
        field.generator.repeated_power_vartime(scalar)
    with pytest.raises(TypeError):
        field.generator_power_vartime(scalar)
