"""The floor's reading and mapping of customers: six queries a page by ranges of ids, items of a v3 contact import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from bench.floor_orders import PAGE, Row, Shop
from bench.store_full import OWN, OWN_FROM

_PEOPLE = """SELECT e.entity_id, e.email, s.store_id, s.name, w.name, g.customer_group_code,
 DATE_FORMAT(e.created_at,'%%Y-%%m-%%dT%%TZ'), DATE_FORMAT(e.updated_at,'%%Y-%%m-%%dT%%TZ'), n.subscriber_id,
 n.subscriber_status, DATE_FORMAT(n.change_status_at,'%%Y-%%m-%%dT%%TZ'), e.website_id
 FROM customer_entity e JOIN core_store s ON s.store_id=e.store_id JOIN core_website w ON w.website_id=e.website_id
 JOIN customer_group g ON g.customer_group_id=e.group_id LEFT JOIN newsletter_subscriber n ON n.customer_id=e.entity_id
 WHERE e.entity_id>%s AND e.entity_id<=%s ORDER BY e.entity_id"""
_VALUES = [
    "SELECT entity_id, attribute_id, value FROM customer_entity_varchar WHERE entity_id>%s AND entity_id<=%s",
    "SELECT entity_id, attribute_id, value FROM customer_entity_int WHERE entity_id>%s AND entity_id<=%s",
    "SELECT entity_id, attribute_id, DATE_FORMAT(value,'%%Y-%%m-%%dT00:00:00Z') FROM customer_entity_datetime"
    " WHERE entity_id>%s AND entity_id<=%s",
]
_ADDRESSES = [
    f"SELECT v.entity_id, v.attribute_id, v.value FROM customer_address_entity a JOIN customer_address_entity_{kind} v"
    " ON v.entity_id=a.entity_id WHERE a.parent_id>%s AND a.parent_id<=%s"
    for kind in ("varchar", "text")
]
_LABELS = "SELECT option_id, value FROM eav_attribute_option_value WHERE store_id=0"
_PROFILE = [(OWN_FROM + number, code.upper()) for number, code in enumerate(OWN)]
_WORDS = {1: "Subscribed", 2: "Not Active", 3: "Unsubscribed", 4: "Unconfirmed"}
_PLACES = ("CITY", 26), ("STATE", 28), ("COUNTRY", 27), ("POSTCODE", 30), ("TELEPHONE", 31), ("COMPANY", 24)
Values = dict[int, dict[int, Any]]


class People(Shop):
    """Pages of (customer's row, item of an import)."""

    def pages(self, people: int) -> Iterator[tuple[list[tuple[Row, dict[str, Any]]], int]]:
        """Every page up to the customer with this id, with the id it ends at."""
        labels = dict(self.query(_LABELS))
        for low in range(0, people, PAGE):
            high = min(low + PAGE, people)
            own, addresses = self._values(_VALUES, low, high), self._values(_ADDRESSES, low, high)
            yield [(row, _item(row, own[row[0]], addresses, labels)) for row in self.query(_PEOPLE, (low, high))], high

    def _values(self, statements: Sequence[str], low: int, high: int) -> Values:
        found: Values = defaultdict(dict)
        for sql in statements:
            for entity, attribute, value in self.query(sql, (low, high)):
                found[entity][attribute] = value
        return found


def _item(row: Row, own: dict[int, Any], addresses: Values, labels: dict[int, str]) -> dict[str, Any]:
    fields = {
        "CUSTOMER_ID": row[0],
        "TITLE": own.get(4),
        "FIRSTNAME": own.get(5),
        "LASTNAME": own.get(7),
        "GENDER": labels.get(own.get(18, 0)),
        "DOB": own.get(11),
        "ACCOUNT_CREATED_DATE": row[6],
        "CUSTOMER_GROUP": row[5],
        "SUBSCRIBER_STATUS": _WORDS.get(row[9]),
        "WEBSITE_NAME": row[4],
        "STORE_NAME": row[3],
        "NUMBER_OF_ORDERS": 0,
        "TOTAL_SPEND": 0.0,
        "AVERAGE_ORDER_VALUE": 0.0,
        "TOTAL_REFUND": 0.0,
    }
    for kind, default in (("BILLING", 13), ("DELIVERY", 14)):
        if address := addresses.get(own.get(default, 0)):
            first, _, rest = address.get(25, "").partition("\n")
            fields[f"{kind}_ADDRESS_1"], fields[f"{kind}_ADDRESS_2"] = first, rest
            for name, number in _PLACES:
                fields[f"{kind}_{name}"] = address.get(number)
    for number, name in _PROFILE:
        fields[name] = own.get(number)
    properties = {"emailType": "Html"} if row[9] == 1 else {"emailType": "Html", "status": "unsubscribed"}
    return {
        "matchIdentifier": "email",
        "identifiers": {"email": row[1]},
        "dataFields": {name: value for name, value in fields.items() if value is not None and value != ""},
        "channelProperties": {"email": properties},
        "lists": [1, 2],
    }
