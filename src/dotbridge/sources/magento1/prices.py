"""What a product costs in a store view today (contract magento1-data §8).

A variant costs what its configurable costs plus surcharges; its own price is not used while only the configurable is
shown. A configurable, a bundle and a group cost what their cheapest choice costs. ``None``: the shop has no price.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotbridge.sources.magento1.shelf import Axis, Selection, Shelf
from dotbridge.sources.mysql import integers

#: The group of people who are not logged in, and the mark for all groups.
NOT_LOGGED_IN, ALL_GROUPS = 0, -1
ONE = 10_000
HUNDRED_PERCENT = 1_000_000
NOT_VISIBLE = 1


class Prices:
    """Prices of the products of a shelf in one store view; ``today`` is the calendar day there."""

    def __init__(self, shelf: Shelf, store_id: int, today: str = "") -> None:
        self._shelf = shelf
        self._store_id = store_id
        self.today = today or today_in(shelf.shop.sites.config("general/locale/timezone", store_id))
        self._rules = self._rule_prices()

    def regular(self, product_id: int) -> int | None:
        """The price before special ones."""
        return self._shown(product_id, self._own, reduced=False)

    def special(self, product_id: int) -> int | None:
        """The special price while it holds and is lower than the regular one, else ``None``."""
        price, reduced = self.regular(product_id), self._shown(product_id, self._reduced, reduced=True)
        return reduced if price is not None and reduced is not None and reduced < price else None

    def final(self, product_id: int) -> int | None:
        """What somebody who is not logged in pays for one: special, group, tier and rule prices considered."""
        return self._shown(product_id, self._final, reduced=True)

    def percentage(self, product_id: int, percent: int) -> int | None:
        """The bundle's price less a percentage."""
        price = self.regular(product_id)
        return None if price is None else price - _part(price, percent)

    def _shown(self, product_id: int, price_of: Callable[[int], int | None], reduced: bool) -> int | None:
        kind = self._shelf.heads[product_id].type if product_id in self._shelf.heads else ""
        if kind == "configurable":
            return self._configurable(product_id, price_of)
        if kind == "grouped":
            return min(
                [price for child in self._sold(product_id) if (price := price_of(child)) is not None], default=None
            )
        if kind == "bundle":
            return self._bundle(product_id, price_of, reduced)
        if self._shelf.value(product_id, "visibility", self._store_id) == NOT_VISIBLE:
            for parent, parent_kind in self._shelf.parents.get(product_id, ()):
                if parent_kind == "configurable" and (base := price_of(parent)) is not None:
                    return base + self._surcharge(parent, product_id, base)
        return price_of(product_id)

    def _own(self, product_id: int) -> int | None:
        price: int | None = self._shelf.value(product_id, "price", self._store_id)
        return price

    def _reduced(self, product_id: int) -> int | None:
        price = self._own(product_id)
        special = self._active_special(product_id)
        return special if special is not None and (price is None or special < price) else price

    def _final(self, product_id: int) -> int | None:
        prices = [self._reduced(product_id), self._rules.get(product_id)]
        for group, quantity, value, percent in self._shelf.own_prices.get(product_id, ()):
            if group in (ALL_GROUPS, NOT_LOGGED_IN) and quantity <= ONE and not percent:
                prices.append(value)
        return min([price for price in prices if price is not None], default=None)

    def _active_special(self, product_id: int) -> int | None:
        """The special price if today is within its days, both included; of bundles a percentage."""
        value: int | None = self._shelf.value(product_id, "special_price", self._store_id)
        if not value:
            return None
        start = str(self._shelf.value(product_id, "special_from_date", self._store_id) or "")[:10]
        end = str(self._shelf.value(product_id, "special_to_date", self._store_id) or "")[:10]
        begun = start <= self.today
        over = bool(end) and not end.startswith("0000") and end < self.today
        return value if begun and not over else None

    def _sold(self, product_id: int) -> list[int]:
        """Children that are switched on in this view and belong to the website."""
        return [
            child
            for child in self._shelf.children.get(product_id, ())
            if child in self._shelf.in_website and self._shelf.enabled(child, self._store_id)
        ]

    def _configurable(self, product_id: int, price_of: Callable[[int], int | None]) -> int | None:
        base = price_of(product_id)
        if base is None:
            return None
        return base + min([self._surcharge(product_id, child, base) for child in self._sold(product_id)], default=0)

    def _surcharge(self, parent: int, child: int, base: int) -> int:
        return sum([self._axis(axis, child, base) for axis in self._shelf.axes.get(parent, ())])

    def _axis(self, axis: Axis, child: int, base: int) -> int:
        option = self._shelf.value(child, axis.code, self._store_id)
        surcharge = axis.surcharges.get(option)
        if surcharge is None:
            return 0
        return _part(base, surcharge.value) if surcharge.percent else surcharge.value

    def _bundle(self, product_id: int, price_of: Callable[[int], int | None], reduced: bool) -> int | None:
        fixed = self._shelf.value(product_id, "price_type", self._store_id) == 1
        base = (self._own(product_id) or 0) if fixed else 0
        cheapest: dict[int, int] = {}
        required: set[int] = set()
        sold = set(self._sold(product_id))
        for each in self._shelf.selections.get(product_id, ()):
            price = self._selection(each, base) if fixed else price_of(each.child)
            if each.child not in sold or price is None:
                continue
            price = price * each.quantity // ONE
            cheapest[each.option] = min(price, cheapest.get(each.option, price))
            if each.required:
                required.add(each.option)
        if required:
            base += sum([cheapest[option] for option in required])
        elif not fixed:
            if not cheapest:
                return None
            base = min(cheapest.values())
        percent = self._active_special(product_id)
        return _part(base, percent) if percent is not None and reduced else base

    def _selection(self, selection: Selection, base: int) -> int:
        return _part(base, selection.price) if selection.percent else selection.price

    def _rule_prices(self) -> dict[int, int]:
        """Catalog price rules of today, for people who are not logged in."""
        shelf = self._shelf
        if not shelf.heads or not shelf.shop.schema.has("catalogrule_product_price"):
            return {}
        rows = shelf.shop.sql.query(
            f"SELECT product_id, CAST(MIN(rule_price)*10000 AS SIGNED)"
            f" FROM {shelf.shop.sql.table('catalogrule_product_price')}"
            f" WHERE rule_date=%s AND website_id={shelf.website_id} AND customer_group_id={NOT_LOGGED_IN}"
            f" AND product_id IN ({integers(shelf.heads)}) GROUP BY product_id",
            (self.today,),
        )
        return {row[0]: row[1] for row in rows}


def today_in(timezone: str) -> str:
    """The calendar day of now in a time zone; in UTC where this machine does not know the zone."""
    try:
        return datetime.now(ZoneInfo(timezone)).date().isoformat()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return datetime.now(UTC).date().isoformat()


def _part(amount: int, percent: int) -> int:
    """A percentage (in 1/10,000 of a percent) of an amount, rounded half up."""
    return (amount * percent + HUNDRED_PERCENT // 2) // HUNDRED_PERCENT
