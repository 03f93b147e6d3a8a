"""One target under the coverage-guided fuzzer: ``run`` starts this in a process of its own.

The only module that needs atheris, which comes as a wheel for some machines only: nothing that the
tests import may import it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import Final

import atheris

with atheris.instrument_imports(include=["comitia"]):
    from tests.fuzz.targets import TARGETS

MOST_SECONDS_AN_INPUT: Final = 20
MOST_MEGABYTES: Final = 2048
_GROWTH: Final = 4


def main(name: str, folder: Path, seconds: int) -> None:
    """Fuzz until the time is over or something is found; does not return."""
    target = TARGETS[name]

    def change(data: bytes, largest: int, seed: int) -> bytes:
        """Change an input as the fuzzer does, or with knowledge of what it is."""
        random = Random(seed)
        if random.randrange(2):
            changed: bytes = atheris.Mutate(data, largest)
            return changed
        return target.change(data, random)[:largest]

    options = [
        f"-max_total_time={seconds}",
        f"-max_len={_GROWTH * max(len(seed) for seed in target.seeds)}",
        f"-timeout={MOST_SECONDS_AN_INPUT}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-artifact_prefix={folder / 'findings'}/",
    ]
    atheris.Setup([sys.argv[0], *options, str(folder / "corpus")], target, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
