"""Sales fields of one person, computed from facts over the websites that share an account."""

from __future__ import annotations

import msgspec


class Sales(msgspec.Struct, frozen=True, gc=False):
    """Aggregates of the person's counted orders. Amounts are in ``currency`` alone, never a sum of several.

    ``uncounted`` is the number of orders whose amounts could not be brought into ``currency``; they count as orders
    and not as spend. ``last_refund_at`` and ``refund`` look at all orders whose status counts. Names are "" where
    nothing is known.
    """

    orders: int
    spend: int
    refund: int
    currency: str
    last_order_at: str
    last_order_id: str
    last_order_number: str
    last_quote_id: str
    first_categories: str
    last_categories: str
    most_category: str
    first_brand: str
    last_brand: str
    most_brand: str
    most_day: str
    most_month: str
    last_refund_at: str
    uncounted: int = 0
