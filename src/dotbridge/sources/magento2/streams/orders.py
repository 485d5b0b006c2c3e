"""Orders of a website, with the credit memos and shipments of those that have any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from dotbridge.commerce.order import Order
from dotbridge.commerce.site import Website
from dotbridge.sources.base import chunks
from dotbridge.sources.magento2.client import ALL, ascending, optional
from dotbridge.sources.magento2.criteria import Criteria, Filter, one_of
from dotbridge.sources.magento2.streams.listing import IDS_AT_ONCE, Groups, Json, ListStream, behind
from dotbridge.sources.magento2.to_commerce.lines import Choices
from dotbridge.sources.magento2.to_commerce.order import has_refunds, has_shipments, order
from dotbridge.sources.magento2.to_commerce.values import extension

_CHOICE_FIELDS = "items[id,sku,options],total_count"
_GUEST_FIELDS = "items[entity_id,customer_email],total_count"
_BUNDLE = "bundle"


class OrderRow(NamedTuple):
    """An order with what belongs to it; ``choices`` are shared by the orders of a page and store view."""

    order: Json
    website_id: str
    memos: Sequence[Json] = ()
    shipments: Sequence[Json] = ()
    choices: Choices = Choices()


class Orders(ListStream[Order]):
    """A page costs one call, and at most one each for refunds, shipments and the labels of a store view's choices."""

    name: ClassVar[str] = "orders"
    path: ClassVar[str] = "orders"
    key: ClassVar[str] = "entity_id"
    most: ClassVar[int] = 100
    compare_every: ClassVar[int] = 604_800
    compare_why: ClassVar[str] = (
        "The deletion of a customer and late tracking numbers do not move an order's updated_at for certain."
        " About 1.6 seconds of the shop's time per 100 orders."
    )

    def scope(self, website: Website) -> Groups:
        """Its store views' orders. Those of deleted store views have none left: the first website takes them."""
        own = one_of("store_id", [store.source_id for store in website.stores])
        first = self._shop.sites().websites[0].source_id
        return ((own, Filter("store_id", "null", "1")),) if website.source_id == first else ((own,),)

    def rows(self, website: Website, items: Sequence[Json]) -> Sequence[OrderRow]:
        memos = self._by_order("creditmemos", [row for row in items if has_refunds(row)])
        shipments = self._by_order("shipments", [row for row in items if has_shipments(row)])
        choices = self._choices(items)
        return [
            OrderRow(
                row,
                website.source_id,
                memos.get(row["entity_id"], ()),
                shipments.get(row["entity_id"], ()),
                choices(row),
            )
            for row in items
        ]

    def guests(self, website: Website, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """(order id, e-mail as typed) of the next orders without an account behind ``after``; none at the end."""
        criteria = Criteria(
            (*self.span(website), (Filter("customer_id", "null", "1"),), behind(int(after or 0))),
            size=min(limit, IDS_AT_ONCE),
            fields=_GUEST_FIELDS,
        )
        page = self._shop.rest.page(self.path, criteria)
        ascending(page.items, self.key, int(after or 0), self.path)
        return [(str(row[self.key]), str(row.get("customer_email") or "")) for row in page.items]

    def item(self, row: OrderRow) -> Json:
        return row.order

    def understand(self, row: OrderRow) -> Order:
        view = self._shop.sites().view(str(row.order.get("store_id", "")))
        store = view.store if view else None
        return order(row.order, row.website_id, store, row.choices, row.memos, row.shipments)

    def _by_order(self, path: str, orders: Sequence[Json]) -> Mapping[int, list[Json]]:
        """Credit memos or shipments by order id, in the order of their ids."""
        found: dict[int, list[Json]] = {}
        for chunk in chunks([str(row["entity_id"]) for row in orders], self.most):
            criteria = Criteria(((one_of("order_id", chunk),),), size=300)
            for row in self._shop.rest.every(path, criteria, key="entity_id"):
                found.setdefault(row["order_id"], []).append(row)
        return found

    def _choices(self, items: Sequence[Json]) -> Callable[[Json], Choices]:
        """What gives the labels behind an order's choices, in the language of its store view (§3.3)."""
        by_store: dict[str, list[Json]] = {}
        for row in items:
            by_store.setdefault(str(row.get("store_id", "")), []).extend(row.get("items") or ())
        found = {store_id: self._labels(store_id, lines) for store_id, lines in by_store.items()}
        return lambda row: found[str(row.get("store_id", ""))]

    def _labels(self, store_id: str, lines: Sequence[Json]) -> Choices:
        products, attributes = set(), set()
        for line in lines:
            chosen = extension(line.get("product_option") or {})
            if chosen.get("custom_options") or line.get("product_type") == _BUNDLE:
                products.add(str(line.get("product_id")))
            attributes.update([str(row.get("option_id")) for row in chosen.get("configurable_item_options") or ()])
        view = self._shop.sites().view(store_id)
        scope, ids, catalogue = view.scope if view else ALL, sorted(products), self._shop.catalogue
        rows = optional(lambda: catalogue.products("entity_id", ids, scope=scope, fields=_CHOICE_FIELDS)) or ()
        known = catalogue.product_attributes(view, "attribute_id", attributes)
        return Choices({str(row["id"]): row for row in rows}, known)
