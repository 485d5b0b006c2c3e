"""The contact fields that dotbridge computes: key, default name, type, and where the value comes from.

Keys, names and types are the classic connectors' (behaviour §5.1), with these differences: customers, subscribers and
guests have the same fields (D-07), LAST_INCREMENT_ID is text (D-40), and refunds have fields of their own (D-46).
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from dotbridge.commerce.address import Address
from dotbridge.commerce.money import document_step, number
from dotbridge.commerce.person import Person
from dotbridge.commerce.sales import Sales
from dotbridge.mapping.settings import FieldType

Value = str | int | float | bool | None
Group = Literal["customer", "website", "address", "sales", "cart", "attribute"]


class ContactField(NamedTuple):
    """One field. ``clears``: a customer's empty value means that the shop knows it to be empty.

    ``of_account``: it tells of a customer account, and is emptied when the person has none any more.
    """

    key: str
    name: str
    type: FieldType
    group: Group
    meaning: str
    of_person: Callable[[Person], Value] | None = None
    of_sales: Callable[[Sales], Value] | None = None
    clears: bool = False
    of_account: bool = False


_STATUS = {
    "subscribed": "Subscribed",
    "not_active": "Not Active",
    "unsubscribed": "Unsubscribed",
    "unconfirmed": "Unconfirmed",
}


def _own(key: str, name: str, type_: FieldType, meaning: str, of: str, clears: bool = True) -> ContactField:
    return ContactField(key, name, type_, "customer", meaning, of_person=attrgetter(of), clears=clears)


def _account(key: str, name: str, type_: FieldType, meaning: str, of: str, clears: bool = False) -> ContactField:
    return _own(key, name, type_, meaning, of, clears)._replace(of_account=True)


def _sold(key: str, name: str, type_: FieldType, meaning: str, of: Callable[[Sales], Value]) -> ContactField:
    return ContactField(key, name, type_, "sales", meaning, of_sales=of)


def _address(kind: Literal["billing", "delivery"]) -> tuple[ContactField, ...]:
    parts = (
        ("address_1", "line_1", "first line of the street"),
        ("address_2", "line_2", "the other lines of the street"),
        ("city", "city", "city"),
        ("state", "region", "region or state by name"),
        ("country", "country", "country, ISO 3166-1 alpha-2"),
        ("postcode", "postcode", "postcode"),
        ("telephone", "telephone", "telephone"),
        ("company", "company", "company"),
    )

    def of(part: str) -> Callable[[Person], Value]:
        def value(person: Person) -> Value:
            address: Address | None = getattr(person, kind)
            return None if address is None else str(getattr(address, part))

        return value

    return tuple(
        ContactField(
            f"{kind}_{name}", f"{kind}_{name}".upper(), "String", "address", f"{kind}: {text}", of(part), clears=True
        )
        for name, part, text in parts
    )


def _money(amount: int, sales: Sales) -> float:
    return number(amount, document_step(sales.currency))


def _counted(sales: Sales) -> int:
    return sales.orders - sales.uncounted


def _spend(sales: Sales) -> Value:
    """Unknown, and so absent, when there are orders and none of them could be counted."""
    return _money(sales.spend, sales) if _counted(sales) or not sales.orders else None


def _average(sales: Sales) -> Value:
    """Spend over counted orders, rounded once, half upwards."""
    counted = _counted(sales)
    if not counted:
        return None if sales.orders else 0.0
    step = document_step(sales.currency)
    places = 10_000 // step
    return ((2 * sales.spend + counted * step) // (2 * counted * step)) / places


PERSON = (
    _account("customer_id", "CUSTOMER_ID", "Numeric", "the shop's customer id", "customer_id"),
    _own("title", "TITLE", "String", "name prefix", "title"),
    _own("firstname", "FIRSTNAME", "String", "first name", "first_name"),
    _own("lastname", "LASTNAME", "String", "last name", "last_name"),
    _own("fullname", "", "String", "first and last name with a blank between", "full_name", clears=False),
    _own("gender", "GENDER", "String", "label of the gender", "gender"),
    _own("dob", "DOB", "Date", "birthday, a calendar date that never shifts", "born_on"),
    _account("created_at", "ACCOUNT_CREATED_DATE", "Date", "when the account was made", "created_at"),
    _account("last_logged_date", "LAST_LOGGEDIN_DATE", "Date", "last login", "last_login_at"),
    _account("customer_group", "CUSTOMER_GROUP", "String", "customer group", "group", clears=True),
    _own("review_count", "REVIEW_COUNT", "Numeric", "number of reviews", "review_count", clears=False),
    _own("last_review_date", "LAST_REVIEW_DATE", "Date", "newest review", "last_review_at", clears=False),
    ContactField(
        "subscriber_status",
        "SUBSCRIBER_STATUS",
        "String",
        "website",
        "Subscribed, Not Active, Unsubscribed or Unconfirmed",
        lambda person: _STATUS.get(person.subscription),
    ),
    ContactField(
        "website_name", "WEBSITE_NAME", "String", "website", "name of the website", attrgetter("website_name")
    ),
    ContactField("store_name", "STORE_NAME", "String", "website", "name of the store view", attrgetter("store_name")),
    ContactField("store_name_additional", "", "String", "website", "its store group", attrgetter("store_group")),
    *_address("billing"),
    *_address("delivery"),
)

#: New ones come last: the ledger counts them by their place.
SALES = (
    _sold("number_of_orders", "NUMBER_OF_ORDERS", "Numeric", "counted orders", lambda s: s.orders),
    _sold("total_spend", "TOTAL_SPEND", "Numeric", "sum of their totals before refunds", _spend),
    _sold("average_order_value", "AVERAGE_ORDER_VALUE", "Numeric", "spend per order", _average),
    _sold("total_refund", "TOTAL_REFUND", "Numeric", "sum of refunds", lambda s: _money(s.refund, s)),
    _sold("last_order_date", "LAST_ORDER_DATE", "Date", "newest order", lambda s: s.last_order_at),
    _sold("last_order_id", "LAST_ORDER_ID", "Numeric", "its id", lambda s: s.last_order_id),
    _sold("last_increment_id", "LAST_INCREMENT_ID", "String", "its number", lambda s: s.last_order_number),
    _sold("last_refund_date", "LAST_REFUND_DATE", "Date", "newest refund", lambda s: s.last_refund_at),
    _sold(
        "first_category_pur",
        "FIRST_CATEGORY_PUR",
        "String",
        "categories of the first order",
        lambda s: s.first_categories,
    ),
    _sold(
        "last_category_pur", "LAST_CATEGORY_PUR", "String", "categories of the last order", lambda s: s.last_categories
    ),
    _sold("first_brand_pur", "FIRST_BRAND_PUR", "String", "brand of the first order", lambda s: s.first_brand),
    _sold("last_brand_pur", "LAST_BRAND_PUR", "String", "brand of the last order", lambda s: s.last_brand),
    _sold("most_pur_category", "MOST_PUR_CATEGORY", "String", "category bought most", lambda s: s.most_category),
    _sold("most_pur_brand", "MOST_PUR_BRAND", "String", "brand bought most", lambda s: s.most_brand),
    _sold("most_freq_pur_day", "MOST_FREQ_PUR_DAY", "String", "weekday of most orders", lambda s: s.most_day),
    _sold("most_freq_pur_mon", "MOST_FREQ_PUR_MON", "String", "month of most orders", lambda s: s.most_month),
    ContactField(
        "last_quote_id",
        "LAST_QUOTE_ID",
        "Numeric",
        "sales",
        "newest cart, of the person or else of the newest order",
        lambda person: person.last_quote_id,
        lambda sales: sales.last_quote_id,
    ),
)

#: Fields that hold the shop's ids: text where a platform's ids are.
IDS = frozenset({"customer_id", "last_order_id", "last_quote_id"})

#: Written by the abandoned-cart flows alone; declared here so that an account is prepared for them (behaviour §5.2).
FLOWS = (ContactField("abandoned_prod_name", "ABANDONED_PROD_NAME", "String", "cart", "dearest product of the cart"),)

FIELDS: dict[str, ContactField] = {field.key: field for field in (*PERSON, *SALES, *FLOWS)}


def attribute(code: str, name: str) -> ContactField:
    """A shop attribute mapped to a data field; an account that was not surveyed takes it as text."""

    def value(person: Person) -> Any:
        return person.attributes.get(code)

    return ContactField(code, name, "String", "attribute", f"attribute {code}", value, clears=True)
