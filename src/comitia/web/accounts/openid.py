"""The other organisation's server by which members may log in (OpenID Connect), as it is set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from comitia.errors import MalformedRecord

_LONGEST: Final = 500
_HERE: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class OpenIdServer:
    """A server that vouches for people.

    issuer: its address. client: how it knows us. secret: what it gave us. name: on the button.
    """

    issuer: str
    client: str
    secret: str
    name: str


def parse_issuer(where: str, value: str) -> str:
    """Return the server's address; raise MalformedRecord unless the way there is private."""
    try:
        parts = urlsplit(value)
        private = bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in _HERE)
        fits = len(value) <= _LONGEST and value.isprintable() and not parts.query
    except ValueError:  # brackets that do not match
        private = fits = False
    if not private or not fits:
        raise MalformedRecord(where, "expected an address https://...")
    return value


def openid_providers(provider_id: str, server: OpenIdServer | None) -> dict[str, Any]:
    """Return allauth's settings of the server; none where there is no such server."""
    if server is None:
        return {}
    app = {
        "provider_id": provider_id,
        "name": server.name,
        "client_id": server.client,
        "secret": server.secret,
        "settings": {"server_url": server.issuer},
    }
    # Of scopes only that which says who it is: neither a name nor an address is asked for.
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"]}}
