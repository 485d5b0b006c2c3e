"""The jobs, named as in the classic connectors. A new job is one line."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from dotbridge.errors import ConfigError
from dotbridge.jobs.codes import JOB_UNKNOWN

Lane: TypeAlias = Literal["live", "bulk", "upkeep"]
#: What people wait for in seconds, what reads much, what tidies up: workers may be kept for some of them.
LANES: tuple[Lane, ...] = ("live", "bulk", "upkeep")


class Kind(NamedTuple):
    """One kind of job: what it works for, how often by default is the setting ``jobs.<name>.every``."""

    name: str
    target: Literal["website", "account"]
    does: str
    streams: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    lane: Lane = "bulk"
    #: Streams whose told ids it reads.
    told: tuple[str, ...] = ()


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "customer_subscriber_guest_sync",
            "website",
            "customers, subscribers and guests to contacts",
            streams=("customers", "subscribers"),
        ),
        Kind(
            "order_and_quote_sync",
            "website",
            "orders and carts; guests found in orders become contacts",
            streams=("orders", "carts"),
            collections=("orders", "carts"),
        ),
        Kind(
            "reviews_and_wishlist",
            "website",
            "reviews and wishlists",
            streams=("reviews", "wishlists"),
            collections=("reviews", "wishlists"),
        ),
        Kind(
            "catalog_sync",
            "website",
            "products, per website or store view",
            streams=("products",),
            collections=("catalog",),
        ),
        Kind(
            "live",
            "website",
            "what the shop told of: people, carts, orders, reviews and wishlists, in seconds",
            told=("subscribers", "customers", "carts", "orders", "reviews", "wishlists"),
            lane="live",
        ),
        Kind("live_catalog", "website", "what the shop told of its products", told=("products",), lane="live"),
        Kind("change_feed", "website", "the log of a shop's database, where its connection follows it", lane="live"),
        Kind("event_queue", "website", "the queue of events, where its connection names one", lane="live"),
        Kind("history", "website", "the whole history of a newly connected website, once"),
        Kind("history_part", "website", "ranges of a long history, beside the job history, by several workers"),
        Kind("importer", "account", "batches to Dotdigital, running imports, removals"),
        Kind("consent_sync", "account", "suppressions, unsubscribes and resubscribes, both ways", lane="live"),
        Kind("coupon_expiry", "website", "coupon codes past their end, taken back in the shop", lane="upkeep"),
        Kind("reconcile", "website", "deletions, by comparing all ids", lane="upkeep"),
        Kind("cleaner", "account", "batch bodies and rows past their retention", lane="upkeep"),
    )
}

#: Names that people know from the vendor's own modules.
ALIASES = {
    "ddg_automation_customer_subscriber_guest_sync": "customer_subscriber_guest_sync",
    "ddg_automation_order_sync": "order_and_quote_sync",
    "ddg_automation_order_and_quote_sync": "order_and_quote_sync",
    "ddg_automation_reviews_and_wishlist": "reviews_and_wishlist",
    "ddg_automation_catalog_sync": "catalog_sync",
    "ddg_automation_importer": "importer",
    "ddg_automation_consent_sync": "consent_sync",
    "ddg_automation_unsubscribe_sync": "consent_sync",
    "ddg_automation_cleaner": "cleaner",
}


#: The jobs that workers of their own do, so that nothing long stands before them.
URGENT = ("live", "consent_sync")


def kind_of(name: str) -> Kind:
    """The job of this name or alias; raises ConfigError naming the known ones."""
    found = KINDS.get(ALIASES.get(name, name))
    if found is None:
        raise ConfigError(JOB_UNKNOWN, f"{name!r} is not one of {', '.join(KINDS)}.")
    return found


def lane_of(kind: str) -> Lane:
    """The lane of a kind of job; a kind of a newer version goes with the bulk."""
    return KINDS[kind].lane if kind in KINDS else "bulk"


def kinds_of(lane: Lane) -> list[str]:
    """The kinds of job of a lane."""
    return [kind.name for kind in KINDS.values() if kind.lane == lane]
