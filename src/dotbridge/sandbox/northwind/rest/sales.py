"""Answers about orders, invoices, credit memos and shipments (3.3, 3.4)."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.rest.call import Call, as_is
from dotbridge.sandbox.northwind.rest.errors import no_sales_entity
from dotbridge.sandbox.northwind.sales import orders
from dotbridge.sandbox.northwind.shop import load
from dotbridge.sandbox.northwind.tables import CREDITMEMO, INVOICE, ORDER, SHIPMENT, Table


def order_list(call: Call) -> Document:
    return call.listing(ORDER, lambda records: [orders.shown(record) for record in records])


def order(call: Call, entity_id: int) -> Document:
    return orders.shown(_one(call, ORDER, entity_id))


def invoice_list(call: Call) -> Document:
    return call.listing(INVOICE, as_is)


def invoice(call: Call, entity_id: int) -> Document:
    return _one(call, INVOICE, entity_id)


def creditmemo_list(call: Call) -> Document:
    return call.listing(CREDITMEMO, as_is)


def creditmemo(call: Call, entity_id: int) -> Document:
    return _one(call, CREDITMEMO, entity_id)


def shipment_list(call: Call) -> Document:
    return call.listing(SHIPMENT, as_is)


def shipment(call: Call, entity_id: int) -> Document:
    return _one(call, SHIPMENT, entity_id)


def _one(call: Call, table: Table, entity_id: int) -> Document:
    record = load(call.connection, table, entity_id)
    if record is None:
        raise no_sales_entity()
    return record
