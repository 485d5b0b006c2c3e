"""Settings by scope: every one is declared here with its default, and inherited default → website → store, or default → account.

A platform may have another default of its own (``Source.defaults_for``); what a person sets anywhere goes before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from dotbridge.errors import ConfigError
from dotbridge.ledger import hot
from dotbridge.ledger.codes import SETTING_INVALID
from dotbridge.ledger.models import Setting, Website
from dotbridge.sources.registry import platform

_HELD = "SELECT name, CAST(value AS TEXT) FROM setting WHERE scope = %s AND scope_id = %s"


class Declared(NamedTuple):
    """One setting: its type is that of the default, ``choices`` limits words.

    ``account``: it is one of an account, and no website has a value of its own.
    """

    default: Any
    help: str
    choices: tuple[str, ...] = ()
    account: bool = False


SETTINGS: dict[str, Declared] = {
    "non_subscribers": Declared(
        "skip",
        "People who are no newsletter subscribers: `skip` leaves them out (rule `not_subscribed`), `send` sends them;"
        " a named person confirms the legal basis.",
        ("skip", "send"),
    ),
    "consent.source_of_truth": Declared(
        "dotdigital",
        "Whose opt-ins reach the other side: `dotdigital` also resubscribes in the shop who subscribed again in"
        " Dotdigital, `shop` does not. An unsubscribe always reaches both.",
        ("dotdigital", "shop"),
    ),
    "consent.double_opt_in": Declared(
        False, "Who subscribes in the shop from now on is asked by Dotdigital to confirm it in a mail first."
    ),
    "consent.confirm_hours": Declared(24, "Hours after which a confirmation that did not come counts as expired."),
    "consent.text": Declared(
        "", "What people agree to when they subscribe in the shop, word by word; it goes into their consent record."
    ),
    "orders.statuses": Declared([], "Statuses of orders to send; empty: all."),
    "orders.cancelled": Declared(
        "keep", "A cancelled order keeps its record with its status, or is deleted from Dotdigital.", ("keep", "delete")
    ),
    "orders.settle_minutes": Declared(
        0, "Minutes that a new order waits before it is sent, so that tax and discounts finish first."
    ),
    "orders.fulfilled_statuses": Declared(
        [], "Statuses of orders that count as fulfilled; what follows a purchase begins when an order first has one."
    ),
    "orders.custom_options": Declared(True, "Send what shoppers chose or typed on a line."),
    "sales_fields.statuses": Declared(
        [], "Statuses of orders that count in sales fields; empty: all but cancelled ones."
    ),
    "catalog.level": Declared(
        "store",
        "One catalog per store view, one per website, or one for the shop (`Catalog_Default`).",
        ("store", "website", "default"),
    ),
    "catalog.shape": Declared(
        "full", "All members of a catalog record, or exactly the ten of the vendor's own table.", ("full", "exact")
    ),
    "catalog.unpublished": Declared(
        "send",
        "A product that is not for sale: `send` it with its status; `disable`: keep those that were sent while they were"
        " for sale, and leave the others out; `delete` its record.",
        ("send", "disable", "delete"),
    ),
    "catalog.types": Declared([], "Product types to send; empty: all."),
    "catalog.visibility": Declared([], "Visibilities to send (none, catalog, search, both); empty: all."),
    "catalog.image_role": Declared("image", "The image role whose picture is sent."),
    "catalog.brand_attribute": Declared("manufacturer", "The product attribute that holds the brand."),
    "catalog.attributes": Declared([], "Codes of product attributes to send."),
    "reviews.text": Declared(False, "Send title and text of reviews, not only the stars."),
    "contacts.fields": Declared({}, "Another data field for a contact value, or null for none: {key: NAME}."),
    "contacts.unknown": Declared(
        "new",
        "How people are created of whom no shop says whether they subscribed: `new` as Dotdigital makes new contacts,"
        " `unsubscribed` so that nobody becomes mailable who did not ask for it.",
        ("new", "unsubscribed"),
    ),
    "contacts.departed": Declared(
        "keep",
        "People whom no website of the account knows any more: they leave our lists and are kept, or are deleted in"
        " Dotdigital as well. Of the whole installation.",
        ("keep", "delete"),
    ),
    "contacts.erased": Declared(
        "keep",
        "People whom a shop erased at their own wish, and whom no website of the account knows any more: kept like all who"
        " leave, or deleted in Dotdigital. Of the whole installation.",
        ("keep", "delete"),
    ),
    "contacts.attributes": Declared({}, "Shop attributes to send: {attribute code: DATA_FIELD}."),
    "page_size": Declared(2000, "Records read at once, and sent in one import; smaller is gentler to the shop."),
    "overlap_seconds": Declared(120, "How far behind its cursor a stream reads again, for writes that came late."),
    "importer.contact_transport": Declared(
        "v3",
        "How contacts travel in bulk: `v3` as JSON, `v2` as CSV files with their file of faults, as the classic"
        " connectors do. What a file cannot say goes as JSON all the same. Of the installation or of one account.",
        ("v3", "v2"),
        account=True,
    ),
    "history.workers": Declared(
        4,
        "Workers that may read a website's history at the same time, on PostgreSQL; 1: one alone. Of a shop that is read"
        " over HTTP 2, since its web servers answer.",
    ),
    "history.range": Declared(20_000, "Records of a history that a worker takes at once, where several read it."),
    "importer.max_age_minutes": Declared(60, "After this an import of unknown outcome is sent once more."),
    "importer.poll_seconds": Declared(5, "Seconds between two looks at a running import."),
    "importer.lease_seconds": Declared(
        240, "A submit that is silent for so long has an unknown outcome; longer than the longest answer of 121 s."
    ),
    "jobs.lease_seconds": Declared(
        180, "A worker that is silent for so long has lost its job; longer than the longest answer of 121 s."
    ),
    "jobs.announce_again_seconds": Declared(
        20, "A job that is still due after so long is announced to the broker again: its message may be lost."
    ),
    "retention.bodies_days": Declared(7, "Days that batch bodies are kept after they settled."),
    "retention.batches_days": Declared(90, "Days that settled batches and runs are kept."),
    "retention.events_days": Declared(7, "Days in which an event that is sent again is known to be the same."),
    **{
        f"jobs.{job}.every": Declared(seconds, f"Seconds between two runs of {job}.")
        for job, seconds in {
            "customer_subscriber_guest_sync": 900,
            "order_and_quote_sync": 900,
            "reviews_and_wishlist": 3600,
            "catalog_sync": 3600,
            "importer": 300,
            "consent_sync": 60,
            "change_feed": 1,
            "event_queue": 1,
            "live": 60,
            "live_catalog": 60,
            "coupon_expiry": 300,
            "reconcile": 86_400,
            "cleaner": 86_400,
        }.items()
    },
    **{
        f"compare.{stream}.every": Declared(seconds, f"Seconds between two full compares of {stream}.")
        for stream, seconds in {
            "customers": 86_400,
            "subscribers": 900,
            "orders": 604_800,
            "carts": 86_400,
            "products": 3600,
            "reviews": 3600,
            "wishlists": 3600,
        }.items()
    },
}


def check(name: str, value: Any, scope: str = Setting.Scope.DEFAULT) -> Any:
    """The value, if the setting exists at this scope and takes it; raises ConfigError."""
    declared = SETTINGS.get(name)
    if declared is None:
        raise ConfigError(SETTING_INVALID, f"There is no setting {name!r}.", field=name)
    if scope != Setting.Scope.DEFAULT and (scope == Setting.Scope.ACCOUNT) != declared.account:
        kind = "an account, not of a website" if declared.account else "websites, not of an account"
        raise ConfigError(SETTING_INVALID, f"{name} is a setting of {kind}.", field=name)
    wanted = type(declared.default)
    number = wanted is int and isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if not number and type(value) is not wanted:
        raise ConfigError(SETTING_INVALID, f"{name} takes {_kind(wanted)}, not {value!r}.", field=name)
    if declared.choices and value not in declared.choices:
        raise ConfigError(SETTING_INVALID, f"{name} is {value!r}; it may be {', '.join(declared.choices)}.", field=name)
    return value


def _kind(wanted: type) -> str:
    return {int: "a number", str: "a text", bool: "true or false", list: "a list", dict: "a table"}[wanted]


def resolve(
    website_id: int | None = None, store_id: int | None = None, *, account_id: int | None = None
) -> dict[str, Any]:
    """All settings as they hold in this scope: of a website or store view, or of an account."""
    values = {name: declared.default for name, declared in SETTINGS.items()}
    own = _of_platform(website_id)
    values.update(own)
    scopes = [(Setting.Scope.DEFAULT, 0)]
    if account_id is not None:
        scopes.append((Setting.Scope.ACCOUNT, account_id))
    if website_id is not None:
        scopes.append((Setting.Scope.WEBSITE, website_id))
    if store_id is not None:
        scopes.append((Setting.Scope.STORE, store_id))
    # Every batch asks for some of them, too often for the ORM.
    for scope, scope_id in scopes:
        for name, text in hot.rows(_HELD, (scope.value, scope_id)):
            value = orjson.loads(text)
            # Of a table that the platform begins, a person changes entries.
            values[name] = {**own[name], **value} if isinstance(own.get(name), dict) else value
    return values


def _of_platform(website_id: int | None) -> dict[str, Any]:
    """The defaults of the website's platform, and of the way into its shop."""
    if website_id is None:
        return {}
    chosen = Website.objects.values_list("connection__platform", "connection__settings")
    key, settings = chosen.get(pk=website_id)
    return dict(platform(key).defaults_for(settings))


def save(scope: str, scope_id: int, values: dict[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    """Keeps values at a scope and gives (name, before, after) of those that changed; ``None`` goes back to inherit."""
    changed = []
    held = dict(Setting.objects.filter(scope=scope, scope_id=scope_id).values_list("name", "value"))
    for name, value in values.items():
        if value is None:
            Setting.objects.filter(scope=scope, scope_id=scope_id, name=name).delete()
        else:
            check(name, value, scope)
            Setting.objects.update_or_create(scope=scope, scope_id=scope_id, name=name, defaults={"value": value})
        if held.get(name) != value:
            changed.append((name, held.get(name), value))
    return changed
