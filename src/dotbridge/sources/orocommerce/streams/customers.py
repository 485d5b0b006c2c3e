"""Customer users of a website, guests of the checkout left out; CRM contacts where there is no commerce."""

from __future__ import annotations

from typing import ClassVar

from dotbridge.commerce.contact import Contact
from dotbridge.sources.orocommerce.reader import Reader
from dotbridge.sources.orocommerce.rows import PersonRow
from dotbridge.sources.orocommerce.sites import Sites
from dotbridge.sources.orocommerce.streams.keyset import OroStream
from dotbridge.sources.orocommerce.to_commerce.customers import contact


class Customers(OroStream[Contact]):
    """A person per customer user; guests of the checkout are found in their orders instead."""

    name: ClassVar[str] = "customers"
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "Over the API Oro cannot be asked which customer users changed, and nowhere do changes of an address or of the"
        " customer behind them move a customer user. Half a second of the shop's time per 200."
    )

    def __init__(self, reader: Reader, overlap: float, sites: Sites) -> None:
        super().__init__(reader, overlap)
        self._sites = sites

    def understand(self, row: PersonRow) -> Contact:
        return contact(row, self._sites)
