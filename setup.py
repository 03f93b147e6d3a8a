"""What pyproject.toml cannot say: the native kernel by cffi, for CPython 3.11 and newer, and texts.

Translations are compiled here, beside their sources: the repository holds no compiled file.
"""

from pathlib import Path

import polib
from setuptools import setup

for source in Path("src").glob("**/locale/*/LC_MESSAGES/*.po"):
    polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))

setup(
    cffi_modules=["native/binding.py:ffi"],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
