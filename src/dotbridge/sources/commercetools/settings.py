"""What a connection takes, and the website settings whose default is another one here (commercetools §1, 11.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dotbridge.sources.base import OVER_HTTP, Field
from dotbridge.sources.commercetools.regions import REGIONS
from dotbridge.sources.event_queue import FIELDS as QUEUE_FIELDS

FIELDS = (
    Field("project_key", "Project key"),
    Field("client_id", "Client id", help="Of an API client with the scopes that the how-to lists."),
    Field("client_secret", "Client secret", secret=True),
    Field("region", "Region", required=False, help=f"As the Merchant Center names it: {', '.join(REGIONS)}."),
    Field("api_url", "API address", required=False, help="Instead of the region, together with the auth address."),
    Field("auth_url", "Auth address", required=False),
    Field("scopes", "Scopes", required=False, help="Only to ask for fewer than the API client has."),
    Field("profiles", "Profiles", required=False, help="Slices of the project, each a website: {code: {stores: […]}}."),
    Field("locales", "Locales", required=False, help="Languages of names, the preferred first."),
    Field("currency", "Currency", required=False, help="Of catalog prices; else the project's first."),
    Field(
        "country", "Country", required=False, help="Of catalog prices; else the first of the store, or of the project."
    ),
    Field("price_channel", "Price channel", required=False, help="Key of a channel whose prices hold."),
    Field("customer_group", "Price group", required=False, help="Key of a customer group whose prices hold."),
    Field("supply_channels", "Supply channels", required=False, help="Keys of channels whose stock counts."),
    Field("unassigned_stock", "Unassigned stock", required=False, help="Whether stock without a channel counts."),
    Field("granularity", "Granularity", required=False, default="variant", help="A record per variant, or product."),
    Field("product_url", "Product address", required=False, help="Template: https://shop.example/{locale}/{slug}."),
    Field("url_attribute", "Address attribute", required=False, help="Attribute that holds a product's address."),
    Field("image_label", "Image label", required=False, help="Label of the image to send; else the first."),
    Field("cart_url", "Cart address", required=False, help="Template: https://shop.example/cart/{cart_id}."),
    Field("consent_field", "Consent field", required=False, help="Custom field of customers that tells of consent."),
    Field(
        "consent_refusal",
        "A no in it",
        required=False,
        default="unknown",
        help="`unknown`: nothing is known of consent; `unsubscribed`: the person has unsubscribed.",
    ),
    Field(
        "write_consent",
        "Write the consent field",
        required=False,
        default=False,
        help="Who unsubscribes in Dotdigital gets a no in it; needs the scope manage_customers.",
    ),
    Field(
        "status",
        "Order status",
        required=False,
        default="order_state",
        help="order_state, payment_state, shipment_state or workflow_state.",
    ),
    Field("status_names", "Names of statuses", required=False, help="Further or other ones: {Open: Pending}."),
    Field("order_key", "Order key", required=False, default="id", help="What records are kept by: id or number."),
    Field(
        "order_fields", "Order fields", required=False, help="Custom fields: {include: [], exclude: [], rename: {}}."
    ),
    *QUEUE_FIELDS,
    Field("settle_seconds", "Settle time", required=False, default=10, help="How far reading stays behind the clock."),
    Field("allow_private", "Allow private addresses", required=False, default=False, help="For test servers."),
)

#: Data fields of the vendor's own table are first name, last name, full name, birthday and customer id; the others are
#: switched on by naming them.
_FIELDS_OFF = (
    *("title", "gender", "created_at", "last_logged_date", "customer_group", "review_count", "last_review_date"),
    *("subscriber_status", "website_name", "store_name"),
    *[
        f"{kind}_{part}"
        for kind in ("billing", "delivery")
        for part in ("address_1", "address_2", "city", "state", "country", "postcode", "telephone", "company")
    ],
)

_QUARTER_HOUR = 900
_DAY = 86_400

DEFAULTS: Mapping[str, Any] = {
    **OVER_HTTP,
    "contacts.fields": {"fullname": "FULLNAME", **dict.fromkeys(_FIELDS_OFF)},
    "contacts.unknown": "unsubscribed",
    "catalog.level": "default",
    "catalog.shape": "exact",
    "catalog.unpublished": "disable",
    "jobs.catalog_sync.every": _QUARTER_HOUR,
    "jobs.reviews_and_wishlist.every": _QUARTER_HOUR,
    "compare.reviews.every": _DAY,
    "compare.wishlists.every": _DAY,
}
