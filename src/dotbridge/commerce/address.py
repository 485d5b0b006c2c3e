"""A postal address as a shop keeps it: free text, the country as ISO 3166-1 alpha-2."""

from __future__ import annotations

import msgspec


class Address(msgspec.Struct, frozen=True, gc=False):
    """One address; a missing part is the empty string."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    line_1: str = ""
    line_2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    telephone: str = ""


def street_lines(street: str | None) -> tuple[str, str]:
    """First line and the rest of a street that is kept as lines joined by newlines (up to four in Magento)."""
    first, _, rest = (street or "").partition("\n")
    if "\n" in rest:
        rest = ", ".join([part.strip() for part in rest.split("\n") if part.strip()])
    return first.strip(), rest.strip()
