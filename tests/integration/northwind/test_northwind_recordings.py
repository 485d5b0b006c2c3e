"""Each answer has the members and JSON types with which a real Magento 2 store answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import northwind_shapes as shapes
import pytest

from support.northwind_shop import Northwind

ALL = "?searchCriteria="

LISTS: dict[str, tuple[tuple[str, ...], str]] = {
    # kind → (recordings, our list)
    "orders": (("orders.page1", "orders.get.*", "orders.updated_at*", "orders.created*"), "orders"),
    "customers": (("customers.search.*", "customers.get.*", "newsletter.*"), "customers/search"),
    "creditmemos": (("creditmemo*",), "creditmemos"),
    "invoices": (("invoices*",), "invoices"),
    "shipments": (("shipments*",), "shipments"),
    "products": (("products.page1*", "products.configurable*", "products.get.*"), "products"),
    "carts": (("carts.search*", "carts.get*", "guest-carts*"), "carts/search"),
    "customer groups": (("customerGroups.search",), "customerGroups/search"),
    "categories": (("categories.list", "categories.get"), "categories/list"),
    "source items": (("inventory.source-items",), "inventory/source-items"),
    "attributes": (("products.attributes.search",), "products/attributes"),
}
SINGLES = {
    "store.websites": "store/websites",
    "store.storeGroups": "store/storeGroups",
    "store.storeViews": "store/storeViews",
    "store.storeConfigs": "store/storeConfigs",
    "attributeMetadata.customer": "attributeMetadata/customer",
    "attributeMetadata.customer.custom": "attributeMetadata/customer/custom",
    "categories.tree": "categories",
    "categories.get": "categories/3",
    "inventory.sources": f"inventory/sources{ALL}",
    "inventory.stocks": f"inventory/stocks{ALL}",
    "inventory.stock-resolver": "inventory/stock-resolver/website/us",
    "inventory.salable-qty": "inventory/get-product-salable-quantity/NW-0001/1",
    "inventory.is-salable": "inventory/is-product-salable/NW-0001/2",
    "modules": f"modules{ALL}",
    "directory.currency": "directory/currency",
    "stockItems": "stockItems/NW-0001",
    "products.attributes.options.brand": "products/attributes/brand/options",
}
# Members of a real store that the small recording happens not to show: a company in the address book of a cart's
# customer and what that customer's own record may carry, all recorded elsewhere.
ELSEWHERE = {
    "carts": ("customer.", "billing_address.company", "shipping.address.company", "converted_at", "reserved_order_id")
}
# Members only other stores have: nested options of the store list.
NOT_OURS = {"attributeMetadata.customer": "[].options[].options", "products": "stock_item"}
# Members that each recorded object has by chance: no virtual order was refunded, no guest's order shipped, no cart's
# customer has a second address.
BY_CHANCE = {"shipping_address_id", "customer_id", "default_billing", "default_shipping"}


def recorded(folder: Path, *names: str) -> list[Any]:
    """The records of these recordings, lists opened; those trimmed with ``fields`` and the refusals are left out."""
    found: list[Any] = []
    for name in names:
        for file in sorted(folder.glob(f"{name}.json")):
            call = json.loads(file.read_text())
            if call["status"] == 200 and "fields" not in dict(call["request"]["query"]):
                answer = call["response"]
                found += answer["items"] if isinstance(answer, dict) and "search_criteria" in answer else [answer]
    return found


def together(records: list[Any]) -> shapes.Shape:
    shape: shapes.Shape = {}
    for record in records:
        shapes.merge(shape, shapes.of(record))
    return shape


@pytest.mark.parametrize("kind", LISTS)
def test_listed_records_have_the_members_and_types_of_the_recordings(
    kind: str, shop: Northwind, recordings: Path
) -> None:
    names, path = LISTS[kind]
    theirs = together(recorded(recordings, *names))
    ours = together(shop.get(f"all/V1/{path}{ALL}")["items"])
    foreign = [
        place for place in ours if place not in theirs and not any(part in place for part in ELSEWHERE.get(kind, ()))
    ]
    assert not foreign, "members that no recording has"
    assert not [place for place in ours if place in theirs and not ours[place] <= theirs[place]], "other types"
    missing = [place for place in theirs if place not in ours and NOT_OURS.get(kind, " ") not in place]
    assert not missing, "recorded members that never occur"


@pytest.mark.parametrize("kind", ["orders", "customers", "creditmemos", "shipments", "products", "carts"])
def test_what_every_recorded_object_has_every_one_of_ours_has(kind: str, shop: Northwind, recordings: Path) -> None:
    names, path = LISTS[kind]
    theirs = shapes.always([one for one in recorded(recordings, *names) if kind != "products" or "price" in one])
    records = shop.get(f"all/V1/{path}{ALL}")["items"]
    if kind == "products":
        records = [one for one in records if "price" in one]
    ours = shapes.always(records)
    lacking = {place: theirs[place] - ours[place] - BY_CHANCE for place in theirs if place in ours}
    assert not {place: members for place, members in lacking.items() if members}


@pytest.mark.parametrize("name", SINGLES)
def test_single_answers_have_the_shape_of_their_recording(name: str, shop: Northwind, recordings: Path) -> None:
    theirs = shapes.of(json.loads((recordings / f"{name}.json").read_text())["response"])
    ours = shapes.of(shop.get(f"V1/{SINGLES[name]}"))
    theirs = {place: types for place, types in theirs.items() if NOT_OURS.get(name, " ") not in place}
    assert ours.keys() == theirs.keys()
    assert not [place for place in ours if not ours[place] <= theirs[place]]


def test_the_single_read_of_a_product_adds_the_stock_item(shop: Northwind, recordings: Path) -> None:
    theirs = together(recorded(recordings, "products.get.*"))
    skus = [one["sku"] for one in shop.get(f"all/V1/products{ALL}")["items"]]
    ours = together([shop.get(f"all/V1/products/{sku}") for sku in skus])
    assert ours.keys() == theirs.keys()


def test_cart_totals_have_the_shape_of_the_recording(shop: Northwind, recordings: Path) -> None:
    (theirs,) = recorded(recordings, "carts.totals")
    carts = [one["id"] for one in shop.get(f"all/V1/carts/search{ALL}")["items"] if one["items_count"]]
    assert together([shop.get(f"all/V1/carts/{cart}/totals") for cart in carts]).keys() == shapes.of(theirs).keys()


@pytest.mark.parametrize(
    "name",
    [
        "error.400.bad_sort_direction",
        "error.400.malformed_json",
        "error.400.missing_searchCriteria",
        "error.400.unknown_filter_field.customers",
        "error.400.unknown_filter_field.products",
        "error.400.unknown_store_code",
        "error.400.validation",
        "error.400.wrong_type",
        "error.401.invalid_token",
        "error.401.no_token",
        "error.401.resource_denied",
        "error.404.customer",
        "error.404.method_not_routed",
        "error.404.newsletter_route",
        "error.404.order",
        "error.404.product",
        "error.404.review_route",
        "error.404.route",
        "error.404.wishlist_route",
        "error.500.unknown_filter_field.orders",
        "coupons.generate.bad_rule",
        "coupons.generate.missing_length",
        "coupons.generate.rule_without_autogeneration",
    ],
)
def test_refusals_are_word_for_word_those_of_the_recordings(name: str, shop: Northwind, recordings: Path) -> None:
    call = json.loads((recordings / f"{name}.json").read_text())
    status, answer = replay(shop, call["request"])
    assert status == call["status"]
    if status == 500:  # the report id is drawn anew each time
        assert answer["message"].rpartition("-")[0] == call["response"]["message"].rpartition("-")[0]
    else:
        assert answer == call["response"]


@pytest.mark.parametrize(
    "name",
    [
        "customers.search.no_result",
        "customers.search.past_last_page",
        "edge.unknown_condition_type",
        "orders.past_last_page",
        "products.past_last_page",
        "creditmemos.page1",
        "customers.search.or_in_group",
        "orders.created_range_status",
    ],
)
def test_the_criteria_are_echoed_as_recorded(name: str, shop: Northwind, recordings: Path) -> None:
    call = json.loads((recordings / f"{name}.json").read_text())
    status, answer = replay(shop, call["request"])
    assert status == 200
    assert answer["search_criteria"] == call["response"]["search_criteria"]


def replay(shop: Northwind, request: dict[str, Any]) -> tuple[int, Any]:
    """Send a recorded request to our shop."""
    token = {"bearer": shop.bearer, "limited": shop.limited, "invalid": "wrong", "none": None}[request["auth"]]
    body = request["raw_body"].encode() if "raw_body" in request else request.get("body")
    query = f"?{urlencode([tuple(pair) for pair in request['query']])}" if request["query"] else ""
    return shop.call(request["method"], request["path"] + query, body, bearer=token)
