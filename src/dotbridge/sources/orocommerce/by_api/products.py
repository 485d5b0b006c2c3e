"""Products over the API; prices and stock are asked for the products of the page, parents once for the whole shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dotbridge.commerce.site import Website
from dotbridge.sources.base import chunks
from dotbridge.sources.orocommerce.by_api.keyset import ListReader
from dotbridge.sources.orocommerce.by_api.memory import Memory
from dotbridge.sources.orocommerce.client import IDS_PER_QUERY, Api, optional
from dotbridge.sources.orocommerce.jsonapi import MOST, Query, Resource, enum, one_of
from dotbridge.sources.orocommerce.rows import Localised, PriceRow, ProductRow
from dotbridge.sources.orocommerce.sites import Sites

_INCLUDE = (
    "names,shortDescriptions,slugPrototypes,category.titles,brand.names,images.image,primaryUnitPrecision.unit,"
    "attributeFamily"
)


class Products(ListReader):
    """All websites share the products."""

    resource = "products"
    slim = "sku"
    most = 100

    def __init__(self, api: Api, sites: Sites, memory: Memory, *, dated: bool) -> None:
        super().__init__(api, sites, dated=dated, by_website=False)
        self._memory = memory

    def include(self) -> str:
        return _INCLUDE

    def holds(self, item: Resource, website: Website) -> bool:  # noqa: ARG002 - the same for every website
        return True

    def load(self, website: Website, items: Sequence[Resource]) -> Sequence[ProductRow]:
        if not items:
            return ()
        ids = [item.id for item in items]
        prices, stock = self._prices(ids, self.sites.price_list(website.source_id)), self._stock(ids)
        parents = self._memory.recall(("parents",), self._parents)
        return [self._row(item, prices, stock, parents.get(item.id, ())) for item in items]

    def _row(
        self,
        item: Resource,
        prices: Mapping[str, list[PriceRow]],
        stock: Mapping[tuple[str, str], int],
        parents: Sequence[str],
    ) -> ProductRow:
        category, brand = item.one("category"), item.one("brand")
        unit, family = item.one("primaryUnitPrecision"), item.one("attributeFamily")
        names = texts(brand.many("names"), "string") if brand else ()
        return ProductRow(
            id=int(item.id),
            updated_at=item.at("updatedAt"),
            created_at=item.at("createdAt"),
            sku=item.text("sku"),
            type=item.text("productType"),
            status=item.text("status"),
            inventory_status=enum(item.link("inventory_status")),
            unit=unit.link("unit") if unit else "",
            brand=next((name.text for name in names if not name.localization_id), ""),
            names=texts(item.many("names"), "string"),
            short_descriptions=texts(item.many("shortDescriptions"), "text"),
            slugs=texts(item.many("slugPrototypes"), "string"),
            category_id=item.link("category"),
            category=texts(category.many("titles"), "string") if category else (),
            family=family.text("code") if family else "",
            prices=tuple(prices.get(item.id, ())),
            stock=stock.get((item.id, unit.id if unit else "")),
            images=tuple([(image.link("image"), _path(image.one("image"))) for image in item.many("images")]),
            parents=tuple(parents),
        )

    def _prices(self, ids: Sequence[str], price_list: str) -> Mapping[str, list[PriceRow]]:
        """``filter[priceList]`` is mandatory, ids hold a uuid: these are the pages that go by number (§7.3)."""
        found: dict[str, list[PriceRow]] = defaultdict(list)
        for chunk in chunks(ids, IDS_PER_QUERY) if price_list else ():
            query = Query("productprices", (("priceList", "", price_list), one_of("product", chunk)))
            for item in optional(lambda asked=query: self.api.whole(asked)) or ():  # type: ignore[misc]
                price = PriceRow(
                    item.amount("quantity"), item.amount("value"), item.text("currency"), item.link("unit")
                )
                found[item.link("product")].append(price)
        return found

    def _stock(self, ids: Sequence[str]) -> Mapping[tuple[str, str], int]:
        """What is on hand by (product, unit precision), over all warehouses."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        query = Query("inventorylevels", size=MOST)
        for item in optional(lambda: list(self.api.some(query, ids, "product"))) or ():
            found[item.link("product"), item.link("productUnitPrecision")] += item.amount("quantity")
        return found

    def _parents(self) -> dict[str, list[str]]:
        """Configurable products by variant: only the configurable ones name their links."""
        found: dict[str, list[str]] = defaultdict(list)
        fields = (("products", "variantLinks"), ("productvariantlinks", "product"))
        for item in self.api.every(Query("products", size=MOST, include="variantLinks", fields=fields)):
            for link in item.many("variantLinks"):
                found[link.link("product")].append(item.id)
        return found


def texts(items: Sequence[Resource], member: str) -> tuple[Localised, ...]:
    """Localised values; those of long texts stand in an object of their own."""
    return tuple([Localised(one.link("localization"), _text(one.value(member)), one.text("fallback")) for one in items])


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("value")
    return "" if value is None else str(value)


def _path(file: Resource | None) -> str:
    """Where the file lies: a path, or a list of sizes with their addresses."""
    if file is None:
        return ""
    path = file.value("filePath")
    if isinstance(path, list):
        path = next((one.get("url") for one in reversed(path) if isinstance(one, dict)), "")
    return str(path or file.text("originalFilename"))
