"""Everything that can happen in the shop, by name: for the living shop, the demo and tests.

Each change is a function of a session and plain arguments; left out arguments are decided by the session's chance. The
answer names what changed. What moves ``updated_at`` and what does not follows Magento 2 data, 1.3.
"""

from __future__ import annotations

from collections.abc import Callable

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.changes import catalogue, people, sales

CHANGES: dict[str, Callable[..., Document]] = {
    change.__name__: change
    for change in (
        sales.place_order,
        sales.advance,
        sales.refund,
        sales.cancel,
        sales.hold,
        sales.comment_order,
        sales.new_cart,
        sales.change_cart,
        people.new_customer,
        people.change_email,
        people.change_profile,
        people.save_address,
        people.subscribe,
        people.unsubscribe,
        people.delete_customer,
        catalogue.price,
        catalogue.stock,
        catalogue.new_product,
        catalogue.rename_product,
        catalogue.disable_product,
        catalogue.delete_product,
    )
}
"""Name of a change → what carries it out."""
