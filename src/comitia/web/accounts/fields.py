"""Fields of the models in this room."""

from __future__ import annotations

from typing import Any

from django.db import models


class MailAddressField(models.EmailField):  # type: ignore[type-arg] # generic in its stubs alone
    """An e-mail address in small letters, whoever saves it and whoever asks for it.

    The part before the @ may tell capitals apart by the letter of the standard; no server does.
    """

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's own
        prepared = super().get_prep_value(value)
        return prepared.strip().lower() if isinstance(prepared, str) else prepared
