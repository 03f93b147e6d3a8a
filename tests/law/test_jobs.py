"""How many people a job may change something for."""

from __future__ import annotations

from datetime import date

import pytest

from comitia.law.errors import Code, RuleViolation
from comitia.law.jobs import require_few_people
from comitia.law.presets import PRESETS

BOOK = PRESETS["small-association"].rule_book(date(2026, 1, 1))
MOST = 20


def people(number: int) -> list[str]:
    return [f"{n:032x}" for n in range(number)]


def test_a_job_may_change_something_for_as_many_people_as_the_rule_says() -> None:
    require_few_people(people(MOST), BOOK, "import")


def test_the_same_person_counts_once() -> None:
    require_few_people(people(MOST) * 2, BOOK, "import")


def test_one_more_is_refused_with_the_number() -> None:
    with pytest.raises(RuleViolation) as refused:
        require_few_people(people(MOST + 1), BOOK, "import")
    assert refused.value.args == (Code.JOB_TOO_MANY, "import", "20 people at most", "21")
