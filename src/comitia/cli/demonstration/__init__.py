"""``comitia demo``: a whole election on real ballots, on this machine, told step by step."""

from __future__ import annotations

from comitia.cli.demonstration.story import run

__all__ = ["run"]
