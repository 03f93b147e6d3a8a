"""Which layer is used, and that none is which computes wrongly."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from functools import reduce
from typing import Final

import pytest

from comitia.curve import ED25519, selfcheck, vartime
from comitia.curve.ed25519 import EdwardsPoint
from comitia.curve.kernel import ACTIVE, active_name, choose_layer
from comitia.curve.selfcheck import (
    ANSWERS,
    SCALARS,
    STANDINGS,
    KernelDisagrees,
    Products,
    expect_known_answers,
    expect_same_products,
    expect_same_standings,
)
from comitia.curve.vartime import Layer, Standing, compiled_layers
from tests.curve.kernels import LAYERS, PRIME, SIGN, TORSION, each_layer, joined, little, member

PORTABLE: Final = compiled_layers()[-1:]
DISAGREE: Final = (
    ": nothing that this program says can be trusted on this machine; please report it "
    "(COMITIA_VARTIME_LAYER=none goes without the kernel)"
)


def wish(layer: str) -> dict[str, str]:
    return {"COMITIA_VARTIME_LAYER": layer}


# The known answers


def test_the_known_answers_are_those_of_libsodium() -> None:
    scalars = [ED25519.scalar(number) for number in SCALARS]
    turned = scalars[::-1]
    points = [ED25519.generator_power(scalar) for scalar in scalars]
    multiples = [point.power(by) for point, by in zip(points, turned, strict=True)]
    others = [point.power(by) for point, by in zip(points, scalars, strict=True)]
    combined = [
        a * b * c * ED25519.generator_power(r) * points[-1].power(s)
        for a, b, c, r, s in zip(points, multiples, others, turned, scalars, strict=True)
    ]
    sums = [reduce(EdwardsPoint.__mul__, each) for each in (points, multiples)]
    everything = (points, multiples, others, combined, sums[:1], sums[1:])
    assert list(ANSWERS.values()) == [
        hashlib.sha256(b"".join(each.sort_key for each in group)).hexdigest()
        for group in everything
    ]


def test_the_known_standings_are_of_one_encoding_of_every_kind() -> None:
    assert dict(STANDINGS) == {
        int.from_bytes(member(1), "little"): Standing.MEMBER,
        1: Standing.IDENTITY,
        **dict.fromkeys(
            (int.from_bytes(TORSION[number].sort_key, "little") for number in (4, 1)),
            Standing.OUTSIDE,
        ),
        0: Standing.OUTSIDE,
        int((ED25519.generator * EdwardsPoint(TORSION[4].sort_key)).text, 16): Standing.OUTSIDE,
        **dict.fromkeys((2, PRIME, PRIME + 1, 1 + SIGN, 2**256 - 1), Standing.NO_POINT),
    }
    for number, standing in STANDINGS:
        is_member = ED25519.find_element(f"{number:064x}") is not None
        assert is_member == (standing in {Standing.MEMBER, Standing.IDENTITY})


@each_layer
def test_every_layer_knows_the_answers(layer: Layer) -> None:
    expect_known_answers(layer)


def test_a_layer_that_takes_a_foreign_point_for_a_member_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = (*STANDINGS[:2], (STANDINGS[2][0], Standing.MEMBER), *STANDINGS[3:])
    monkeypatch.setattr(selfcheck, "STANDINGS", wrong)
    with pytest.raises(ImportError) as refused:
        choose_layer(PORTABLE, {})
    assert str(refused.value) == (
        "the native kernel (portable) and libsodium disagree about which encodings are of members"
        + DISAGREE
    )


@pytest.mark.parametrize("what", ANSWERS)
def test_a_layer_that_does_not_know_an_answer_is_not_used(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setitem(ANSWERS, what, "0" * 64)
    with pytest.raises(KernelDisagrees) as refused:
        expect_known_answers(PORTABLE[0])
    assert (refused.value.layer, refused.value.what) == ("portable", what)


# Random samples


def test_a_false_standing_is_found_wherever_the_sample_falls() -> None:
    layer, randomness = LAYERS[0], random.Random(1).randbytes
    encodings = joined([number for number, _ in STANDINGS])
    right = layer.check_points(encodings)
    expect_same_standings(layer, encodings, right, 100, randomness)
    for place, (number, standing) in enumerate(STANDINGS):
        is_member = standing in {Standing.MEMBER, Standing.IDENTITY}
        claim = Standing.NO_POINT if is_member else Standing.MEMBER
        wrong = right[:place] + bytes([claim]) + right[place + 1 :]
        with pytest.raises(KernelDisagrees) as refused:
            expect_same_standings(layer, encodings, wrong, 200, randomness)
        assert refused.value.what == f"whether {number:064x} is a member"


def test_the_identity_is_not_passed_off_as_another_member_nor_the_reverse() -> None:
    for encoding, claim in ((little(1), Standing.MEMBER), (member(1), Standing.IDENTITY)):
        with pytest.raises(KernelDisagrees):
            expect_same_standings(LAYERS[0], encoding, bytes([claim]), 1, os.urandom)


def test_a_false_product_is_found_wherever_the_sample_falls() -> None:
    randomness = random.Random(2).randbytes
    right = [member(3 * number) for number in range(5)]
    given = b"".join(map(member, range(5))), joined([3] * 5)
    expect_same_products(LAYERS[0], Products(*given, b"".join(right)), 50, randomness)
    for place in range(5):
        wrong = [*right[:place], member(99), *right[place + 1 :]]
        with pytest.raises(KernelDisagrees) as refused:
            expect_same_products(LAYERS[0], Products(*given, b"".join(wrong)), 100, randomness)
        assert str(refused.value) == (
            f"the native kernel ({LAYERS[0].name}) and libsodium disagree about 3 times "
            f"{member(place)[::-1].hex()}{DISAGREE}"
        )


def test_of_nothing_no_sample_is_drawn() -> None:
    def never(_: int) -> bytes:
        raise AssertionError

    expect_same_standings(LAYERS[0], b"", b"", 5, never)
    expect_same_products(LAYERS[0], Products(b"", b"", b""), 5, never)


# The choice


def test_the_fastest_layer_that_runs_here_is_used_unless_one_is_wished_for() -> None:
    layers = compiled_layers()
    assert choose_layer(layers, {}) is next(each for each in layers if each.runs_here)
    assert choose_layer(layers, wish("")) is choose_layer(layers, {})
    for layer in LAYERS:
        assert choose_layer(LAYERS, wish(layer.name)) is layer
    assert choose_layer(layers, wish("none")) is None
    assert choose_layer((), {}) is None


def test_an_unknown_layer_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ImportError) as refused:
        choose_layer(PORTABLE, wish("Portable"))
    assert str(refused.value) == (
        "COMITIA_VARTIME_LAYER is 'Portable', but no such layer was built "
        "(there are: portable, none)"
    )
    with pytest.raises(ImportError) as refused:
        choose_layer((), wish("portable"))
    assert str(refused.value) == (
        "COMITIA_VARTIME_LAYER is 'portable', but the native kernel was not built (there are: none)"
    )


def test_a_layer_whose_instructions_are_missing_is_refused_and_never_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Layer, "runs_here", property(lambda _: False))
    assert choose_layer(PORTABLE, {}) is None
    with pytest.raises(ImportError) as refused:
        choose_layer(PORTABLE, wish("portable"))
    assert str(refused.value) == (
        "COMITIA_VARTIME_LAYER is 'portable', but this machine has no instructions for it "
        "(there are: none)"
    )


def test_without_the_module_there_are_no_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "comitia.curve._vartime", None)
    monkeypatch.setattr(vartime, "_kernel", vartime._find_kernel())
    assert compiled_layers() == ()


def in_new_process(program: str, layer: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, **wish(layer)}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=variables, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("name", [*(layer.name for layer in LAYERS), "none"])
def test_the_environment_forces_the_layer_of_a_process(name: str) -> None:
    program = "from comitia.curve import kernel; print(kernel.active_name(), kernel.ACTIVE)"
    done = in_new_process(program, name)
    active = "None" if name == "none" else f"Layer({name})"
    assert (done.stdout, done.stderr) == (f"{name} {active}\n", "")


def test_the_layer_of_this_process_is_named() -> None:
    assert active_name() == (ACTIVE.name if ACTIVE else "none")


def test_the_command_refuses_an_unknown_layer_in_one_sentence() -> None:
    done = in_new_process(
        "from comitia.cli import main; raise SystemExit(main(['verify', 'x']))", "x"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("comitia: COMITIA_VARTIME_LAYER is 'x', but no such layer was ")
    assert done.stderr.count("\n") == 1


# The debug build


@pytest.mark.parametrize("name", [layer.name for layer in LAYERS])
def test_a_debug_build_stops_at_a_limb_beyond_its_bound(name: str) -> None:
    """`dev.py sanitize` names the build; in the ordinary one nothing is asserted."""
    asserts = os.environ.get("COMITIA_KERNEL") in {"debug", "sanitized"}
    assert bool(vartime._kernel.lib.comitia_asserts_bounds()) == asserts
    program = (
        "from comitia.curve import vartime\n"
        "new = lambda limb: vartime._kernel.ffi.new('uint64_t[]', [limb] + [0] * 4)\n"
        f"(layer,) = [each for each in vartime.compiled_layers() if each.name == {name!r}]\n"
        "try_field = vartime._kernel.lib.comitia_try_field_vartime\n"
        "try_field(layer.handle, 0, new(2**51 + 2**17), new(1), new(0))\n"
    )
    done = in_new_process(program, "none")
    assert (done.returncode == 0) != asserts
    assert ("does not hold" in done.stderr) == asserts


def test_a_package_without_the_kernel_has_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vartime, "_kernel", None)
    with pytest.raises(RuntimeError, match="the native kernel was not built"):
        vartime.library()
