"""The extension module `comitia.curve._vartime`, as cffi builds it from the C in this folder.

COMITIA_KERNEL says how: `optional` (as if unset: where it cannot be built, the package does
without it), `required` (where it cannot be built, nothing is), `debug` (required, warnings are
errors, every bound is asserted) or `sanitized` (as `debug`, and addresses and undefined behaviour
are watched).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from cffi import FFI

MODULE: Final = "comitia.curve._vartime"
FOLDER: Final = Path("native")  # setuptools runs in the folder of setup.py
# What Python may call. Whoever adds C that Python calls adds its header here.
HEADERS: Final = ("vartime.h", "recipe.h", "lists.h")

# Not -march=native: a package is built on one machine and runs on others; what needs instructions
# that not every one has asks for them in its own file. -O3 unrolls the vector layer's loops, which
# makes it five times faster than -O2 with gcc 12. Switching off automatic vectors changes nothing.
FLAGS: Final = ("-std=gnu11", "-O3", "-fvisibility=hidden", "-g0")
CHECKED: Final = ("-Wall", "-Wextra", "-Werror", "-UNDEBUG", "-DCOMITIA_VARTIME_DEBUG", "-g1")
SANITIZED: Final = (
    "-O1",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
)
BUILDS: Final = {
    "optional": FLAGS,
    "required": FLAGS,
    "debug": (*FLAGS, *CHECKED),
    "sanitized": (*FLAGS, *CHECKED, *SANITIZED),
}


def declarations(header: str) -> str:
    """Return a header without the lines of the preprocessor, which cffi does not read."""
    text = (FOLDER / header).read_text(encoding="utf-8")
    return re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)


def make_ffi() -> FFI:
    """Return what setuptools builds."""
    build = os.environ.get("COMITIA_KERNEL") or "optional"
    if build not in BUILDS:
        raise ValueError(f"COMITIA_KERNEL is {build!r} and should be one of {', '.join(BUILDS)}")
    flags = BUILDS[build]
    ffi = FFI()
    for header in HEADERS:
        ffi.cdef(declarations(header))
    ffi.set_source(
        MODULE,
        "".join(f'#include "{header}"\n' for header in HEADERS),
        sources=sorted(map(str, FOLDER.glob("*.c"))),
        depends=sorted(map(str, (*FOLDER.glob("*.h"), *FOLDER.glob("*.py")))),
        include_dirs=[str(FOLDER)],
        extra_compile_args=list(flags),
        extra_link_args=[flag for flag in flags if flag.startswith("-fsanitize")],
        optional=build == "optional",
    )
    return ffi


ffi = make_ffi()
