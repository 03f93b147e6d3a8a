"""The command ``comitia``: thin rooms around the packages that do the work."""

from __future__ import annotations

import sys
from collections.abc import Sequence

NOT_UNDERSTOOD = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status.

    A library that is missing, or that must not be used, is one sentence like everything else; who
    interrupts while everything is still being loaded gets no traceback either.
    """
    try:
        from comitia.cli.command import main as run  # noqa: PLC0415 - may fail, see above
    except KeyboardInterrupt:
        return INTERRUPTED
    except ImportError as error:
        print(f"comitia: {error}", file=sys.stderr)
        return NOT_UNDERSTOOD
    return run(arguments)


__all__ = ["main"]
