"""That CI runs what it must, tried on a test suite with this project's conftest.py."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
# A suite of its own, with one test for each way in which a test can end but by failing.
SKIPS = """
    import pytest

    def test_runs(): pass

    def test_looks_at_the_data(reference_data): pass

    def test_skips(): pytest.skip("not today")

    @pytest.mark.skipif(True, reason="COMITIA_REFERENCE_TOOL is not set")
    def test_needs_the_tool(): pass

    @pytest.mark.xfail(reason="tried here: a failure that is expected is no skip")
    def test_is_known_to_fail(): assert False
"""


def outcomes(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *, ci: str, data: str
) -> dict[str, int]:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("COMITIA_REFERENCE_DATA", data)
    pytester.makepyfile(SKIPS)
    (pytester.path / "conftest.py").write_bytes(CONFTEST.read_bytes())
    return pytester.runpytest_subprocess().parseoutcomes()


def test_a_skip_fails_in_ci_beside_the_reference_data(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = outcomes(pytester, monkeypatch, ci="true", data=str(pytester.path))
    assert found == {"passed": 2, "failed": 1, "skipped": 1, "xfailed": 1}


def test_a_skipped_module_fails_in_ci_beside_the_reference_data(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(test_module="import pytest\npytest.importorskip('nonexistent')")
    found = outcomes(pytester, monkeypatch, ci="true", data=str(pytester.path))
    assert found == {"errors": 1}


def test_a_skip_is_a_skip_elsewhere(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = outcomes(pytester, monkeypatch, ci="", data=str(pytester.path))
    assert found == {"passed": 2, "skipped": 2, "xfailed": 1}


def test_reference_data_that_is_named_but_missing_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = outcomes(pytester, monkeypatch, ci="", data=str(pytester.path / "gone"))
    assert found == {"passed": 1, "errors": 1, "skipped": 2, "xfailed": 1}


def test_without_reference_data_its_tests_are_skipped(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMITIA_REFERENCE_DATA", raising=False)
    folder = pytester.mkdir("project")
    (folder / "conftest.py").write_bytes(CONFTEST.read_bytes())
    (folder / "test_it.py").write_text("def test_it(reference_data): pass", encoding="utf-8")
    monkeypatch.setenv("CI", "")
    assert pytester.runpytest_subprocess(folder).parseoutcomes() == {"skipped": 1}
