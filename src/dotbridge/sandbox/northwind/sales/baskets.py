"""What people put into their baskets: picks of every product type, by chance."""

from __future__ import annotations

import sqlite3
from random import Random
from typing import Any

import orjson

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import products
from dotbridge.sandbox.northwind.sales.lines import Pick
from dotbridge.sandbox.northwind.views import View

_SHARES = {"simple": 60, "configurable": 24, "virtual": 6, "bundle": 5, "grouped": 5}


class Shelf:
    """The products that can be bought, by type and website."""

    def __init__(self, every: list[Document]) -> None:
        self._by_id = {product["id"]: product for product in every}
        self._by_sku = {product["sku"]: product for product in every}
        self._offered = [
            product
            for product in every
            if product["status"] == products.ENABLED
            and product["visibility"] == products.EVERYWHERE
            and (product["type_id"] == "grouped" or "price" in product)
        ]

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Shelf:
        rows = connection.execute("SELECT body FROM catalog_product_entity ORDER BY entity_id")
        return cls([orjson.loads(body) for (body,) in rows])

    def fill(self, chance: Random, view: View) -> list[Pick]:
        """One to four picks of products sold on the view's website."""
        kinds = chance.choices(
            list(_SHARES), list(_SHARES.values()), k=chance.choices((1, 2, 3, 4), (45, 30, 17, 8))[0]
        )
        return [pick for kind in kinds for pick in self._pick(chance, view, kind)]

    def one(self, sku: str, chance: Random) -> list[Pick]:
        """The picks of one product by its sku; raises KeyError for a product that is not sold."""
        return self._picks(self._by_sku[sku], chance)

    def _pick(self, chance: Random, view: View, kind: str) -> list[Pick]:
        website = view.website.id
        offered = [
            product
            for product in self._offered
            if product["type_id"] == kind and website in product["extension_attributes"]["website_ids"]
        ]
        return self._picks(chance.choice(offered or self._offered), chance)

    def _picks(self, product: Document, chance: Random) -> list[Pick]:
        quantity = chance.choices((1, 2, 3), (75, 18, 7))[0]
        extension = product["extension_attributes"]
        match product["type_id"]:
            case "configurable":
                child = self._by_id[chance.choice(extension["configurable_product_links"])]
                return [Pick(product, quantity, child=child)]
            case "bundle":
                parts = self._parts(extension["bundle_product_options"], chance)
                return [
                    Pick(product, quantity, parts=parts, part_products=tuple(self._by_sku[p["sku"]] for _, p in parts))
                ]
            case "grouped":
                linked = [self._by_sku[link["linked_product_sku"]] for link in product["product_links"]]
                return [Pick(part, 1, grouped=True) for part in linked[: chance.randint(2, 3)]]
            case _:
                return [Pick(product, quantity, options=_options(product, chance))]

    def _parts(self, options: list[Document], chance: Random) -> tuple[tuple[Document, Document], ...]:
        chosen = [
            (option, chance.choice([p for p in option["product_links"] if p["sku"] in self._by_sku]))
            for option in options
        ]
        return tuple(chosen if chance.random() < 0.7 else chosen[:1])


def _options(product: Document, chance: Random) -> tuple[tuple[Document, Any], ...]:
    chosen: list[tuple[Document, Any]] = []
    for option in product["options"]:
        if "values" in option:
            chosen.append((option, chance.choice(option["values"])))
        elif option["type"] == "date" and chance.random() < 0.3:
            day, month = chance.randint(1, 28), chance.randint(1, 12)
            chosen.append((option, [day, month, 2026, f"2026-{month:02d}-{day:02d} 00:00:00"]))
        elif option["type"] == "field" and chance.random() < 0.5:
            chosen.append((option, f"For Zoë & {chance.choice(('Tomás', 'Aoife', 'Émile'))}"))
    return tuple(chosen)
