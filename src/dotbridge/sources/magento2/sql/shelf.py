"""Some products of a website with all that belongs to them, read by short queries and shown in REST's shape.

Nothing is judged here: what a price, a stock or an address means is decided by ``to_commerce``, as with REST.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from dotbridge.sources.magento2.families import Parent, parent_of, sorted_parents
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.sql.relations import Relations, now_current
from dotbridge.sources.mysql import integers

#: What prices, pictures, addresses and visibility need of every product on the shelf.
CORE = (
    *("name", "status", "visibility", "price", "price_type", "special_price", "special_from_date", "special_to_date"),
    *("url_key", "tax_class_id"),
)
_TYPES = frozenset(("configurable", "grouped", "bundle"))
_CENT = Decimal("0.01")

Json = dict[str, Any]


class Head(NamedTuple):
    """The row of a product itself; ``owner`` is what its values hang on."""

    id: int
    owner: int
    sku: str
    type: str
    set_id: int
    created_at: str
    updated_at: str


class Shelf:
    """``ids`` with their parts and parents; ``codes`` are attributes to read besides ``CORE``."""

    def __init__(
        self, shop: Database, stores: Collection[int], ids: Collection[int], codes: Iterable[str] = ()
    ) -> None:
        self.shop = shop
        self.relations = Relations(shop, ids)
        self.heads = self._heads({*ids, *self.relations.everyone()})
        self._entity = shop.entity("catalog_product")
        self._pictured = [each.code for each in self._entity.definitions.values() if each.input == "media_image"]
        self._codes = tuple(dict.fromkeys((*CORE, *self._pictured, *codes)))
        self.owners = {head.owner: head.id for head in self.heads.values()}
        self._values = self._entity.values(self.owners, self._codes, list(stores))
        self._websites = self._lists("catalog_product_website", "website_id")
        self._categories = self._lists("catalog_category_product", "category_id")
        self._gallery = self._pictures()
        self._tiers = self._tier_prices()

    def value(self, product_id: int, code: str, store_id: int) -> str | None:
        """The attribute's value that holds in a view."""
        return self._entity.effective(self._values, product_id, code, store_id)

    def parents(self, product_id: int, store_id: int) -> tuple[Parent, ...]:
        """What the product is part of, as a view shows it."""
        known = [each for each in self.relations.parents.get(product_id, ()) if each in self.heads]
        return sorted_parents([parent_of(self.json(each, store_id)) for each in known])

    def parts(self, product_id: int) -> list[int]:
        """The ids of its parts that are there."""
        relations = self.relations
        choices = [choice.child for choice in relations.choices.get(product_id, ())]
        found = [*relations.variants.get(product_id, ()), *choices, *relations.grouped.get(product_id, ())]
        return [each for each in dict.fromkeys(found) if each in self.heads]

    def json(self, product_id: int, store_id: int) -> Json:
        """The product as REST shows it in a view."""
        head = self.heads[product_id]
        values = {code: self.value(product_id, code, store_id) for code in self._codes}
        relations = self.relations
        row: Json = {
            "id": head.id,
            "sku": head.sku,
            "name": values["name"] or "",
            "attribute_set_id": head.set_id,
            "type_id": head.type,
            "status": int(values["status"] or 2),
            "visibility": int(values["visibility"] or 4),
            "created_at": head.created_at,
            "updated_at": head.updated_at,
            "extension_attributes": {
                "website_ids": self._websites.get(product_id, ()),
                "category_links": [{"category_id": str(each)} for each in self._categories.get(product_id, ())],
                "configurable_product_links": relations.variants.get(product_id, ()),
                "bundle_product_options": self._options(product_id),
            },
            "product_links": [
                {"link_type": "associated", "linked_product_sku": self.heads[child].sku}
                for child in relations.grouped.get(product_id, ())
                if child in self.heads
            ],
            "media_gallery_entries": self._entries(product_id, store_id, values),
            "tier_prices": self._tiers_of(product_id, store_id, values["price"]),
            "custom_attributes": [
                {"attribute_code": code, "value": value}
                for code, value in values.items()
                if value is not None and code not in {"name", "status", "visibility", "price", "weight"}
            ],
        }
        if values["price"] is not None:
            row["price"] = values["price"]
        elif head.type in _TYPES and head.type != "grouped":
            row["price"] = 0
        if values.get("weight") is not None:
            row["weight"] = float(str(values["weight"]))
        return row

    def _tiers_of(self, product_id: int, store_id: int, price: str | None) -> list[Json]:
        """Tiers; those that hold for all websites are kept in the general currency, and shown in the website's own."""
        view = self.shop.sites().view(str(store_id))
        rate = self.shop.general_rate(view.website_id) if view else Decimal(1)
        kind = self.heads[product_id].type
        return [_tier(tier, kind, price, rate) for tier in self._tiers.get(product_id, ())]

    def _options(self, product_id: int) -> list[Json]:
        found: dict[int, Json] = {}
        for choice in self.relations.choices.get(product_id, ()):
            option = found.setdefault(choice.option, {"required": choice.required, "product_links": []})
            if choice.child in self.heads:
                option["product_links"].append(
                    {
                        "sku": self.heads[choice.child].sku,
                        "qty": Decimal(choice.quantity) / 10_000,
                        "price": choice.price,
                        "price_type": int(choice.percent),
                    }
                )
        return list(found.values())

    def _entries(self, product_id: int, store_id: int, values: dict[str, str | None]) -> list[Json]:
        held = self._gallery.get(product_id, ())
        files = {file: disabled for file, store, disabled in held if store in {0, store_id}}
        return [
            {"file": file, "disabled": disabled, "types": [code for code in self._pictured if values[code] == file]}
            for file, disabled in files.items()
        ]

    def _heads(self, ids: Collection[int]) -> dict[int, Head]:
        if not ids:
            return {}
        e = self.shop.schema.columns("catalog_product_entity", "e")
        rows = self.shop.sql.query(
            f"SELECT e.entity_id, {'e.row_id' if self.shop.staged else 'e.entity_id'}, {e.text('sku')},"
            f" {e.text('type_id')}, {e.number('attribute_set_id')}, {e.instant('created_at')},"
            f" {e.instant('updated_at')} FROM {e.source} WHERE e.entity_id IN ({integers(ids)})"
            f" AND {now_current(self.shop, 'e')}"
        )
        return {row[0]: Head(row[0], row[1], row[2], row[3], row[4], row[5], row[6]) for row in rows}

    def _lists(self, table: str, column: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        if self.heads and self.shop.schema.has(table):
            for product_id, value in self.shop.sql.query(
                f"SELECT product_id, {column} FROM {self.shop.sql.table(table)}"
                f" WHERE product_id IN ({integers(self.heads)}) ORDER BY product_id, {column}"
            ):
                found[product_id].append(value)
        return found

    def _owner(self, table: str) -> str:
        return "row_id" if "row_id" in self.shop.schema.found.get(table, frozenset()) else "entity_id"

    def _pictures(self) -> dict[int, list[tuple[str, int, bool]]]:
        """(file, store, disabled) by product: defaults first, by position."""
        gallery, value, link = [
            f"catalog_product_entity_media_gallery{more}" for more in ("", "_value", "_value_to_entity")
        ]
        found: dict[int, list[tuple[str, int, bool]]] = defaultdict(list)
        if not self.heads or not self.shop.schema.has(gallery, value, link):
            return found
        table, owner = self.shop.sql.table, self._owner(link)
        g, v = self.shop.schema.columns(gallery, "g"), self.shop.schema.columns(value, "v")
        rows = self.shop.sql.query(
            f"SELECT l.{owner}, {g.text('value')}, {v.number('store_id')},"
            f" GREATEST({g.number('disabled')},{v.number('disabled')}) FROM {table(link)} l"
            f" JOIN {g.source} ON g.value_id=l.value_id"
            f" LEFT JOIN {v.source} ON v.value_id=l.value_id AND v.{self._owner(value)}=l.{owner}"
            f" WHERE l.{owner} IN ({integers(self.owners)})"
            f" ORDER BY {v.number('store_id')}, {v.number('position')}, g.value_id"
        )
        for each, file, store, disabled in rows:
            found[self.owners[each]].append((file, store, bool(disabled)))
        return found

    def _tier_prices(self) -> dict[int, list[Json]]:
        name = "catalog_product_entity_tier_price"
        found: dict[int, list[Json]] = defaultdict(list)
        if not self.heads or not self.shop.schema.has(name):
            return found
        t, owner = self.shop.schema.columns(name, "t"), self._owner(name)
        rows = self.shop.sql.query(
            f"SELECT t.{owner}, t.all_groups, t.customer_group_id, t.qty, t.value, t.website_id,"
            f" {t.raw('percentage_value')} FROM {t.source} WHERE t.{owner} IN ({integers(self.owners)})"
            " ORDER BY t.all_groups, t.customer_group_id, t.qty, t.website_id"
        )
        for each, everybody, group, quantity, price, website, percent in rows:
            found[self.owners[each]].append(
                {
                    "customer_group_id": 32000 if everybody else group,
                    "qty": quantity,
                    "value": price,
                    "extension_attributes": {"website_id": website, "percentage_value": percent},
                }
            )
        return found


def _tier(tier: Json, kind: str, price: str | None, rate: Decimal) -> Json:
    """A tier; one that is kept as a discount gets the price that it makes, of bundles the percentage itself."""
    more = tier["extension_attributes"]
    percent = more["percentage_value"]
    if percent is not None:
        if kind == "bundle" or price is None:
            return tier
        return {**tier, "value": (Decimal(price) * (100 - percent) / 100).quantize(_CENT)}
    return tier if more["website_id"] else {**tier, "value": tier["value"] * rate}
