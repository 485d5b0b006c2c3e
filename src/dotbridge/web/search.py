"""Finds a record by what people have in hand: an e-mail address, an order number, a sku, a key or a shop's id.

Each look-up goes through an index that the ledger has anyway; only skus are searched in the product facts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dotbridge.commerce.email import email_key
from dotbridge.errors import RecordError
from dotbridge.ledger import hot
from dotbridge.ledger.models import Connection, ContactSource, DotdigitalAccount, EmailContact, ProductFact, Website
from dotbridge.web.shelves import SHELVES, Shelf

LIMIT = 20


class Found(NamedTuple):
    """One hit: ``row`` is a contact or a record."""

    shelf: Shelf
    row: Any


def search(text: str) -> list[Found]:
    """What the text may mean, at most ``LIMIT`` hits of each kind."""
    typed = text.strip()[:254]
    if not typed:
        return []
    if "@" in typed:
        return _people(typed)
    found = _by_key(typed)
    return found + [one for one in _by_id(typed) if one not in found]


def _people(typed: str) -> list[Found]:
    try:
        key = email_key(typed)
    except RecordError:
        key = typed.lower()
    accounts = list(DotdigitalAccount.objects.values_list("id", flat=True))
    rows = EmailContact.objects.filter(account_id__in=accounts, email_key=key)[:LIMIT]
    return [Found(SHELVES["contacts"], row) for row in rows]


def _by_key(typed: str) -> list[Found]:
    """By document key, bare or with a connection's prefix, through the unique (account, collection, key)."""
    prefixes = set(Connection.objects.values_list("key_prefix", flat=True)) | {""}
    keys = [prefix + typed for prefix in sorted(prefixes)]
    accounts = list(DotdigitalAccount.objects.values_list("id", flat=True))
    found: list[Found] = []
    for shelf in SHELVES.values():
        if shelf.key == "contacts":
            continue
        for account_id in accounts:
            names = _collections(shelf.table, account_id)
            rows = shelf.rows.filter(account_id=account_id, collection__in=names, key__in=keys)
            found += [Found(shelf, row) for row in rows.select_related("website", "contact")[:LIMIT]]
    return found


def _collections(table: str, account_id: int) -> list[str]:
    """Names of the collections of an account: one step through the index for each, however many rows they hold."""
    names: list[str] = []
    last: str | None = None
    while True:
        behind = " AND collection > %s" if last is not None else ""
        row = hot.rows(
            f"SELECT MIN(collection) FROM {table} WHERE account_id = %s{behind}",  # noqa: S608 - our own names
            [account_id] if last is None else [account_id, last],
        )
        last = row[0][0]
        if last is None:
            return names
        names.append(last)


def _by_id(typed: str) -> list[Found]:
    """By the shop's own id: products by sku, customers and subscribers by their number."""
    websites = list(Website.objects.values_list("id", flat=True))
    products = ProductFact.objects.filter(sku=typed).values_list("website_id", "product_id")[:LIMIT]
    found: list[Found] = []
    catalog = SHELVES["catalog"]
    for website_id, product_id in products:
        rows = catalog.rows.filter(website_id=website_id, source_id=product_id)
        found += [Found(catalog, row) for row in rows.select_related("website")[:LIMIT]]
    sources = ContactSource.objects.filter(
        website_id__in=websites, kind__in=["customer", "subscriber"], source_id=typed, contact__isnull=False
    )
    seen: set[int] = set()
    for source in sources.select_related("contact")[:LIMIT]:
        if source.contact is not None and source.contact.pk not in seen:
            seen.add(source.contact.pk)
            found.append(Found(SHELVES["contacts"], source.contact))
    return found
