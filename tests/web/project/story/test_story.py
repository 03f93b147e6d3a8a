"""The story of `serve --story`: two years of acts, all of them sound, the same from the same seed."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from random import Random
from typing import Final

import pytest

from comitia.record.folding import Folding
from comitia.web.acts.models import Entry
from comitia.web.organisation.models import Branch
from comitia.web.project.story.telling import Story
from comitia.web.register.models import Membership

pytestmark = pytest.mark.django_db
TODAY: Final = date(2026, 11, 23)


def test_a_story() -> None:
    begun = time.monotonic()
    story = Story(Random(7), TODAY)
    story.tell()
    print(time.monotonic() - begun, Entry.objects.count())
    print(Counter(Entry.objects.values_list("kind", flat=True)))
    print(Counter(Membership.objects.values_list("standing", flat=True)))
    folding = Folding()
    for one in Entry.objects.order_by("number"):
        assert folding.take(bytes(one.content)) == []
    assert folding.finish() == []
    assert Branch.objects.exclude(last_day=None).count() == 2
