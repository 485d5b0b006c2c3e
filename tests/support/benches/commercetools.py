"""A commercetools project at the bench: the server from npm, filled with finished documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from dotbridge.sources.base import Source
from dotbridge.sources.commercetools.source import Commercetools
from support import commercetools_documents as documents
from support.benches.base import Bench, GivenCustomer, GivenOrder, HttpTrouble
from support.commercetools_server import CommercetoolsServer

_DIGITS = {"JPY": 0, "KWD": 3}


class CommercetoolsBench(Bench):
    """An empty project. Its ids are text; those of the suite's numbers stand in the numbers' order."""

    platform = "commercetools"
    complete = "Completed"

    def __init__(self, commercetools_server: CommercetoolsServer) -> None:
        self.server = commercetools_server
        self.secrets = ("sesame-1", "wrong-secret-of-ada")
        self.empty()

    def open(self, **changed: Any) -> Source:
        return Commercetools({**self.server.settings(), **changed})

    def set_clock(self, skew: float) -> None:
        super().set_clock(skew)
        self.server.control("state", {"skew": skew})

    def fails(self, trouble: HttpTrouble, times: int) -> None:
        headers = {"Content-Type": trouble.kind, **trouble.headers}
        cut = '{"limit": 500, "results": [{"id": "1'
        self.server.fails(
            "/orders", trouble.status or 200, trouble.body.decode() if trouble.status else cut, times=times, **headers
        )

    def repeats(self) -> None:
        self.server.control("state", {"stuck": True})

    def recovers(self) -> None:
        self.server.control("state", {"stuck": False, "faults": []})

    def refused(self) -> Mapping[str, Any]:
        # The server itself takes every secret; the answer is the platform's own.
        refusal = {"error": "invalid_client", "error_description": "Please provide valid client credentials."}
        self.server.fails("/oauth/token", 401, json.dumps(refusal), times=9)
        return {"client_secret": "wrong-secret-of-ada"}

    def id_of(self, number: int) -> str:
        return f"00000000-0000-4000-8000-{number:012}"

    def number_of(self, source_id: str) -> int:
        return int(source_id[-12:])

    def put_orders(self, given: Iterable[GivenOrder]) -> None:
        self.server.seed("order", *[self._order(one) for one in given])

    def _order(self, one: GivenOrder) -> dict[str, Any]:
        digits = _DIGITS.get(one.currency, 2)
        cents = int(Decimal(one.total).scaleb(digits))
        named = {"firstName": one.name, "lastName": "Lovelace", "country": "GB"}
        return documents.order(
            one.id,
            id=self.id_of(one.id),
            createdAt=_instant(one.placed_at),
            lastModifiedAt=_instant(one.changed_at),
            customerEmail=one.email,
            totalPrice=documents.money(cents, one.currency, digits),
            taxedPrice=None,
            orderState="Complete" if one.status == "complete" else "Open",
            billingAddress=named,
            shippingAddress=named,
            lineItems=[],
        )

    def put_customers(self, given: Iterable[GivenCustomer]) -> None:
        rows = [
            documents.customer(
                one.id,
                id=self.id_of(one.id),
                email=one.email or "",
                firstName=one.name,
                lastModifiedAt=_instant(one.changed_at),
            )
            for one in given
        ]
        self.server.seed("customer", *rows)

    def delete_order(self, order_id: int) -> None:
        self.server.remove("order", self.id_of(order_id))

    def empty(self) -> None:
        self.server.clear()
        self.skew = 0.0
        self.server.control("project", documents.PROJECT)


def _instant(text: str) -> str:
    return f"{text.replace(' ', 'T')}.000Z"
