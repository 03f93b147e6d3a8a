"""What pyproject.toml cannot say: the native kernel, by cffi, for CPython 3.11 and newer."""

from setuptools import setup

setup(
    cffi_modules=["native/binding.py:ffi"],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
