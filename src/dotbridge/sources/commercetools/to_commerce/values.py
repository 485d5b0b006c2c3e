"""Values of commercetools' JSON as exact ones: money, localised texts, custom fields (commercetools §7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision

from dotbridge.commerce.address import Address
from dotbridge.commerce.money import UNIT, known_currency

Json = Mapping[str, Any]


def text(value: Any) -> str:
    """Text of a member, "" for null."""
    return "" if value is None else str(value)


def amount(money: Json | None) -> int:
    """Money in 1/10,000 of the unit; ``None`` is 0. A price below that is rounded half away from zero (§7.1)."""
    if money is None:
        return 0
    exact = decimal(money) * UNIT
    return int(exact.to_integral_value(ROUND_HALF_UP))


def decimal(money: Json) -> Decimal:
    """The exact amount. ``centAmount`` of a high-precision price is only its rounding."""
    code = text(money.get("currencyCode"))
    if money.get("type") == "highPrecision":
        return Decimal(int(money["preciseAmount"])).scaleb(-int(money["fractionDigits"]))
    digits = money.get("fractionDigits")
    if digits is None:
        digits = get_currency_precision(code) if known_currency(code) else 2
    return Decimal(int(money["centAmount"])).scaleb(-int(digits))


def localized(value: Any, locales: Sequence[str]) -> str:
    """The text in the first of the locales that has one: exactly, by its language, by any of that language.

    Else the first by the name of its locale, so that the choice never depends on the document's order (§7.2).
    """
    if not isinstance(value, Mapping):
        return text(value)
    known = {str(locale): text(words) for locale, words in value.items() if words}
    for locale in locales:
        language = locale.partition("-")[0]
        kin = [one for one in sorted(known) if one.partition("-")[0] == language]
        for one in (locale, language, *kin):
            if one in known:
                return known[one]
    return known[min(known)] if known else ""


def plain(value: Any, locales: Sequence[str]) -> Any:
    """A custom field or attribute as a person reads it: text, number, truth, or texts of a set in a stable order (§7.4).

    ``None`` for what has no such form.
    """
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, list):
        parts = [plain(one, locales) for one in value]
        return tuple(sorted([_word(one) for one in parts if one is not None]))
    if not isinstance(value, Mapping):
        return value
    if "centAmount" in value:
        return decimal(value)
    if "typeId" in value:
        return _referred(value, locales)
    if "label" in value and "key" in value:
        return localized(value["label"], locales) or text(value["key"])
    if value and all(isinstance(one, str) for one in value.values()):
        return localized(value, locales)
    return None


def _referred(reference: Json, locales: Sequence[str]) -> str:
    """Name of what is referred to where it was expanded, else its key or id."""
    held = reference.get("obj") or {}
    return localized(held.get("name"), locales) or text(held.get("key") or reference.get("key") or reference.get("id"))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return format(value, "f") if isinstance(value, Decimal) else text(value)


def fields(row: Json) -> Json:
    """The custom fields of a record by name."""
    found = (row.get("custom") or {}).get("fields")
    return found if isinstance(found, Mapping) else {}


def address(row: Json | None) -> Address | None:
    """An address; ``None`` without one. Line 1 is street and number, line 2 whatever else there is (§7.5)."""
    if not row:
        return None
    more = ("additionalStreetInfo", "building", "apartment", "pOBox", "additionalAddressInfo")
    return Address(
        first_name=text(row.get("firstName")),
        last_name=text(row.get("lastName")),
        company=text(row.get("company")),
        line_1=_joined(" ", [row.get("streetName"), row.get("streetNumber")]),
        line_2=_joined(", ", [row.get(name) for name in more]),
        city=text(row.get("city")),
        region=text(row.get("region") or row.get("state")),
        postcode=text(row.get("postalCode")),
        country=text(row.get("country")),
        telephone=text(row.get("phone") or row.get("mobile")),
    )


def _joined(glue: str, parts: Iterable[Any]) -> str:
    return glue.join([text(part).strip() for part in parts if text(part).strip()])
