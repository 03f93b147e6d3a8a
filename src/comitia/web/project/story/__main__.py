"""The process that tells the story: ``python -m comitia.web.project.story SEED``.

It writes a line for each person whom a visitor can be: who it is, and the code. On data that is not
fresh it does nothing and says so by its exit status.
"""

from __future__ import annotations

import sys
from random import Random
from typing import Final

import django

NOT_FRESH: Final = 3


def main() -> int:
    """Tell the story into the data folder of the environment."""
    django.setup()
    from comitia.web.accounts.models import Person  # noqa: PLC0415 - models come after the set-up
    from comitia.web.acts import clock  # noqa: PLC0415
    from comitia.web.acts.founding import is_founded  # noqa: PLC0415
    from comitia.web.project.story.accounts import open_accounts  # noqa: PLC0415
    from comitia.web.project.story.telling import Story  # noqa: PLC0415
    from comitia.web.publicrecord.sequencing import sequence  # noqa: PLC0415

    if is_founded() or Person.objects.exists():
        return NOT_FRESH
    now = clock.now()
    story = Story(Random(sys.argv[1]), now.date())  # noqa: S311 - a story may be foreseen
    story.tell()
    sequence(now)
    for one in open_accounts(story, now):
        sys.stdout.write(f"{one.part}, {one.name}: {one.code}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
