"""Addresses from templates: commercetools has no storefront, so it knows no page of a product (commercetools §11.5). Pure.

``https://shop.example/{locale}/{slug}?v={sku}``: each value is percent-encoded, as a segment of the path or, behind the
``?``, as a value of the query. An address with a place-holder that has no value is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from dotbridge.errors import ConfigError
from dotbridge.sources.commercetools.codes import TEMPLATE_WRONG

PRODUCT = frozenset(
    {
        *("slug", "locale", "language", "country", "currency", "store_key", "sku", "product_id", "product_key"),
        *("variant_id", "variant_key", "category_slug"),
    }
)
CART = frozenset({"cart_id", "customer_id", "store_key", "locale", "language"})

_PLACE = re.compile(r"\{([^{}]*)\}")
_ABSOLUTE = re.compile(r"https?://[^/\s{}]+(?:[/?].*)?")


class Template:
    """A checked template; the empty one gives no addresses."""

    def __init__(self, text: str, names: frozenset[str], field: str) -> None:
        self.text = text.strip()
        if not self.text:
            return
        if not _ABSOLUTE.fullmatch(self.text):
            raise ConfigError(TEMPLATE_WRONG, f"{self.text!r} is no absolute address.", field=field)
        unknown = sorted(set(_PLACE.findall(self.text)) - names)
        if unknown:
            known = ", ".join(sorted(names))
            raise ConfigError(TEMPLATE_WRONG, f"{{{unknown[0]}}} is not one of {known}.", field=field)

    def fill(self, values: Mapping[str, str]) -> str:
        """The address, or "" where a value is missing."""
        parts = []
        for number, part in enumerate(_PLACE.split(self.text)):
            if number % 2:
                if not values.get(part):
                    return ""
                parts.append(quote(values[part], safe=""))
            else:
                parts.append(part)
        return "".join(parts)
