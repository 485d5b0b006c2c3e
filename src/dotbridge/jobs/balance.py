"""The audit of all websites: the ledger's side by reconcile, the shop's by the collector, Dotdigital's by its counts."""

from __future__ import annotations

from collections import Counter

from dotbridge.collector.holdings import ShopHoldings
from dotbridge.collector.scope import Scope, scope_of
from dotbridge.importer.counts import Counts
from dotbridge.jobs.named import websites_named
from dotbridge.ledger.models import DotdigitalAccount, Website
from dotbridge.mapping.base import Collection
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.reconcile.audit import Balance, Part, balance_contacts, balance_records


def audit_all(name: str = "", *, ask_dotdigital: bool = True) -> list[Balance]:
    """One row per website and collection, for the websites that are switched on."""
    rows: list[Balance] = []
    websites = (
        (websites_named(name) if name else Website.objects.all())
        .exclude(state=Website.State.NEW)
        .order_by("precedence", "pk")
    )
    counts = Counts() if ask_dotdigital else None
    for website in websites:
        with scope_of(website.pk) as scope:
            rows += _website(scope, counts)
    return rows


def held_by_dotdigital() -> dict[str, int]:
    """What all surveyed accounts say that they hold, by collection; a collection that websites share counts once."""
    counts, held = Counts(), Counter[str]()
    for account in DotdigitalAccount.objects.exclude(endpoint=""):
        held["contacts"] += counts.contacts(account) or 0
        for collection in COLLECTIONS.values():
            held[collection.key] += counts.records(account, collection.table) or 0
    return dict(held)


def _website(scope: Scope, counts: Counts | None) -> list[Balance]:
    holdings = ShopHoldings(scope)
    contacts = balance_contacts(scope.website, holdings)
    contacts.dotdigital = counts.contacts(scope.account) if counts else None
    rows = [contacts]
    for collection in COLLECTIONS.values():
        row = balance_records(scope.website, _part(scope, collection), holdings)
        if row is not None:
            row.dotdigital = counts.records(scope.account, collection.table, scope.website.pk) if counts else None
            rows.append(row)
    return rows


def _part(scope: Scope, collection: Collection[object]) -> Part:
    per_store = collection.key == "catalog" and scope.settings["catalog.level"] == "store"
    scopes = tuple(store.source_id for store in scope.site.stores if store.active) if per_store else ("",)
    return Part(collection.key, collection.stream, collection.table, scopes)
