"""The made-up company's clients: pure, so that the same seed gives the same people."""

import random
from dataclasses import dataclass, field

from config.demo import words

CLIENTS = 300
COMPANIES = 70


@dataclass(slots=True, kw_only=True)
class MadeUpClient:
    """A client as the seed will create it. `company` is an index into the list of clients."""

    kind: str
    name: str
    greeting_name: str | None = None
    position: str | None = None
    company: int | None = None
    city: str | None = None
    source: str | None = None
    comment: str | None = None
    email: str | None = None
    is_vip: bool = False
    tags: tuple[str, ...] = ()
    phones: list[tuple[str, str]] = field(default_factory=list)  # number, label
    owner: str = "anna"  # a colleague's login


class _Numbers:
    """Numbers that nobody shares unless it is meant so; all with 555 in the middle."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._given: set[str] = set()

    def mobile(self) -> str:
        return self._fresh(f"+7{self._chance.choice(words.MOBILE_CODES)}555", 4)

    def landline(self, code: str) -> str:
        return self._fresh(f"+7{code}555"[:8], 12 - len(f"+7{code}555"[:8]))

    def _fresh(self, beginning: str, digits: int) -> str:
        while True:
            number = f"{beginning}{self._chance.randrange(10**digits):0{digits}d}"
            if number not in self._given:
                self._given.add(number)
                return number


def make_clients(seed: int) -> list[MadeUpClient]:
    """Three hundred clients: companies first, then their people, then people by themselves."""
    chance = random.Random(seed)  # noqa: S311  # people of a play, not secrets
    numbers = _Numbers(chance)
    companies = [_company(chance, numbers, name) for name in _company_names(chance)]
    people = [_person(chance, numbers, companies) for _ in range(CLIENTS - COMPANIES)]
    return [*companies, *people]


def _company_names(chance: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < COMPANIES:
        form = chance.choice(words.FORMS)
        if form == "ИП":
            surname, first, father, _is_woman = _parts(chance)
            names[f"ИП {surname} {first[0]}. {father[0]}."] = None
        else:
            word = chance.choice(words.COMPANY_NAMES).replace("-", " ")
            names[f"{form} «{word}{chance.choice(words.TRADES)}»"] = None
    return list(names)


def _company(chance: random.Random, numbers: _Numbers, name: str) -> MadeUpClient:
    city, code, _weight = chance.choices(words.CITIES, [city[2] for city in words.CITIES])[0]
    return MadeUpClient(
        kind="company",
        name=name,
        city=city,
        phones=[(numbers.landline(code), "work")],
        is_vip=chance.random() < 0.12,
        tags=tuple(chance.sample(words.TAGS, chance.choice((0, 1, 1, 2)))),
        source=chance.choice(words.SOURCES),
        comment=chance.choice(words.COMMENTS) if chance.random() < 0.3 else None,
        owner=_owner(chance),
    )


def _person(
    chance: random.Random, numbers: _Numbers, companies: list[MadeUpClient]
) -> MadeUpClient:
    surname, first, father, _is_woman = _parts(chance)
    person = MadeUpClient(
        kind="person",
        name=f"{surname} {first} {father}",
        greeting_name=f"{first} {father}",
        phones=[(numbers.mobile(), "mobile")],
        is_vip=chance.random() < 0.06,
        tags=tuple(chance.sample(words.TAGS, chance.choice((0, 0, 1, 1, 2)))),
        source=chance.choice(words.SOURCES),
        comment=chance.choice(words.COMMENTS) if chance.random() < 0.2 else None,
        owner=_owner(chance),
    )
    if chance.random() < 0.55:
        index = chance.randrange(len(companies))
        employer = companies[index]
        person.company, person.position = index, chance.choice(words.POSTS)
        person.city, person.owner = employer.city, employer.owner
        if chance.random() < 0.5:  # the switchboard rings for several people: a chooser
            person.phones.append((employer.phones[0][0], "work"))
    else:
        person.city = chance.choices(words.CITIES, [city[2] for city in words.CITIES])[0][0]
    if chance.random() < 0.15:
        person.phones.append((numbers.mobile(), "home"))
    return person


def _parts(chance: random.Random) -> tuple[str, str, str, bool]:
    """Surname, first name and patronymic of somebody, in agreement."""
    is_woman = chance.random() < 0.5
    surname = chance.choice(words.SURNAMES) + ("а" if is_woman else "")
    first = chance.choice(words.WOMEN if is_woman else words.MEN)
    father = words.FATHERS[chance.choice(list(words.FATHERS))][is_woman]
    return surname, first, father, is_woman


def _owner(chance: random.Random) -> str:
    return chance.choices(("anna", "boris", "vera", "marina"), (4, 4, 3, 1))[0]
