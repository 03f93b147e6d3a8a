"""Those who hold the key (specification sections "Verification keys" and "Trustees")."""

from __future__ import annotations

from dataclasses import dataclass

from comitia.ballots.v1.model.canonical import Json
from comitia.ballots.v1.model.common import Proof
from comitia.curve import Element


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """A public key g^x with a proof of knowledge of x."""

    public_key: Element
    proof: Proof

    def to_json(self) -> Json:
        """Return the wire object."""
        return {"pok": self.proof.to_json(), "public_key": self.public_key.text}


@dataclass(frozen=True, slots=True)
class SingleTrustee:
    """A trustee without whom there is no result."""

    key: TrusteeKey

    def to_json(self) -> Json:
        """Return the wire pair."""
        return ["Single", self.key.to_json()]


@dataclass(frozen=True, slots=True)
class ThresholdTrustees:
    """A group of trustees of whom some suffice; named, and not yet checked."""


Trustees = tuple[SingleTrustee | ThresholdTrustees, ...]


def single_keys(trustees: Trustees) -> tuple[TrusteeKey, ...] | None:
    """Return the keys in order of owner number where every trustee is single, else None."""
    keys = tuple(item.key for item in trustees if isinstance(item, SingleTrustee))
    return keys if len(keys) == len(trustees) else None
