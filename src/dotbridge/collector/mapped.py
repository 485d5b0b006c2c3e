"""What a row of a page becomes before anything of the ledger is looked at: its document as bytes, and what placing it needs.

This is the hot path of orders. A record is understood, mapped and written as JSON in one go and not kept: what it is
made of is touched while it is near, and a page holds no more than its documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import orjson

from dotbridge.collector.scope import Scope
from dotbridge.commerce.email import email_key
from dotbridge.commerce.facts import OrderFact, ProductFact, order_fact
from dotbridge.commerce.notice import Notice
from dotbridge.commerce.product import Product
from dotbridge.errors import Code, RecordError
from dotbridge.mapping.base import Collection, Context
from dotbridge.mapping.document import serialise
from dotbridge.sources.base import Stream


class Mapped(msgspec.Struct, frozen=True, gc=False):
    """One row, mapped. ``error`` says why it could not be understood, ``fault`` why it has no document.

    ``address`` is the normalised address of the person whom no ``customer_id`` names; ``rule`` the one that leaves the
    record out; without ``body`` and ``fault`` the rule takes it out of Dotdigital as well.
    """

    source_id: str
    updated_at: str
    error: RecordError | None = None
    scope: str = ""
    name: str = ""
    key: str = ""
    customer_id: str = ""
    email: str = ""
    address: str = ""
    rule: str = ""
    body: bytes = b""
    fault: RecordError | None = None
    warnings: str = ""
    order_fact: OrderFact | None = None
    product_fact: ProductFact | None = None


class Mapper:
    """Maps the rows of one stream of a website as one collection."""

    def __init__(self, scope: Scope, collection: Collection[Any], stream: Stream[Any]) -> None:
        self._identify, self._to_commerce = stream.identify, stream.to_commerce
        self._collection, self._context, self._prefix = collection, scope.context, scope.prefix
        self._stores = scope.site.stores
        self._personal = collection.scope == "contact"
        self._sells = collection.key == "orders"
        self._per_store = collection.key == "catalog"
        self._finite = collection.finite

    def __call__(self, row: Any) -> Mapped:
        """The row, mapped; a record that is refused has its error inside."""
        source_id, updated_at = self._identify(row)
        customer_id = email = address = ""
        try:
            record = self._to_commerce(row)
            if self._personal:
                customer_id, email = record.customer_id, record.email
                address = email_key(email) if email and not customer_id else ""
        except RecordError as error:
            return Mapped(source_id, updated_at, error)
        collection, context = self._collection, self._context
        rule = collection.excluded(record, context)
        body, fault = b"", None
        if not rule or not collection.removes(rule):
            try:
                body = serialise(collection.document(record, context), finite=self._finite)
            except RecordError as error:
                fault = error
        return Mapped(
            source_id,
            updated_at,
            None,
            record.store_id if self._per_store else "",
            collection.name(context, record),
            self._prefix + collection.document_key(record),
            customer_id,
            email,
            address,
            rule,
            body,
            fault,
            notes(context, getattr(record, "notices", ())),
            order_fact(record) if self._sells else None,
            self._product_fact(record) if self._per_store else None,
        )

    def _product_fact(self, product: Product) -> ProductFact | None:
        """What order lines need of a product, in the words of the website's first store view; ``None`` if it stands so."""
        if self._stores and product.store_id not in ("", self._stores[0].source_id):
            return None
        names = tuple([category.name for category in product.categories])
        labels = tuple([(code, str(label)) for code, label in product.attributes.items()])
        words = (product.sku, product.name, product.attribute_set)
        fact = ProductFact(product.source_id, *words, names, product.brand, labels)
        return fact if self._context.products.get(product.source_id) != fact else None


def notes(context: Context, found: Sequence[Notice] = ()) -> str:
    """The warnings of the record in hand as JSON, taken off the context; "" for none.

    ``found`` are those that its source has noted already, in the source's short words.
    """
    if not found and not context.notices:
        return ""
    told = [[code, field, f"{Code.known[code].what} {text}"] for code, field, text in found]
    told += [list(notice) for notice in context.notices]
    context.notices.clear()
    return orjson.dumps(told).decode()
