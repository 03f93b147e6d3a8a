"""Any bytes, and sound inputs with anything changed, end in a value or in an error of ours.

The same targets are what ``dev.py fuzz`` gives inputs that are made to reach new branches.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path
from random import Random
from types import CodeType, FrameType, FunctionType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comitia
from comitia.errors import MalformedRecord
from tests.fuzz.changes import Change, change_archive, change_bytes, change_record, change_text
from tests.fuzz.targets import LONGEST_MESSAGE, TARGETS, Target

ROOT = Path(__file__).resolve().parents[2]
EVERY_TARGET = pytest.mark.parametrize("name", TARGETS)
RANDOM = st.randoms(use_true_random=False)


def examples_of(name: str) -> int:
    """Return how often a target is tried: archives take many times longer than records."""
    return 15 if TARGETS[name].change is change_archive or "archive" in name else 40


# --- The law --------------------------------------------------------------------------------


@EVERY_TARGET
def test_the_inputs_that_are_changed_below_are_sound(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].read(seed)


@EVERY_TARGET
def test_any_bytes_end_in_a_value_or_an_error_of_ours(name: str) -> None:
    @settings(max_examples=examples_of(name))
    @given(st.binary())
    def law(data: bytes) -> None:
        TARGETS[name](data)

    law()


@EVERY_TARGET
def test_a_changed_input_ends_in_a_value_or_an_error_of_ours(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=examples_of(name))
    @given(st.sampled_from(target.seeds), RANDOM, st.integers(1, 4))
    def law(data: bytes, random: Random, changes: int) -> None:
        for _ in range(changes):
            data = target.change(data, random)
        target(data)

    law()


def test_bombs_are_withstood_in_bounded_time_and_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.bombs"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    last = done.stdout.splitlines()[-1:]
    assert (done.returncode, last) == (0, ["all were withstood"]), done.stderr


# --- The targets themselves -----------------------------------------------------------------


def test_a_target_lets_out_whatever_is_no_error_of_ours() -> None:
    def refuse(data: bytes) -> None:
        raise MalformedRecord("here", data.decode())

    target = Target(refuse, ())
    target(b"a reason")
    for data, finding in (
        (b"", AssertionError),
        (b"\xff", UnicodeDecodeError),
        (b"long" * LONGEST_MESSAGE, AssertionError),
    ):
        with pytest.raises(finding):
            target(data)


READING = ("comitia.ballots", "comitia.counting", "comitia.record", "comitia.verify")
OUTSIDE = {"bytes", "str", "str | bytes", "BinaryIO", "Readable", bytes, str, str | bytes}


def readers() -> dict[CodeType, str]:
    """Find every public function of ours that by its name reads bytes or text into values."""
    found: dict[CodeType, str] = {}
    for module in pkgutil.walk_packages(comitia.__path__, "comitia."):
        if module.name.startswith(READING):
            for name, function in vars(importlib.import_module(module.name)).items():
                if (
                    name.startswith(("parse_", "read_"))
                    and isinstance(function, FunctionType)
                    and next(iter(inspect.get_annotations(function).values())) in OUTSIDE
                ):
                    found[inspect.unwrap(function).__code__] = f"{function.__module__}.{name}"
    return found


def test_the_fuzzer_s_own_lock_suffices_for_the_targets() -> None:
    """On a machine that has never run the tests, dev.py fuzz installs no more than that."""
    program = (
        "import sys\n"
        "for name in ('coverage', 'hypothesis', 'mutmut'): sys.modules[name] = None\n"
        "import tests.fuzz.run"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_every_reader_is_reached_from_a_target() -> None:
    """A new parser gets a line in TARGETS, or this fails."""
    missing = readers()
    assert len(missing) > 20

    def strike_off(frame: FrameType, _event: str, _argument: object) -> None:
        missing.pop(frame.f_code, None)

    before = sys.getprofile()
    sys.setprofile(strike_off)
    try:
        for target in TARGETS.values():
            target(target.seeds[0])
    finally:
        sys.setprofile(before)
    assert sorted(missing.values()) == []


@pytest.mark.parametrize("change", [change_bytes, change_record, change_text, change_archive])
@given(data=st.binary(), random=RANDOM)
@settings(max_examples=40)
def test_any_bytes_can_be_changed(change: Change, data: bytes, random: Random) -> None:
    assert isinstance(change(data, random), bytes)


@EVERY_TARGET
def test_the_same_chance_changes_an_input_alike(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds[:1]:
        changed = [target.change(seed, Random(number)) for number in range(20)]
        assert changed == [target.change(seed, Random(number)) for number in range(20)]
        assert any(one != seed for one in changed)
