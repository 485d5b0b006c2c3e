"""The figures of all orders, read before anything is sent, so that each contact is complete when it is first mapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from dotbridge.collector.draft import Draft, Road
from dotbridge.collector.scope import Scope
from dotbridge.collector.stage import Passed, stage
from dotbridge.collector.streams import Progress, load_cursor
from dotbridge.commerce.email import email_key
from dotbridge.commerce.facts import order_fact
from dotbridge.commerce.order import Order
from dotbridge.errors import RecordError
from dotbridge.ledger import facts, people
from dotbridge.ledger.lease import Lease
from dotbridge.mapping.orders import COLLECTION
from dotbridge.sources.base import Stream

STREAM = "order_facts"


def read_order_facts(scope: Scope, lease: Lease) -> Progress:
    """Reads all orders once for their figures and their guests, from its own checkpoint."""
    stream = scope.streams.get("orders")
    if stream is None:
        return Progress(Counter(), more=False)
    counts: Counter[str] = Counter()
    cursor, _ = load_cursor(scope, STREAM)
    while cursor.phase == "all":
        page = stream.read(scope.site, cursor, scope.settings["page_size"])
        passed = Passed(STREAM, msgspec.json.encode(page.next_cursor).decode(), len(page.rows))
        counts += take_order_facts(scope, stream, page.rows, lease, passed)
        cursor = page.next_cursor
        if lease.over():
            return Progress(counts, more=cursor.phase == "all")
    return Progress(counts, more=False)


def take_order_facts(
    scope: Scope, stream: Stream[Order], rows: Sequence[object], lease: Lease, passed: Passed
) -> Counter[str]:
    """Stages the figures and guests of a page of orders."""
    counts: Counter[str] = Counter()
    orders = []
    for row in rows:
        try:
            orders.append(stream.to_commerce(row))
        except RecordError:
            counts["rejected"] += 1
    draft = _draft(scope, orders)
    stage(scope, draft, Road(scope.account.pk, scope.website.pk, "insight", COLLECTION.table), lease, passed)
    counts["facts"] += len(draft.order_facts)
    return counts


def _draft(scope: Scope, orders: Sequence[Order]) -> Draft:
    draft = Draft(known_facts=facts.known_facts(scope.website.pk, [order.source_id for order in orders]))
    customers = people.by_customer(scope.website.pk, list({o.customer_id for o in orders if o.customer_id}))
    addresses = ["" if order.customer_id else _address(order) for order in orders]
    guests = people.by_guest(scope.website.pk, list({address for address in addresses if address}))
    for order, address in zip(orders, addresses, strict=True):
        owner = customers.get(order.customer_id) if order.customer_id else guests.get(address)
        if address and owner is None:
            draft.guests[address] = order.email
        draft.note_facts(order.source_id, owner.id if owner else None, address, order_fact(order))
    return draft


def _address(order: Order) -> str:
    """The normalised address of a guest's order, "" where it cannot be one."""
    try:
        return email_key(order.email)
    except RecordError:
        return ""
