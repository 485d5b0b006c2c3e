"""Order and product facts: written with the records they come from, read by sales fields and order documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson

from dotbridge.commerce.facts import OrderFact, ProductFact
from dotbridge.ledger import hot

_ORDER = (
    "website_id, source_id, contact_id, placed_at, status, state, number, store_id, quote_id, currency, total,"
    " refunded, base_currency, base_total, base_refunded, global_currency, global_rate, last_refund_at, digest, lines"
)
_ORDER_INTO = f"order_fact ({_ORDER})", f"({', '.join(['%s'] * 20)})"
_ORDER_CONFLICT = (
    "ON CONFLICT (website_id, source_id)"
    f" DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _ORDER.split(', ')[2:])}"
)


def stage_orders(website_id: int, facts: Sequence[tuple[str, int | None, OrderFact]]) -> None:
    """Writes the figures of orders with their lines: (source id, contact id, figures)."""
    once = facts
    if len({one for one, _, _ in facts}) < len(facts):
        # A shop's page may hold an order twice; the later one is the newer.
        once = list({figures[0]: figures for figures in facts}.values())
    hot.insert(*_ORDER_INTO, _ORDER_CONFLICT, [(one, contact, *fact) for one, contact, fact in once], (website_id,))


class KnownFact(NamedTuple):
    """The digest of an order's figures, and whose they are."""

    digest: bytes
    contact_id: int | None


def known_facts(website_id: int, ids: Sequence[str]) -> dict[str, KnownFact]:
    """What figures the ledger holds of these orders."""
    if not ids:
        return {}
    these, args = hot.among(ids)
    found = hot.rows(
        f"SELECT source_id, digest, contact_id FROM order_fact WHERE website_id = %s AND source_id {these}",
        [website_id, *args],
    )
    return {row[0]: KnownFact(bytes(row[1]), row[2]) for row in found}


def read_later(website_id: int, updated: Mapping[str, str], read_started: float) -> set[str]:
    """Those of these orders (source id -> changed at) of which the ledger holds a newer read than the one begun then."""
    ids, newer = list(updated), set[str]()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        found = hot.rows(
            "SELECT source_id, source_updated, read_started FROM email_order"
            f" WHERE website_id = %s AND scope = '' AND source_id IN ({hot.marks(part)})",
            [website_id, *part],
        )
        newer.update(row[0] for row in found if (row[1], row[2]) > (updated[row[0]], read_started))
    return newer


def remove_orders(website_id: int, ids: Sequence[str]) -> None:
    """Figures of orders that left the shop; their contacts are to be mapped again by the caller."""
    hot.execute(f"DELETE FROM order_fact WHERE website_id = %s AND source_id IN ({hot.marks(ids)})", [website_id, *ids])


def stage_products(website_id: int, facts: Iterable[ProductFact]) -> None:
    """Writes what order lines need to know of products."""
    # A shop's page may hold a product twice; the later one is the newer.
    once = {fact.product_id: fact for fact in facts}
    hot.insert(
        "product_fact (website_id, product_id, sku, name, attribute_set, categories, brand, attributes)",
        "(%s, %s, %s, %s, %s, %s, %s, %s)",
        "ON CONFLICT (website_id, product_id) DO UPDATE SET sku = excluded.sku,"
        " name = excluded.name, attribute_set = excluded.attribute_set, categories = excluded.categories,"
        " brand = excluded.brand, attributes = excluded.attributes",
        [
            (
                website_id,
                f.product_id,
                f.sku,
                f.name,
                f.attribute_set,
                orjson.dumps(f.categories).decode(),
                f.brand,
                orjson.dumps(f.attributes).decode(),
            )
            for f in once.values()
        ],
    )


def products(website_id: int) -> Mapping[str, ProductFact]:
    """All product facts of a website, for one run; about 300 bytes each."""
    return {
        row[0]: ProductFact(
            row[0],
            row[1],
            row[2],
            row[3],
            tuple(orjson.loads(row[4])),
            row[5],
            tuple([(code, label) for code, label in orjson.loads(row[6])]),
        )
        for row in hot.rows(
            "SELECT product_id, sku, name, attribute_set, categories, brand, attributes FROM product_fact WHERE website_id = %s",
            (website_id,),
        )
    }


def guest_orders(contact_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """(contact id, website id) -> source id of the newest order, from which a guest's name and address are read."""
    return {
        (row[0], row[1]): row[2]
        for row in hot.rows(
            "SELECT contact_id, website_id, source_id FROM (SELECT contact_id, website_id, source_id, ROW_NUMBER() OVER"
            " (PARTITION BY contact_id, website_id ORDER BY placed_at DESC, source_id DESC) AS n FROM order_fact"
            f" WHERE contact_id IN ({hot.marks(contact_ids)})) newest WHERE n = 1",
            list(contact_ids),
        )
    }
