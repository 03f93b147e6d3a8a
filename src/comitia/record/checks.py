"""Every check of a record, with its id and its title, defined here once."""

from __future__ import annotations

from enum import Enum


class Check(Enum):
    """A check: its id, as errors and reports print it, and a sentence that holds when it passes."""

    KEY = ("record.key", "The checkpoint is signed with a key of the record.")
    WITNESS = ("record.witness", "What witnesses have signed is this checkpoint.")
    TILES = ("record.tiles", "The tiles and entries are those under the checkpoint's root.")
    INCLUSION = ("record.inclusion", "The entry is in the record, at its place.")
    CONSISTENCY = ("record.consistency", "The record continues the earlier checkpoint.")
    ENTRY = ("record.entry", "Every leaf is an entry of a known kind, in its form.")
    FOUNDING = ("record.founding", "The record begins with a founding and all that it lists.")
    ORDER = ("record.order", "Entries follow those that they rest on, and time does not go back.")
    RULES = (
        "record.rules",
        "Acts name the rule book in force, and each book may be adopted.",
    )
    RIGHT = ("record.right", "Whoever acts holds the right that the entry names.")
    STANDING = ("record.standing", "Every change of a membership is one that can be.")
    BALANCE = ("record.balance", "Members who came and went add up, in every branch and year.")
    DISCLOSURE = ("record.disclosure", "What was disclosed is what the entry commits to.")

    def __init__(self, id_: str, title: str) -> None:
        self.id = id_
        self.title = title
