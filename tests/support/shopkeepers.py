"""Shops of three platforms in which somebody edits a customer and somebody places an order, each by its own means."""

from __future__ import annotations

import abc
import itertools
from typing import Any, ClassVar, NamedTuple

from support import commercetools_documents as documents
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer
from support.northwind_shop import Northwind
from support.oro_api import OroApi

_CUSTOMERS = 12


class Happening(NamedTuple):
    """What happened: the ids that the shop tells, the order's key in Dotdigital, the customer and their new first name."""

    order_id: str
    order_key: str
    customer_id: str
    email: str
    first_name: str


class Shopkeeper(abc.ABC):
    """``settings`` are those of a connection to the shop."""

    platform: ClassVar[str]
    settings: dict[str, Any]

    def __init__(self) -> None:
        self._turns = itertools.count(1)

    @abc.abstractmethod
    def trade(self) -> Happening:
        """One customer is edited and one guest places an order; another customer each time."""


class Magento2(Shopkeeper):
    """Northwind, read by REST."""

    platform = "magento2"

    def __init__(self, northwind: Northwind) -> None:
        super().__init__()
        self._shop = northwind
        self.settings = {"base_url": northwind.url, "bearer_token": northwind.bearer, "allow_private": True}
        query = "searchCriteria[pageSize]=100"
        found = northwind.get(f"all/V1/customers/search?{query}")["items"]
        self._customers = [
            row for row in found if row["website_id"] == 1 and "@" in row["email"] and row["email"].isascii()
        ]

    def trade(self) -> Happening:
        turn = next(self._turns)
        customer, name = self._customers[turn % len(self._customers)], f"Grace{turn}"
        self._shop.change("change_profile", customer_id=customer["id"], firstname=name)
        placed = self._shop.change("place_order", guest_email=f"door{turn}@example.com", store="uk_en")
        order = placed["order_id"], placed["increment_id"]
        return Happening(str(order[0]), order[1], str(customer["id"]), customer["email"].lower(), name)


class Commercetools(Shopkeeper):
    """A project with customers, an order and a product."""

    platform = "commercetools"

    def __init__(self, server: CommercetoolsServer) -> None:
        super().__init__()
        self._server = server
        self.settings = server.settings(product_url="https://shop.northwind.example/{slug}?sku={sku}")
        server.clear()
        server.control("project", documents.PROJECT)
        server.seed("customer", *[documents.customer(n) for n in range(1, _CUSTOMERS + 1)])
        server.seed("order", documents.order(1, customerId=uid("customer", 1)))
        server.seed("product", documents.product(1))

    def trade(self) -> Happening:
        turn = next(self._turns)
        order, name, customer = uid("order", 100 + turn), f"Grace{turn}", turn % _CUSTOMERS + 1
        self._server.seed("customer", documents.customer(customer, firstName=name))
        self._server.seed("order", documents.order(100 + turn))
        return Happening(order, order, uid("customer", customer), f"shopper{customer}@northwind.example", name)


class Oro(Shopkeeper):
    """The sample shop, read by its API, which tells no time of a customer's change."""

    platform = "orocommerce"

    def __init__(self, api: OroApi) -> None:
        super().__init__()
        self._shop = api.shop
        self.settings = api.settings

    def trade(self) -> Happening:
        turn = next(self._turns)
        customer, name = 11 + turn % 10, f"Grace{turn}"
        self._shop.change("oro_customer_user", customer, first_name=name)
        order = self._shop.copy_order(1, f"DOOR-{turn}")
        return Happening(str(order), f"DOOR-{turn}", str(customer), f"person{customer}@example.com", name)
