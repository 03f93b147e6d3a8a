"""Who is in the story: names of many languages and scripts, and what the founding says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final, cast

from comitia.law import rules
from comitia.law.presets import PRESETS
from comitia.web.register.founding.draft import (
    AdministratorRow,
    BranchRow,
    CaseRow,
    Draft,
    MandateRow,
    MemberRow,
    OrganisationCells,
)

PRESET: Final = "uk-union"
MEMBERS: Final = 300
SHARED_ADDRESS: Final = "household@story.example"

_GIVEN: Final = (
    *("Amina", "Björn", "Chiara", "Dilek", "Éloïse", "Fatoumata", "Grzegorz", "Hồng", "Ingrid"),
    *("João", "Kwame", "Łucja", "Mehmet", "Niamh", "Øyvind", "Priya", "Quentin", "Rosa", "Siân"),
    *("Tomáš", "Uchenna", "Violeta", "Wanjiru", "Ximena", "Yusuf", "Zsófia", "Ольга", "Дмитро"),
    *(
        "Ελένη",
        "Γιώργος",
        "مريم",
        "خالد",
        "רות",
        "دانیال",
        "美咲",
        "志強",
        "민준",
        "प्रिया",
        "தமிழ்",
        "ნინო",
    ),
)
_FAMILY: Final = (
    *(
        "Åkesson",
        "Brandt-Okafor",
        "de la Cruz",
        "Demir",
        "Fernández",
        "Gruber",
        "Hughes",
        "Ivanova",
    ),
    *("Jankowski", "Kovács", "Lindqvist", "Mensah", "Nguyễn", "O'Brien", "Papadopoulos", "Quispe"),
    *("Rossi", "Şahin", "Szabó", "Traoré", "Van den Berg", "Wójcik", "Öztürk", "Žukauskas"),
    *(
        "Шевченко",
        "Παππάς",
        "الحسن",
        "כהן",
        "田中",
        "김",
        "शर्मा",
        "Smith",
        "Owusu",
        "Meier",
        "Ó Sé",
    ),
)
_PLACES: Final = (
    *("Harbour", "Mill", "Station", "Northside", "Old Town", "Quarry", "Riverside", "Hill"),
    *("Airport", "Market", "Foundry", "Seaview"),
)
_STANDINGS: Final = (
    *("member",) * 272,
    *("suspended",) * 5,
    *("left",) * 12,
    *("struck_off",) * 4,
    *("expelled",) * 3,
    *("deceased",) * 4,
)


@dataclass
class Cast:
    """The founding draft, and who plays which part, by the references of the draft."""

    random: Random
    first_day: date
    members: list[MemberRow] = field(default_factory=list)
    mandates: list[MandateRow] = field(default_factory=list)
    locals: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def new_name(self) -> str:
        """Return a name that nobody has yet."""
        while True:
            name = f"{self.random.choice(_GIVEN)} {self.random.choice(_FAMILY)}"
            if name not in self.names:
                self.names.add(name)
                return name

    def draft(self) -> Draft:
        """Return the founding draft."""
        branches = tuple(self._branches())
        self.locals = [one.key for one in branches if one.level in {"local", "group"}]
        self._members()
        self._offices([one.key for one in branches])
        book = PRESETS[PRESET].rule_book(self.first_day).to_json()
        return Draft(
            OrganisationCells("Union of Port and Mill", "en", "Europe/London", "branch"),
            PRESET,
            cast("dict[str, Any]", book)["rules"],
            branches,
            tuple(self.members),
            tuple(self.mandates),
            (
                CaseRow("2023/14", "l1", "hearing", self._before(60)),
                CaseRow("2023/9", "l4", "appeal", self._before(200)),
            ),
            self._administrators(),
        )

    def _before(self, days: int) -> str:
        return (self.first_day - timedelta(days=days)).isoformat()

    def _branches(self) -> Iterator[BranchRow]:
        """Yield five levels: the whole, three regions, six districts, twelve locals, six groups."""
        yield BranchRow("Union of Port and Mill", "whole", "", "whole")
        for n in range(3):
            yield BranchRow(
                f"Region {('North', 'Midlands', 'South')[n]}", "region", "whole", f"r{n}"
            )
        for n in range(6):
            yield BranchRow(f"District {n + 1}", "district", f"r{n // 2}", f"d{n}")
        for n, place in enumerate(_PLACES):
            yield BranchRow(place, "local", f"d{n // 2}", f"l{n}")
        for n in range(6):
            yield BranchRow(f"{_PLACES[2 * n]} night shift", "group", f"l{2 * n}", f"g{n}")

    def _members(self) -> None:
        for number in range(MEMBERS):
            name, branch = self.new_name(), self.locals[number % len(self.locals)]
            row = MemberRow(
                name,
                branch,
                _STANDINGS[number],
                self._before(self.random.randrange(30, 4000)),
                self.random.choice(("full",) * 8 + ("reduced", "honorary")),
                self._before(self.random.randrange(7500, 27000)),
                f"{self.random.randrange(1, 99)} {self.random.choice(_PLACES)} Road",
                f"m{number}@story.example",
                f"m{number}",
            )
            self.members.append(row)
        self.members[40] = replace(self.members[40], email=SHARED_ADDRESS)
        self.members[41] = replace(self.members[41], email=SHARED_ADDRESS)
        self.members[42] = replace(self.members[42], email="")

    def _offices(self, branches: list[str]) -> None:
        """Give each branch down to the locals a committee and a secretary, the whole three more.

        Everybody holds one office at most, and is left alone by the rest of the story.
        """
        held = iter(range(MEMBERS))
        book = PRESETS[PRESET].rule_book(self.first_day)
        committee, secretary = (
            book.value(rules.APPLICATION_DECIDER),
            book.value(rules.REGISTER_KEEPER),
        )
        conference = book.value(rules.BOOK_DECIDER)
        whole = [committee, secretary, conference, conference]
        for branch in branches:
            if branch.startswith("g"):
                continue
            for organ in (committee, secretary, *(whole if branch == "whole" else ())):
                since, until = self._before(200), self.first_day + timedelta(days=1400)
                row = MandateRow(str(organ), branch, f"m{next(held)}", since, until.isoformat())
                self.mandates.append(row)

    def _administrators(self) -> tuple[AdministratorRow, ...]:
        until = (self.first_day + timedelta(days=1400)).isoformat()
        return (
            AdministratorRow("Jo Keys", "jo@story.example", until),
            AdministratorRow("Sam Cable", "sam@story.example", until),
            AdministratorRow("Kim Spare", "kim@story.example", until),
        )

    @property
    def free(self) -> list[str]:
        """Who is a member, holds nothing, and can be anything that the story needs."""
        held = {one.member for one in self.mandates}
        kept = {f"m{n}" for n in (40, 41, 42)}
        members = (one for one in self.members if one.standing == "member")
        return [one.key for one in members if one.key not in held | kept]
