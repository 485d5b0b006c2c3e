"""Invented names and places. Nobody here exists; all e-mail addresses are at example.com and example.org."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MEN = _words(
    "Oscar Tomás Rhys Łukasz Björn Kwame Declan Mateo Henry Ravi Émile Callum Noah Wei Jürgen Santiago Ewan Idris "
    "Marek Dylan Víctor Abel Hugo Piotr"
)
_WOMEN = _words(
    "Zoë Siân Françoise Aoife Imogen Beatriz Nadia Ingrid Lucía Priya Chloé Maeve Freya Renée Amara Sofía Hannah Niamh "
    "Yuki Ottilie Marta Ruth Élodie Joan"
)
FIRST_NAMES = (*((name, 1) for name in _MEN), *((name, 2) for name in _WOMEN))
"""First names with the gender that Magento would store: 1 male, 2 female."""
LAST_NAMES = _words(
    "Ashdown Brightwell Carrow Dunmore Eastlake Fairbairn Grünwald Hallström Ibáñez Jarrow Kestrel Larkspur Muñoz "
    "Northcote Okafor Penhaligon Quintero Ravensdale Sørensen Thornbury Underhill Vasquez Wetherby Yarrow Żeleński "
    "O'Brannagh D'Arcey Lefèvre Mackelroy Castañeda Blackmoor Fennimore Gallowhill Hartigan Novák"
)
STREETS = ("Harbour Lane", "Mill Road", "Beacon Street", "Orchard Way", "Quarry Hill", "Larch Avenue", "Fell View")


@dataclass(frozen=True, slots=True)
class Place:
    city: str
    postcode: str
    region: str
    region_code: str
    region_id: int
    telephone: str


PLACES: dict[str, tuple[Place, ...]] = {
    "GB": (
        Place("London", "SE1 9TG", "Greater London", "Greater London", 0, "+44 20 7946 0{:03d}"),
        Place("Leeds", "LS1 4AP", "West Yorkshire", "West Yorkshire", 0, "+44 113 496 0{:03d}"),
        Place("Edinburgh", "EH1 1YZ", "Lothian", "Lothian", 0, "+44 131 496 0{:03d}"),
        Place("Cardiff", "CF10 1EP", "South Glamorgan", "South Glamorgan", 0, "+44 29 2018 0{:03d}"),
    ),
    "IE": (
        Place("Dublin", "D02 X285", "Dublin", "Dublin", 0, "+353 20 910 0{:03d}"),
        Place("Cork", "T12 W8KT", "Cork", "Cork", 0, "+353 20 911 0{:03d}"),
    ),
    "US": (
        Place("Portland", "97204", "Oregon", "OR", 49, "+1 503 555 0{:03d}"),
        Place("Boulder", "80302", "Colorado", "CO", 13, "+1 303 555 0{:03d}"),
        Place("Asheville", "28801", "North Carolina", "NC", 44, "+1 828 555 0{:03d}"),
        Place("San Antonio", "78205", "Texas", "TX", 57, "+1 210 555 0{:03d}"),
    ),
}


def person(chance: Random) -> tuple[str, str, int]:
    """First name, last name and gender (1 male, 2 female)."""
    first, gender = chance.choice(FIRST_NAMES)
    return first, chance.choice(LAST_NAMES), gender


def plain(name: str) -> str:
    """The name in the letters of an e-mail address."""
    letters = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ł", "L")).encode("ascii", "ignore").decode()
    return letters.replace("'", "").lower()


def email(first: str, last: str, number: int) -> str:
    """An address of its own for each number; one in 25 is typed with capitals, one in 30 carries a tag."""
    local = f"{plain(first)}.{plain(last)}{number}"
    domain = "example.org" if number % 3 == 0 else "example.com"
    if number % 25 == 0:
        return f"{plain(first).title()}.{plain(last).title()}{number}@Example.com"
    if number % 30 == 7:
        return f"{local}+shop@{domain}"
    return f"{local}@{domain}"


def is_email(text: str) -> bool:
    """Whether a shop would accept it: something, one @, a dotted domain."""
    local, _, domain = text.rpartition("@")
    return bool(local) and "@" not in local and "." in domain.strip(".") and " " not in text
