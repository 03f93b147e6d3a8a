"""How often somebody may try what: one table, for our own forms and for allauth's.

`ip`: from one address, which a whole branch may share. `key`: for one mail address or person.

Whoever asks for codes in somebody else's name must not thereby keep that person from getting one:
so one network has an allowance for an address, all networks together a larger one, and a browser in
which the person was logged in before one of its own.
"""

from __future__ import annotations

from typing import Final

RATES: Final = {
    "ask_code": "30/5m/ip",
    "ask_code_of": "5/15m/key",  # an address from one network
    "ask_code_sum": "30/15m/key",  # an address from everywhere
    "ask_code_known": "5/15m/key",  # a person, in a browser known to be theirs
    "confirm_of": "5/15m/key",  # a person who is logged in
    "try_code": "60/5m/ip",
    "claim": "20/5m/ip",
    "install": "10/5m/ip",
    # Mails to people who apply: by address, network, mailbox, and in all; then tries of one code.
    "apply": "20/1h/ip",
    "apply_from": "60/1d/key",
    "apply_of": "3/1d/key",
    "apply_all": "500/1h/key",
    "try_apply": "5/15m/key",
    "apply_once": "1/1d/key",
    # Asking whether somebody is known: by who asks.
    "look_for": "10/1d/key",
    "lodge": "100/1d/key",
    # allauth's own
    "login_failed": "30/5m/ip,5/15m/key",
    "reauthenticate": "20/5m/user",
}
MFA_RATES: Final = {"webauthn_login": "30/m/ip"}
