"""What the native kernel's layers take for what libsodium does one at a time, in the same run.

Each round measures libsodium and every layer in turn, on one core, in processor time; the median of
the rounds' ratios is given. A layer's self-check at load is measured too.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from nacl import bindings

from comitia.curve import ED25519
from comitia.curve.selfcheck import expect_known_answers
from comitia.curve.vartime import SIZE, Layer, compiled_layers

ROUNDS: Final = 5
BATCH: Final = 1024
FEW: Final = 64
"""As many libsodium does in a round: it does one like the other."""


@dataclass(frozen=True, slots=True)
class Task:
    """The same by libsodium, for a place, and by a layer, for the batch; microseconds an item."""

    name: str
    by_libsodium: Callable[[int], object]
    by_layer: Callable[[Layer], object]


def tasks() -> list[Task]:
    numbers = [pow(3, 900 + place, ED25519.order) for place in range(BATCH)]
    scalars = [number.to_bytes(SIZE, "little") for number in numbers]
    points = [bindings.crypto_scalarmult_ed25519_base_noclamp(each) for each in scalars]
    one, all_scalars = b"".join(points), b"".join(scalars)
    layers = {layer.name: layer for layer in compiled_layers() if layer.runs_here}
    decoded = {name: layer.decode(one).points for name, layer in layers.items()}
    tables = {
        name: layer.tabulate(layer.decode(ED25519.generator.sort_key).points)
        for name, layer in layers.items()
    }
    multiply, add = bindings.crypto_scalarmult_ed25519_noclamp, bindings.crypto_core_ed25519_add
    base = bindings.crypto_scalarmult_ed25519_base_noclamp
    return [
        Task(
            "membership of an encoding",
            lambda place: bindings.crypto_core_ed25519_is_valid_point(points[place]),
            lambda layer: layer.check_points(one),
        ),
        Task(
            "one multiple of a point",
            lambda place: multiply(scalars[place], points[place]),
            lambda layer: layer.multiply(decoded[layer.name], all_scalars),
        ),
        Task(
            "two multiples of a point",
            lambda place: [multiply(scalars[each], points[place]) for each in (place, -place)],
            lambda layer: layer.multiply(decoded[layer.name], all_scalars, all_scalars),
        ),
        Task(
            "multiple of a fixed base, encoded",
            lambda place: base(scalars[place]),
            lambda layer: layer.encode(
                layer.combine(fixed=((tables[layer.name], all_scalars),), number=BATCH)
            ),
        ),
        Task(
            "decode and add to a sum",
            lambda place: add(points[place], points[0]),
            lambda layer: layer.add_columns(layer.decode(one).points, 1),
        ),
        Task(
            "multiply and add to a sum",
            lambda place: add(multiply(scalars[place], points[place]), points[0]),
            lambda layer: layer.sum_multiples(decoded[layer.name], all_scalars),
        ),
    ]


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def few(task: Task) -> None:
    for place in range(FEW):
        task.by_libsodium(place)


def measure(task: Task, layers: Sequence[Layer]) -> str:
    """Return a row of the table."""
    plain: list[float] = []
    ours: dict[str, list[float]] = {layer.name: [] for layer in layers}
    for _ in range(ROUNDS):
        plain.append(seconds(partial(few, task)) / FEW)
        for layer in layers:
            ours[layer.name].append(seconds(partial(task.by_layer, layer)) / BATCH)
    row = f"| {task.name} | {1e6 * statistics.median(plain):.1f} |"
    for times in ours.values():
        ratio = statistics.median(a / b for a, b in zip(plain, times, strict=True))
        row += f" {1e6 * statistics.median(times):.2f} | {ratio:.1f} |"
    return row


def main() -> None:
    layers = [layer for layer in compiled_layers() if layer.runs_here]
    print(f"Python {platform.python_version()}, {platform.machine()}, {ROUNDS} rounds")
    print("microseconds an item on one core, and libsodium's time in ours\n")
    print("| | libsodium |" + "".join(f" {layer.name} | ratio |" for layer in layers))
    print("|---|---:|" + "---:|---:|" * len(layers))
    for task in tasks():
        print(measure(task, layers))
    for layer in layers:
        check = seconds(partial(expect_known_answers, layer))
        print(f"\nself-check of {layer.name} at load: {1e3 * check:.1f} ms")


if __name__ == "__main__":
    main()
