"""The shop itself: the same seed gives the same one, the promised content is there, its pages lead somewhere."""

from __future__ import annotations

import http.client
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support.northwind_shop import Northwind

ALL = "?searchCriteria="
TINY = {"customers": 60, "orders": 120, "products": 60, "carts": 25}
KINDS = ("orders", "customers/search", "products", "carts/search", "creditmemos", "shipments", "invoices")


def content(shop: Northwind) -> dict[str, Any]:
    return {kind: shop.get(f"all/V1/{kind}{ALL}") for kind in KINDS}


def test_the_same_seed_gives_the_same_shop_and_another_seed_another() -> None:
    with Northwind(**TINY) as one, Northwind(**TINY) as same, Northwind(seed=8, **TINY) as other:
        assert content(one) == content(same)
        assert (one.bearer, one.oauth) == (same.bearer, same.oauth)
        assert content(one) != content(other)
        changes = ["place_order", "refund", "price", "new_customer", "change_email"]
        assert [_timeless(one.change(kind)) for kind in changes] == [_timeless(same.change(kind)) for kind in changes]


def _timeless(changed: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changed.items() if name != "at"}


def test_a_file_that_exists_keeps_its_own_shop(tmp_path: Path) -> None:
    with Northwind(tmp_path, **TINY) as first:
        orders, bearer = content(first), first.bearer
    with Northwind(tmp_path, seed=99, **TINY) as second:
        assert (content(second), second.bearer) == (orders, bearer)


@pytest.fixture(scope="module")
def default_shop() -> Any:
    with Northwind() as northwind:
        yield northwind


def test_the_default_shop_holds_what_it_promises(default_shop: Northwind) -> None:
    counts = default_shop.counts()
    total = Counter(counts["base"]) + Counter(counts["us"])
    assert total["customers"] >= 2000
    assert total["orders"] >= 5000
    assert total["carts"] >= 400
    assert 0.2 < total["guest_orders"] / total["orders"] < 0.3
    assert default_shop.get(f"all/V1/products{ALL}&fields=total_count")["total_count"] >= 300
    fields = "&fields=items[email,website_id]"
    people = default_shop.get(f"all/V1/customers/search{ALL}{fields}")["items"]
    websites: dict[str, set[int]] = {}
    for one in people:
        websites.setdefault(one["email"], set()).add(one["website_id"])
    assert 30 <= sum(1 for where in websites.values() if len(where) == 2) <= 60
    assert sum(1 for email in websites if "@" not in email) == 1
    assert any("+" in email for email in websites)
    assert any(email != email.lower() for email in websites)


def test_the_default_shop_has_orders_of_every_fate_and_the_dirty_records(default_shop: Northwind) -> None:
    orders = default_shop.get(f"all/V1/orders{ALL}")["items"]
    assert {one["state"] for one in orders} == {"new", "processing", "complete", "closed", "canceled", "holded"}
    assert {line["product_type"] for one in orders for line in one["items"]} == {
        "simple",
        "configurable",
        "bundle",
        "virtual",
        "grouped",
    }
    assert [one["order_currency_code"] for one in orders].count("XTS") == 1
    assert {one["order_currency_code"] for one in orders} == {"GBP", "EUR", "USD", "XTS"}
    products = default_shop.get(f"all/V1/products{ALL}")["items"]
    assert len([one for one in products if one["type_id"] == "simple" and "price" not in one]) == 1
    known = {one["id"] for one in products}
    assert len({line["product_id"] for one in orders for line in one["items"]} - known) == 2
    registered = [one for one in orders if one["customer_is_guest"] == 0]
    assert any("customer_id" not in one for one in registered)


def test_each_website_counts_what_its_lists_hold(shop: Northwind) -> None:
    counts = shop.counts()
    orders = shop.get(f"all/V1/orders{ALL}")["items"]
    assert counts["base"]["orders"] == sum(one["store_id"] in {1, 2} for one in orders)
    assert counts["us"]["orders"] == sum(one["store_id"] in {3, 4} for one in orders)
    guests = {one["customer_email"].lower() for one in orders if one["customer_is_guest"] and one["store_id"] in {3, 4}}
    assert counts["us"]["guests"] == len(guests)


def test_the_storefront_shows_products_with_their_pictures(shop: Northwind) -> None:
    home = fetch(shop, "/")[1].decode()
    assert "Newest orders" in home
    product = next(one for one in shop.get(f"us_es/V1/products{ALL}")["items"] if one["media_gallery_entries"])
    kind, picture = fetch(shop, "/media/catalog/product" + product["media_gallery_entries"][0]["file"])
    assert kind == "image/svg+xml"
    assert picture.startswith(b"<svg")
    if product["visibility"] == 4:
        key = next(one["value"] for one in product["custom_attributes"] if one["attribute_code"] == "url_key")
        assert product["name"] in fetch(shop, f"/us_es/{key}.html")[1].decode()


def test_a_renamed_product_redirects_from_its_old_address(own_shop: Northwind) -> None:
    products = own_shop.get(f"all/V1/products{ALL}")["items"]
    product = next(one for one in products if one["visibility"] == 4 and one["type_id"] == "simple")
    key = next(one["value"] for one in product["custom_attributes"] if one["attribute_code"] == "url_key")
    own_shop.change("rename_product", sku=product["sku"], name="Tarn Lantern Mark Two")
    assert "Tarn Lantern Mark Two" in fetch(own_shop, f"/uk_en/{key}.html")[1].decode()


def test_a_connection_serves_many_calls_and_compresses_long_answers(shop: Northwind) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=20)
    headers = {"Authorization": f"Bearer {shop.bearer}", "Accept-Encoding": "gzip"}
    for _ in range(3):
        connection.request("GET", "/rest/all/V1/orders?searchCriteria[pageSize]=50", headers=headers)
        response = connection.getresponse()
        assert (response.status, response.getheader("Content-Encoding")) == (200, "gzip")
        assert response.read()[:2] == b"\x1f\x8b"
        assert not response.will_close
    connection.close()


def fetch(shop: Northwind, path: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(shop.url + path, timeout=20) as response:
        return response.headers.get_content_type(), response.read()
