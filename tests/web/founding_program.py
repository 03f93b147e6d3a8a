"""A program: found the tests' organisation in COMITIA_DATA, and admit somebody."""

from __future__ import annotations

import os

import django


def run() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.real_settings"
    django.setup()
    from comitia.record.kinds.register import AdmitMember  # noqa: PLC0415 - Django comes first
    from tests.web.founded import an_organisation  # noqa: PLC0415 - the same

    with an_organisation() as world:
        own = world.apply("Eve")
        world.do(AdmitMember(since=world.now.date()), own, "Ada", person="Eve")


if __name__ == "__main__":
    run()
