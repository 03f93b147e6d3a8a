"""The sheet and the papers in the formats that other people and programs read."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from comitia.cli.terminal import print_json
from comitia.counting.count import Rule
from comitia.counting.formats.abif import write_abif
from comitia.counting.formats.blt import write_blt
from comitia.counting.formats.preflib import write_preflib
from comitia.counting.formats.rctab import write_rctab
from comitia.counting.formats.table_csv import write_table_csv
from comitia.counting.profile import AnyProfile, Profile, TalliedProfile
from comitia.counting.sheet import Sheet
from comitia.counting.sheet_json import sheet_to_json
from comitia.counting.showing import sheet_page, sheet_pdf
from comitia.errors import MalformedRecord

_NO_GRADES: Final = "grades, points and totals have no place in a BLT file, which holds rankings"
_NO_TOTALS: Final = "totals have no place in a PrefLib file, which holds papers"


def write_outputs(asked: argparse.Namespace, profile: AnyProfile, sheet: Sheet, rule: Rule) -> None:
    """Print or write what was asked for; every file is whole or not there.

    Raises MalformedRecord where a format cannot say what the papers or the sheet hold.
    """
    written: Mapping[str, Callable[[], str | bytes]] = {
        "html": lambda: sheet_page(sheet, rule),
        "pdf": lambda: sheet_pdf(sheet, rule),
        "rctab": lambda: write_rctab(sheet),
        "blt": lambda: _blt(profile, sheet.seats),
        "preflib": lambda: _preflib(profile),
        "abif": lambda: write_abif(profile),
    }
    made: list[tuple[Path, bytes]] = []
    for name, write in written.items():
        if (path := getattr(asked, name)) is not None:
            content = write()
            made.append((path, content.encode() if isinstance(content, str) else content))
    for path, data in made:
        replace_file(path, data)
    if asked.json:
        print_json(sheet_to_json(sheet))
    elif asked.csv:
        sys.stdout.write(write_table_csv(sheet))


def _blt(profile: AnyProfile, seats: int) -> str:
    if not isinstance(profile, Profile):
        raise MalformedRecord("--blt", _NO_GRADES)
    return write_blt(replace(profile, seats=seats))


def _preflib(profile: AnyProfile) -> str:
    if isinstance(profile, TalliedProfile):
        raise MalformedRecord("--preflib", _NO_TOTALS)
    return write_preflib(profile)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it meanwhile sees the old one or the new one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
