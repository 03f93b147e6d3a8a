"""The command ``comitia``: thin rooms around the packages that do the work."""

from __future__ import annotations

from comitia.cli.command import main

__all__ = ["main"]
