"""Members of Magento's JSON as exact values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dotbridge.commerce.address import Address

Json = Mapping[str, Any]


def text(value: Any) -> str:
    """Text of a member, "" for null."""
    return "" if value is None else str(value)


def extension(row: Json) -> Json:
    """The extension attributes; PHP writes an empty object as an empty list."""
    found = row.get("extension_attributes")
    return found if isinstance(found, Mapping) else {}


def address(row: Json | None) -> Address | None:
    """A customer's, an order's or a cart's address; ``None`` without one.

    Customers have the region as an object, orders as text (§3.1, 3.3).
    """
    if not row:
        return None
    street = [text(line).strip() for line in row.get("street") or ()] or [""]
    region = row.get("region")
    return Address(
        first_name=text(row.get("firstname")),
        last_name=text(row.get("lastname")),
        company=text(row.get("company")),
        line_1=street[0],
        line_2=", ".join([line for line in street[1:] if line]),
        city=text(row.get("city")),
        region=text(region.get("region") if isinstance(region, Mapping) else region),
        postcode=text(row.get("postcode")),
        country=text(row.get("country_id")),
        telephone=text(row.get("telephone")),
    )


def shipping(row: Json) -> Json:
    """Address and method of delivery of an order or a cart; empty for virtual ones (§3.3)."""
    assignments = extension(row).get("shipping_assignments") or ()
    found = assignments[0].get("shipping") if assignments else None
    return found if isinstance(found, Mapping) else {}
