"""Quantities on hand per website, from Magento's multi-source inventory or, in shops without it, the classic items.

The quantity is the sum of the sources that the website's stock draws on. What open orders hold of it REST subtracts only
for one sku at a time (magento2-data §3.5): that is done where the connection asks for it, or where the batched way is
missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from dotbridge.commerce.money import units
from dotbridge.sources.base import chunks
from dotbridge.sources.magento2.client import Rest, optional
from dotbridge.sources.magento2.criteria import one_of
from dotbridge.sources.magento2.oauth import encode
from dotbridge.sources.memory import Memory

_SKUS = 50


class Stock(NamedTuple):
    """Quantity in 1/10,000, ``None`` where it means nothing, and whether the product is for sale."""

    quantity: int | None
    salable: bool


class Stocks:
    """Looks up quantities; which of Magento's two ways the shop has is found out once."""

    def __init__(self, rest: Rest, memory: Memory, *, salable_by_sku: bool = False) -> None:
        self._rest = rest
        self._memory = memory
        self._by_sku = salable_by_sku

    def of(self, website_code: str, skus: Sequence[str]) -> Mapping[str, Stock]:
        """Stock by sku, none of a product that no source of the website holds; missing where stock may not be read."""
        way = self._memory.recall(("stock", website_code), lambda: self._way(website_code))
        if way is None:
            return self._one_by_one("stockItems/{sku}", skus, _classic)
        if isinstance(way, int):
            return self._one_by_one(f"inventory/get-product-salable-quantity/{{sku}}/{way}", skus, _salable)
        return self._by_source(way, skus)

    def _by_source(self, sources: Sequence[str], skus: Sequence[str]) -> dict[str, Stock]:
        found: dict[str, Stock] = {}
        for chunk in chunks([sku for sku in dict.fromkeys(skus) if "," not in sku] if sources else (), _SKUS):
            filters = one_of("sku", chunk), one_of("source_code", sources)
            rows = optional(partial(self._rest.whole, "inventory/source-items", *filters))
            if rows is None:
                return {}
            found.update(dict.fromkeys(chunk, Stock(0, False)))
            for row in rows:
                before = found.get(row["sku"], Stock(0, False))
                quantity = units(row.get("quantity"))
                salable = row.get("status") == 1 and quantity > 0
                found[row["sku"]] = Stock((before.quantity or 0) + quantity, before.salable or salable)
        return found

    def _one_by_one(self, path: str, skus: Sequence[str], read: Callable[[Any], Stock]) -> dict[str, Stock]:
        name = path.partition("/{sku}")[0]
        answers = {
            sku: optional(partial(self._rest.get, path.replace("{sku}", encode(sku)), name=name))
            for sku in dict.fromkeys(skus)
        }
        return {sku: read(answer) for sku, answer in answers.items() if answer is not None}

    def _way(self, website_code: str) -> Sequence[str] | int | None:
        """The enabled sources behind the website's stock, or the stock's id where those are not told.

        ``None`` in a shop without multi-source inventory.
        """
        stocks = optional(partial(self._rest.whole, "inventory/stocks"))
        if stocks is None:
            return None
        for stock in stocks:
            channels = (stock.get("extension_attributes") or {}).get("sales_channels") or ()
            if any([entry.get("type") == "website" and entry.get("code") == website_code for entry in channels]):
                return self._sources_of(int(stock["stock_id"]))
        return ()

    def _sources_of(self, stock_id: int) -> Sequence[str] | int:
        if self._by_sku:
            return stock_id
        if stock_id == 1:
            return ("default",)  # Magento lets the default stock draw on the default source alone
        path = f"inventory/get-sources-assigned-to-stock-ordered-by-priority/{stock_id}"
        assigned = optional(partial(self._rest.get, path, name="inventory/sources of a stock"))
        if assigned is None:
            return stock_id
        return [source["source_code"] for source in assigned if source.get("enabled", True)]


def _classic(row: Any) -> Stock:
    return Stock(units(row.get("qty")), bool(row.get("is_in_stock")))


def _salable(quantity: Any) -> Stock:
    return Stock(units(quantity), units(quantity) > 0)
