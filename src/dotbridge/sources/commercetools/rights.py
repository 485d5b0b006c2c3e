"""What the API client must be allowed, in one place: the check tries it and the how-to lists it (commercetools §2.3)."""

from __future__ import annotations

from typing import NamedTuple


class Right(NamedTuple):
    """A scope, a list that only it opens, and what goes without it. ``stream`` is "" where none is lost."""

    scope: str
    path: str
    stream: str
    without: str


RIGHTS = (
    Right("view_customers", "customers", "customers", "no customers"),
    Right("view_orders", "orders", "orders", "no orders"),
    Right("view_orders", "carts", "carts", "no carts"),
    Right("view_products", "products", "products", "no products"),
    Right("view_products", "inventory", "", "stock as products tell it, which is late"),
    Right("view_products", "reviews", "reviews", "no reviews"),
    Right("view_products", "product-tailoring", "", "names, texts and images of the product itself in every store"),
    Right("view_shopping_lists", "shopping-lists", "wishlists", "no wishlists"),
    Right("view_stores", "stores", "", "no store views"),
    Right("view_product_selections", "product-selections", "", "every product in every store, whatever it selects"),
    Right("view_categories", "categories", "", "products without categories"),
    Right("view_customer_groups", "customer-groups", "", "customers without their group's name"),
    Right("view_payments", "payments", "", "no refunds and no names of payment methods"),
    Right("view_discount_codes", "discount-codes", "", "orders without coupons"),
    Right("view_standalone_prices", "standalone-prices", "", "changes of standalone prices only by the full pass"),
    Right("view_types", "types", "", "mapped custom fields that do not exist go unnoticed"),
    Right("view_messages", "messages", "", "deletions are found by the nightly compare alone"),
)

UNPROBED = (
    ("view_project_settings", "languages, currencies and whether messages are kept"),
    ("view_channels", "channels that the settings name"),
    ("view_states", "the status by a workflow state"),
    ("manage_customers", "only where `write_consent` is on"),
    ("manage_subscriptions", "only to set the subscription up by `dotbridge connect`"),
)
"""Scopes that no list shows, or that are needed for some settings alone."""
