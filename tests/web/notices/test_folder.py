"""Mails in files, as they are while the application is tried out: an erasure takes them all."""

from __future__ import annotations

from pathlib import Path

from pytest_django import Settings

from comitia.web.notices.outbox import empty_folder


def test_the_folder_is_emptied_of_mails(settings: Settings, tmp_path: Path) -> None:
    for name in ("20260105-090000-1.log", "20260105-090000-2.log", "kept.txt"):
        (tmp_path / name).write_text("To: Ada", encoding="utf-8")
    settings.EMAIL_FILE_PATH = str(tmp_path)
    empty_folder()
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_with_a_mail_server_there_is_no_folder(settings: Settings) -> None:
    settings.EMAIL_FILE_PATH = None
    empty_folder()
    settings.EMAIL_FILE_PATH = "/nowhere/at/all"
    empty_folder()
