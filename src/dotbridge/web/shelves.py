"""What the console calls the tables of the ledger, and how their names stand in addresses."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import models

from dotbridge.jobs.kinds import KINDS
from dotbridge.ledger.models import EmailContact, Record
from dotbridge.ledger.models.progress import Progress
from dotbridge.mapping.registry import COLLECTIONS


class Shelf(NamedTuple):
    """One table of things that go to Dotdigital. ``job`` is the kind of job that reads them."""

    key: str
    label: str
    one: str
    table: str
    personal: bool
    model: type[Progress]
    job: str

    @property
    def rows(self) -> models.QuerySet[Any]:
        """Its rows, to be filtered."""
        return self.model._default_manager.all()  # noqa: SLF001 - Django's documented way for a model of any class


_MODELS: dict[str, type[Record]] = {
    model._meta.db_table: model  # noqa: SLF001 - Django's documented way to a table's name
    for model in Record.__subclasses__()
}
_ONE = {"orders": "order", "carts": "cart", "catalog": "product", "reviews": "review", "wishlists": "wishlist"}


def _shelves() -> list[Shelf]:
    jobs = {key: kind.name for kind in KINDS.values() for key in kind.collections}
    found = [
        Shelf("contacts", "Contacts", "contact", "email_contact", True, EmailContact, "customer_subscriber_guest_sync")
    ]
    for one in COLLECTIONS.values():
        word = _ONE.get(one.key, "record")
        found.append(
            Shelf(
                one.key, one.label, word, one.table, one.scope == "contact", _MODELS[one.table], jobs.get(one.key, "")
            )
        )
    order = ["contacts", "orders", "carts", "catalog"]
    return sorted(found, key=lambda shelf: order.index(shelf.key) if shelf.key in order else len(order))


#: By key, in the order in which people think of them.
SHELVES: dict[str, Shelf] = {shelf.key: shelf for shelf in _shelves()}
BY_TABLE: dict[str, Shelf] = {shelf.table: shelf for shelf in SHELVES.values()}
