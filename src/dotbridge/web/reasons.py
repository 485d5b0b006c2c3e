"""Why a record stands where it stands: the words of every code, and of every rule that a merchant can set."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from dotbridge.errors import Code

# Declaring a code makes it known; these rooms declare those that the ledger may show.
for _room in ("commerce", "consent", "dotdigital", "http", "importer", "jobs", "ledger", "mapping", "sources"):
    import_module(f"dotbridge.{_room}.codes")


class Reason(NamedTuple):
    """What happened and what a person does, each a sentence."""

    code: str
    what: str
    todo: str


_SETTING = "Nothing, if that is wanted; else change the setting `{}`, and the next sync sends them."

#: The named rules that leave records out. They are the merchant's own choice and not errors.
RULES: dict[str, tuple[str, str]] = {
    "not_subscribed": ("The person has not subscribed to the newsletter.", _SETTING.format("non_subscribers")),
    "contact_unknown": (
        "The person is neither customer, subscriber nor guest of an order.",
        "Nothing: it follows by itself when the person appears.",
    ),
    "order_status": ("The order has a status that is not to be sent.", _SETTING.format("orders.statuses")),
    "order_without_email": (
        "The order names no e-mail address.",
        "Nothing: there is nobody to tell Dotdigital of; it follows when the shop gives an address.",
    ),
    "cart_without_email": ("The cart belongs to nobody yet.", "Nothing: it follows when the shopper gives an address."),
    "cart_ordered": ("The cart has become an order.", "Nothing: the order takes its place."),
    "cart_empty": ("The cart is empty.", "Nothing: it follows when something is put into it."),
    "product_type": ("The product is of a type that is not to be sent.", _SETTING.format("catalog.types")),
    "product_visibility": ("The product is not visible where it must be.", _SETTING.format("catalog.visibility")),
    "product_unpublished": ("The product is not published.", _SETTING.format("catalog.unpublished")),
    "product_not_offered": (
        "The product is not in the assortment of the store.",
        "Assign it to a product selection of the store if it should go.",
    ),
    "product_withdrawn": (
        "The product is not for sale any more and was taken out of the catalog.",
        _SETTING.format("catalog.unpublished"),
    ),
    "review_not_approved": ("The review is not approved.", "Approve it in the shop if it should go."),
    "review_without_customer": ("The review was written by a visitor.", "Nothing: there is nobody it belongs to."),
    "wishlist_empty": ("The wishlist is empty.", "Nothing: it follows when something is put on it."),
}
_UNNAMED = Reason("", "No reason was given.", "Retry it; report it if it comes back.")


def reason_of(code: str) -> Reason:
    """The words for a code or rule; never fails, since the ledger may hold codes of an older version."""
    known = Code.known.get(code)
    if known is not None:
        return Reason(code, known.what, known.todo)
    if code in RULES:
        return Reason(code, *RULES[code])
    if not code:
        return _UNNAMED
    return Reason(code, f"{code.replace('_', ' ').capitalize()}.", "The reason's words belong to another version.")
