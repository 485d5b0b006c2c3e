"""Orders over the API, with everything around them included in the same answer."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.address import Address
from dotbridge.commerce.money import units
from dotbridge.commerce.site import Website
from dotbridge.sources.orocommerce.by_api.addresses import address
from dotbridge.sources.orocommerce.by_api.keyset import ListReader
from dotbridge.sources.orocommerce.client import Api, ascending
from dotbridge.sources.orocommerce.jsonapi import MOST, Query, Resource, enum
from dotbridge.sources.orocommerce.rows import LineRow, OrderRow
from dotbridge.sources.orocommerce.sites import Sites


class Orders(ListReader):
    """``known`` are the relationships that orders of this version have (§7.7)."""

    resource = "orders"
    slim = "identifier"
    most = 100

    def __init__(self, api: Api, sites: Sites, *, dated: bool, by_website: bool, known: frozenset[str]) -> None:
        super().__init__(api, sites, dated=dated, by_website=by_website)
        self._known = known

    def include(self) -> str:
        wanted = ["lineItems", "customerUser", "customer", "billingAddress.region", "shippingAddress.region"]
        wanted += [name for name in ("shippingTrackings", "orderSubtotals") if name in self._known]
        return ",".join(wanted)

    def guests(self, website: Website, row_id: int, limit: int) -> Sequence[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        names = "customerUser,website" if self._by_website else "customerUser"
        fields = (("orders", names), ("customerusers", "email,isGuest"))
        more = True
        while more and len(found) < limit:
            query = Query("orders", size=MOST, include="customerUser", fields=fields)
            page = self.api.page(query.where(("id", "gt", str(row_id))))
            row_id, more = ascending(page.items, row_id, "orders"), page.more and bool(page.items)
            for item in page.items:
                user = item.one("customerUser")
                if user and user.value("isGuest") and user.text("email") and self.holds(item, website):
                    found.append((item.id, user.text("email")))
        return found[:limit]

    def load(self, website: Website, items: Sequence[Resource]) -> Sequence[OrderRow]:
        return [self._row(item, website.source_id) for item in items]

    def _row(self, item: Resource, website_id: str) -> OrderRow:
        user, customer = item.one("customerUser"), item.one("customer")
        own = item.value("overriddenShippingCostAmount")
        return OrderRow(
            id=int(item.id),
            updated_at=item.at("updatedAt"),
            website_id=website_id,
            number=item.text("identifier"),
            email=user.text("email") if user else "",
            customer_user_id=item.link("customerUser"),
            guest=bool(user and user.value("isGuest")),
            first_name=user.text("firstName") if user else "",
            last_name=user.text("lastName") if user else "",
            customer=customer.text("name") if customer else "",
            status=enum(item.link("status")),
            internal_status=enum(item.link("internalStatus") or item.link("internal_status")),
            shipping_status=enum(item.link("shippingStatus")),
            created_at=item.at("createdAt"),
            currency=item.text("currency"),
            subtotal=item.amount("subtotalValue"),
            discount=item.amount("totalDiscountsAmount"),
            shipping=units(own) if own is not None else item.amount("estimatedShippingCostAmount"),
            total=item.amount("totalValue"),
            tax=self._tax(item),
            base_total=None,
            delivery_method=item.text("shippingMethod"),
            po_number=item.text("poNumber"),
            billing=_address(item, "billingAddress"),
            delivery=_address(item, "shippingAddress"),
            lines=tuple([_line(line) for line in sorted(item.many("lineItems"), key=lambda one: int(one.id))]),
            tracks=tuple([(one.text("method"), one.text("number")) for one in item.many("shippingTrackings")]),
        )

    @staticmethod
    def _tax(item: Resource) -> int | None:
        """The whole tax, which the subtotals hold as the last of those of type tax, behind its parts (§7.3, 6.1+)."""
        taxes = [one for one in item.many("orderSubtotals") if one.text("orderSubtotalType") == "tax"]
        return taxes[-1].amount("amount") if taxes else None


def _address(item: Resource, name: str) -> Address | None:
    found = item.one(name)
    return address(found) if found else None


def _line(item: Resource) -> LineRow:
    return LineRow(
        product_id=item.link("product"),
        parent_id=item.link("parentProduct"),
        sku=item.text("productSku"),
        name=item.text("productName") or item.text("freeFormProduct"),
        quantity=item.amount("quantity"),
        price=item.amount("value"),
        free_form=bool(item.text("freeFormProduct")),
    )
