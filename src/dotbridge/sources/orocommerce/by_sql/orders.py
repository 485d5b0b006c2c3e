"""Orders with lines, addresses, tax, tracking numbers and refunds."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from dotbridge.commerce.address import Address
from dotbridge.commerce.money import units
from dotbridge.commerce.site import Website
from dotbridge.sources.orocommerce.by_sql.keyset import TableReader
from dotbridge.sources.orocommerce.by_sql.people import address_columns
from dotbridge.sources.orocommerce.by_sql.schema import text, utc
from dotbridge.sources.orocommerce.jsonapi import enum
from dotbridge.sources.orocommerce.rows import LineRow, OrderRow, RefundRow

ORDER_CLASS = "Oro\\Bundle\\OrderBundle\\Entity\\Order"


class Orders(TableReader):
    """Sub-orders of a split checkout and drafts are left out (§7.6)."""

    table = "oro_order"

    def scope(self) -> str:
        parts = [
            f"t.{name} IS NULL" for name in ("parent_id", "draft_session_uuid") if self.schema.knows(self.table, name)
        ]
        return " AND ".join(parts) or "TRUE"

    def guests(self, website: Website, row_id: int, limit: int) -> Sequence[tuple[str, str]]:
        here, args = self._here(website)
        guest = self.schema.column("u", "oro_customer_user", "is_guest", "FALSE")
        rows = self.database.query(
            f"SELECT t.id::text, u.email FROM oro_order t JOIN oro_customer_user u ON u.id = t.customer_user_id"
            f" WHERE t.id > %s AND {guest} AND COALESCE(u.email, '') <> '' AND {here} ORDER BY t.id LIMIT {limit}",
            (row_id, *args),
        )
        return [(row[0], row[1]) for row in rows]

    def load(self, keys: Sequence[tuple[int, str, str]]) -> Sequence[OrderRow]:
        ids = [key[0] for key in keys]
        column, enums = self.schema.column, self.schema.enum
        own, method = column("t", self.table, "override_shipping_cost_amount"), self._method()
        guest = column("u", "oro_customer_user", "is_guest", "FALSE")
        rows = self.database.query(
            f"SELECT t.id, {utc('t.updated_at')}, {utc('t.created_at')}, {text('t.identifier')}, {text('u.email')},"
            f" {text('t.customer_user_id')}, COALESCE({guest}, FALSE), {text('u.first_name')}, {text('u.last_name')},"
            f" {text('c.name')}, {text(enums('t', self.table, 'status'))}, {text(enums('t', self.table, 'internal_status'))},"
            f" {text(enums('t', self.table, 'shipping_status'))}, {text('t.currency')}, t.subtotal_value,"
            f" t.total_discounts_amount, COALESCE({own}, t.estimated_shipping_cost_amount), t.total_value,"
            f" {column('t', self.table, 'base_total_value')}, {method}, {text('t.po_number')},"
            f" {column('t', self.table, 'billing_address_id')}, {column('t', self.table, 'shipping_address_id')}"
            " FROM oro_order t LEFT JOIN oro_customer_user u ON u.id = t.customer_user_id"
            " LEFT JOIN oro_customer c ON c.id = t.customer_id WHERE t.id = ANY(%s)",
            (ids,),
        )
        found = {row[0]: row for row in rows}
        lines, taxes = self._lines(ids), self._taxes(ids)
        tracks, refunds = self._tracks(ids), self._refunds(ids)
        addresses = self._addresses([one for row in rows for one in row[21:23] if one])
        return [
            self._row(
                found[one],
                website_id,
                lines.get(one, ()),
                addresses,
                taxes.get(one),
                tracks.get(one, ()),
                refunds.get(one, ()),
            )
            for one, _, website_id in keys
            if one in found
        ]

    def _row(
        self,
        row: tuple[Any, ...],
        website_id: str,
        lines: Sequence[LineRow],
        addresses: Mapping[int, Address],
        tax: int | None,
        tracks: Sequence[tuple[str, str]],
        refunds: Sequence[RefundRow],
    ) -> OrderRow:
        return OrderRow(
            id=row[0],
            updated_at=row[1],
            website_id=website_id,
            number=row[3],
            email=row[4],
            customer_user_id=row[5],
            guest=row[6],
            first_name=row[7],
            last_name=row[8],
            customer=row[9],
            status=enum(row[10]),
            internal_status=enum(row[11]),
            shipping_status=enum(row[12]),
            created_at=row[2],
            currency=row[13],
            subtotal=units(row[14]),
            discount=units(row[15]),
            shipping=units(row[16]),
            total=units(row[17]),
            tax=tax,
            base_total=None if row[18] is None else units(row[18]),
            delivery_method=row[19],
            po_number=row[20],
            billing=addresses.get(row[21]),
            delivery=addresses.get(row[22]),
            lines=tuple(lines),
            tracks=tuple(tracks),
            refunds=tuple([refund for refund in refunds if refund.total]),
        )

    def _method(self) -> str:
        return text(self.schema.column("t", self.table, "shipping_method"))

    def _lines(self, ids: Sequence[int]) -> Mapping[int, list[LineRow]]:
        """One order per line up to 6.0, a table between from 6.1 on."""
        owner, join = "l.order_id", ""
        if self.schema.has("oro_order_line_items"):
            owner, join = "m.order_id", " JOIN oro_order_line_items m ON m.line_item_id = l.id"
        table = "oro_order_line_item"
        free = self.schema.column("l", table, "free_form_product")
        rows = self.database.query(
            f"SELECT {owner}, {text('l.product_id')}, {text('l.parent_product_id')}, {text('l.product_sku')},"
            f" {text(self.schema.column('l', table, 'product_name'))}, l.quantity, l.value, {text(free)}"
            f" FROM {table} l{join} WHERE {owner} = ANY(%s) ORDER BY l.id",
            (ids,),
        )
        found: dict[int, list[LineRow]] = defaultdict(list)
        for order_id, product, parent, sku, name, quantity, value, free_form in rows:
            line = LineRow(product, parent, sku, name or free_form, units(quantity), units(value), bool(free_form))
            found[order_id].append(line)
        return found

    def _addresses(self, ids: Sequence[int]) -> Mapping[int, Address]:
        if not ids or not self.schema.has("oro_order_address"):
            return {}
        columns, join = address_columns(self.schema, "oro_order_address")
        rows = self.database.query(
            f"SELECT a.id, {columns} FROM oro_order_address a{join} WHERE a.id = ANY(%s)", (ids,)
        )
        return {row[0]: Address(*row[1:]) for row in rows}

    def _taxes(self, ids: Sequence[int]) -> Mapping[int, int]:
        """The tax of goods and shipping together, as Oro's tax table holds the result of its reckoning."""
        if not self.schema.has("oro_tax_value"):
            return {}
        rows = self.database.query(
            "SELECT entity_id, result::text FROM oro_tax_value WHERE entity_class = %s AND entity_id = ANY(%s)",
            (ORDER_CLASS, ids),
        )
        found: dict[int, int] = {}
        for order_id, result in rows:
            with contextlib.suppress(orjson.JSONDecodeError, KeyError, TypeError, ArithmeticError):
                found[order_id] = units(orjson.loads(result)["total"]["taxAmount"])
        return found

    def _tracks(self, ids: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
        table = "oro_order_shipping_tracking"
        if not self.schema.knows(table, "order_id"):
            return {}
        rows = self.database.query(
            f"SELECT order_id, {text('method')}, {text('number')} FROM {table} WHERE order_id = ANY(%s) ORDER BY id",
            (ids,),
        )
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for order_id, method, number in rows:
            found[order_id].append((method, number))
        return found

    def _refunds(self, ids: Sequence[int]) -> Mapping[int, list[RefundRow]]:
        """Payments given back; an order that is refunded outside of Oro shows nothing."""
        if not self.schema.has("oro_payment_transaction"):
            return {}
        rows = self.database.query(
            f"SELECT entity_identifier, id::text, {utc('created_at')}, amount FROM oro_payment_transaction"
            " WHERE entity_class = %s AND entity_identifier = ANY(%s) AND action = 'refund' AND successful ORDER BY id",
            (ORDER_CLASS, ids),
        )
        found: dict[int, list[RefundRow]] = defaultdict(list)
        for order_id, number, at, amount in rows:
            found[order_id].append(RefundRow(number, at, units(amount)))
        return found
