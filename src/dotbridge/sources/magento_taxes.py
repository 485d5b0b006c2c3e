"""Tax on a shown price, for a guest of whom nothing is known in Magento 1 and 2 alike (magento1-data §2 and §8).

Where catalog prices contain tax both prices are the same. Else the rate is the one for the shop's default place:
``tax/defaults/country`` and ``region``, or, where no default place is set, the merchant's own country. Rates that ask
for a postcode do not count. Rules of one priority add up; a later priority is charged on top. Without a rate, or
without the tables, both prices are equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from dotbridge.sources.sql_schema import Schema, units

ONE = 1_000_000


class Rate(NamedTuple):
    """One rate of a rule; ``percent`` in 1/10,000 of a percent."""

    product_class: int
    rule: int
    priority: int
    country: str
    region: int
    percent: int


class Taxes:
    """Rates for people who are not logged in."""

    def __init__(self, schema: Schema, config: Callable[[str, int], str]) -> None:
        """``config`` gives the shop's setting of a path in a store view."""
        self._schema = schema
        self._config = config
        self._factors: dict[tuple[int, int], int] = {}

    def with_tax(self, price: int, tax_class: int, store_id: int) -> int:
        """The price that a guest pays in the view."""
        factor = self._factor(tax_class, store_id)
        return price if factor == ONE else (price * factor + (ONE // 2 if price >= 0 else -ONE // 2)) // ONE

    def _factor(self, tax_class: int, store_id: int) -> int:
        key = (tax_class, store_id)
        if key not in self._factors:
            contained = self._config("tax/calculation/price_includes_tax", store_id) == "1"
            self._factors[key] = ONE if contained else self._added(tax_class, store_id)
        return self._factors[key]

    def _added(self, tax_class: int, store_id: int) -> int:
        country = self._config("tax/defaults/country", store_id) or self._config("general/country/default", store_id)
        place = self._config("tax/defaults/region", store_id)
        region = int(place) if place.isdigit() else 0
        rules: dict[tuple[int, int], Rate] = {}
        for rate in self._rates:
            if rate.product_class == tax_class and rate.country == country and rate.region in (0, region):
                held = rules.get((rate.priority, rate.rule))
                # A rate for the region itself is closer than one for the whole country.
                if held is None or rate.region > held.region:
                    rules[rate.priority, rate.rule] = rate
        by_priority: dict[int, int] = defaultdict(int)
        for (priority, _), rate in rules.items():
            by_priority[priority] += rate.percent
        factor = ONE
        for priority in sorted(by_priority):
            factor = factor * (ONE + by_priority[priority]) // ONE
        return factor

    @cached_property
    def _rates(self) -> list[Rate]:
        schema = self._schema
        if not schema.has("tax_calculation", "tax_calculation_rate", "customer_group"):
            return []
        table = schema.shop.table
        ordered = schema.has("tax_calculation_rule")
        priority = "CAST(IFNULL(u.priority,0) AS SIGNED)" if ordered else "0"
        rows = schema.shop.query(
            f"SELECT c.product_tax_class_id, c.tax_calculation_rule_id, {priority},"
            f" r.tax_country_id, r.tax_region_id, {units('r.rate')} FROM {table('tax_calculation')} c"
            f" JOIN {table('tax_calculation_rate')} r ON r.tax_calculation_rate_id=c.tax_calculation_rate_id"
            f" JOIN {table('customer_group')} g ON g.customer_group_id=0 AND g.tax_class_id=c.customer_tax_class_id"
            + (
                f" LEFT JOIN {table('tax_calculation_rule')} u ON u.tax_calculation_rule_id=c.tax_calculation_rule_id"
                if ordered
                else ""
            )
            + " WHERE IFNULL(r.tax_postcode,'') IN ('','*') ORDER BY c.tax_calculation_id"
        )
        return [Rate(*row) for row in rows]
