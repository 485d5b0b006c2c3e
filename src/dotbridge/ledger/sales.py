"""Sales fields from order and line facts, set-based, for a page of contacts: the same for every platform.

Counted are orders whose status the website's setting names, or with an empty setting all that are not cancelled.
Amounts are brought into one currency with the rates frozen in the orders, or left out and counted as such: two
currencies are never added. Calendar fields use the website's time zone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from django.db import connection

from dotbridge.commerce.sales import Sales
from dotbridge.ledger import hot

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Counted(NamedTuple):
    """Which orders of one website count, and in which time zone its calendar runs. No statuses: all not cancelled."""

    website_id: int
    timezone: str
    statuses: tuple[str, ...]


def _converted(amount: str) -> str:
    """SQL for a base amount in the wanted currency (three place-holders), NULL where no rate leads there."""
    return (
        f"CASE WHEN f.base_currency = %s THEN f.base_{amount} WHEN f.currency = %s THEN f.{amount}"
        f" WHEN f.global_currency = %s AND f.global_rate > 0"
        f" THEN (f.base_{amount} * f.global_rate + 500000) / 1000000 END"
    )


def _sold(lines: str) -> tuple[str, str, str]:
    """SQL for the lines of an order, given the column that holds them: a table ``l``, its product id and its total."""
    if connection.vendor == "postgresql":
        table = f"LATERAL jsonb_array_elements({lines}::jsonb) WITH ORDINALITY AS l(value, key)"
        return table, "(l.value ->> 0)", "(l.value ->> 2)::bigint"
    return f"json_each({lines}) l", "json_extract(l.value, '$[0]')", "json_extract(l.value, '$[2]')"


def sales_of(contact_ids: Sequence[int], websites: Sequence[Counted], currency: str) -> dict[int, Sales]:
    """Sales of these contacts over the websites, amounts in ``currency``; who has no counted order has zeros."""
    if not contact_ids or not websites:
        return {}
    rule, rule_args = _rule(websites)
    where = f"f.contact_id IN ({hot.marks(contact_ids)}) AND {rule}"
    args = [*contact_ids, *rule_args]
    totals = _totals(where, args, currency)
    ends = _ends(where, args)
    lines = _lines(where, args)
    calendar = _calendar(where, args, {site.website_id: site.timezone for site in websites})
    quotes = _quotes(contact_ids, [site.website_id for site in websites])
    return {
        contact: _sales(
            currency,
            totals.get(contact),
            ends.get(contact),
            lines.get(contact),
            calendar.get(contact),
            quotes.get(contact),
        )
        for contact in contact_ids
    }


def _rule(websites: Sequence[Counted]) -> tuple[str, list[Any]]:
    # "+ 0": the way leads over the contact. Without statistics SQLite would rather go through a whole website's orders.
    parts, args = [], []
    for site in websites:
        if site.statuses:
            parts.append(f"(f.website_id + 0 = %s AND f.status IN ({hot.marks(site.statuses)}))")
            args += [site.website_id, *site.statuses]
        else:
            parts.append("(f.website_id + 0 = %s AND f.state <> 'cancelled')")
            args.append(site.website_id)
    return f"({' OR '.join(parts)})", args


def _totals(where: str, args: Sequence[Any], currency: str) -> dict[int, tuple[Any, ...]]:
    total = _converted("total")
    found = hot.rows(
        f"SELECT f.contact_id, COUNT(*), COALESCE(SUM({total}), 0), COALESCE(SUM({_converted('refunded')}), 0),"
        f" SUM(CASE WHEN ({total}) IS NULL THEN 1 ELSE 0 END), MAX(f.last_refund_at)"
        f" FROM order_fact f WHERE {where} GROUP BY f.contact_id",
        [*[currency] * 9, *args],
    )
    return {row[0]: row[1:] for row in found}


class _Ends(NamedTuple):
    """First and last order of a contact: (placed at, id, number, quote, category names, brand)."""

    first: tuple[str, ...]
    last: tuple[str, ...]


def _ends(where: str, args: Sequence[Any]) -> dict[int, _Ends]:
    lines, product, total = _sold("e.lines")
    found = hot.rows(
        f"SELECT e.contact_id, e.first, e.last, e.placed_at, e.source_id, e.number, {total}, p.categories, p.brand"
        " FROM (SELECT f.contact_id, f.website_id, f.source_id, f.placed_at, f.number, f.lines,"
        " ROW_NUMBER() OVER (PARTITION BY f.contact_id ORDER BY f.placed_at, f.website_id, f.number) AS first,"
        " ROW_NUMBER() OVER (PARTITION BY f.contact_id ORDER BY f.placed_at DESC, f.website_id DESC, f.number DESC)"
        f" AS last FROM order_fact f WHERE {where}) e"
        f" LEFT JOIN {lines} ON 1 = 1"
        f" LEFT JOIN product_fact p ON p.website_id = e.website_id AND p.product_id = {product}"
        " WHERE e.first = 1 OR e.last = 1 ORDER BY e.contact_id, l.key",
        args,
    )
    first: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    last: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for contact, is_first, is_last, *rest in found:
        if is_first == 1:
            first[contact].append(tuple(rest))
        if is_last == 1:
            last[contact].append(tuple(rest))
    return {contact: _Ends(_end(first[contact]), _end(last[contact])) for contact in first}


def _end(lines: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    """Date, id and number of an order, the distinct categories of its products and the brand of its dearest line."""
    names: dict[str, None] = {}
    for line in lines:
        names.update(dict.fromkeys(orjson.loads(line[4] or "[]")))
    branded = [(line[3], line[5]) for line in lines if line[5]]
    brand = max(branded, key=lambda pair: pair[0])[1] if branded else ""
    return (*lines[0][:3], ", ".join(names), brand)


def _lines(where: str, args: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """Most bought category and brand by the number of lines, ties by name."""
    lines, product, _ = _sold("f.lines")
    found = hot.rows(
        "SELECT f.contact_id, p.categories, p.brand, COUNT(*) FROM order_fact f"
        f" JOIN {lines} ON 1 = 1"
        f" JOIN product_fact p ON p.website_id = f.website_id AND p.product_id = {product}"
        f" WHERE {where} GROUP BY f.contact_id, p.categories, p.brand",
        args,
    )
    categories: dict[int, Counter[str]] = defaultdict(Counter)
    brands: dict[int, Counter[str]] = defaultdict(Counter)
    for contact, names, brand, count in found:
        for name in orjson.loads(names):
            categories[contact][name] += count
        if brand:
            brands[contact][brand] += count
    return {contact: (_most(categories[contact]), _most(brands[contact])) for contact in categories | brands}


def _calendar(where: str, args: Sequence[Any], zones: Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """Most frequent day and month of purchase, in the websites' own time zones."""
    found = hot.rows(
        "SELECT f.contact_id, f.website_id, SUBSTR(f.placed_at, 1, 15), COUNT(*) FROM order_fact f"
        f" WHERE {where} GROUP BY f.contact_id, f.website_id, SUBSTR(f.placed_at, 1, 15)",
        args,
    )
    days: dict[int, Counter[str]] = defaultdict(Counter)
    months: dict[int, Counter[str]] = defaultdict(Counter)
    known = {website: _zone(name) for website, name in zones.items()}
    for contact, website, tens, count in found:
        if not tens:
            continue
        local = datetime.fromisoformat(f"{tens}0:00").replace(tzinfo=UTC).astimezone(known[website])
        days[contact][DAYS[local.weekday()]] += count
        months[contact][MONTHS[local.month - 1]] += count
    return {contact: (_most(days[contact], DAYS), _most(months[contact], MONTHS)) for contact in days}


