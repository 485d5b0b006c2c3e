"""Addresses of people and orders in the API's words."""

from __future__ import annotations

from dotbridge.commerce.address import Address
from dotbridge.sources.orocommerce.jsonapi import Resource
from dotbridge.sources.orocommerce.rows import PlacedAddress


def address(item: Resource) -> Address:
    """An address; the region by its name where it was included."""
    region = item.one("region")
    return Address(
        item.text("firstName"),
        item.text("lastName"),
        item.text("organization"),
        item.text("street"),
        item.text("street2"),
        item.text("city"),
        (region.text("name") if region else "") or item.text("customRegion") or item.link("region"),
        item.text("postalCode"),
        item.link("country"),
        item.text("phone"),
    )


def placed(item: Resource) -> PlacedAddress:
    """An address of a customer user with what it is for."""
    kinds = [kind for kind in item.value("types") or () if isinstance(kind, dict)]
    return PlacedAddress(
        address(item),
        item.value("primary") is True,
        frozenset([str(kind.get("addressType")) for kind in kinds]),
        frozenset([str(kind.get("addressType")) for kind in kinds if kind.get("default")]),
    )
