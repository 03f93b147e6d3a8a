"""How soon somebody is answered who asks for something about what is held about them.

The rule book says how soon a request for correction is answered (``correction.period``), the law
how much later that can be: not checked against its text.
"""

from __future__ import annotations

from typing import Final

from comitia.law.values import months

ANSWERED_WITHIN: Final = months(1)
"""A request to be erased: Article 12(3) of the GDPR, first sentence."""

LATER_BY: Final = months(2)
"""As much later, once, for reasons that are told within the first time: the second and third."""