def _quotes(contact_ids: Sequence[int], website_ids: Sequence[int]) -> dict[int, str]:
    found = hot.rows(
        "SELECT contact_id, quote_id FROM ("
        "SELECT f.contact_id, f.quote_id, ROW_NUMBER() OVER (PARTITION BY f.contact_id"
        " ORDER BY f.placed_at DESC, f.website_id DESC, f.number DESC) AS n FROM order_fact f"
        f" WHERE f.quote_id <> '' AND f.contact_id IN ({hot.marks(contact_ids)})"
        f" AND f.website_id + 0 IN ({hot.marks(website_ids)})) q WHERE n = 1",
        [*contact_ids, *website_ids],
    )
    return dict(found)


def _sales(
    currency: str,
    totals: tuple[Any, ...] | None,
    ends: _Ends | None,
    most: tuple[str, str] | None,
    calendar: tuple[str, str] | None,
    quote: str | None,
) -> Sales:
    orders, spend, refund, uncounted, refunded_at = totals or (0, 0, 0, 0, "")
    nothing = ("", "", "", "", "")
    first, last = ends or (nothing, nothing)
    day, month = calendar or ("", "")
    category, brand = most or ("", "")
    return Sales(
        orders=orders,
        spend=int(spend),
        refund=int(refund),
        currency=currency,
        last_order_at=last[0],
        last_order_id=last[1],
        last_order_number=last[2],
        last_quote_id=quote or "",
        first_categories=first[3],
        last_categories=last[3],
        most_category=category,
        first_brand=first[4],
        last_brand=last[4],
        most_brand=brand,
        most_day=day,
        most_month=month,
        last_refund_at=refunded_at or "",
        uncounted=int(uncounted or 0),
    )


def _most(counts: Counter[str], order: Iterable[str] = ()) -> str:
    """The name with the highest count; ties by ``order``, else by name."""
    place = {name: n for n, name in enumerate(order)}
    return min(counts, key=lambda name: (-counts[name], place.get(name, 0), name), default="")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
