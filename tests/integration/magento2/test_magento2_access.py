"""Credentials, rights and what the connection's check finds."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.base import Cursor
from dotbridge.sources.magento2.codes import ACCESS_REFUSED
from dotbridge.sources.magento2.source import Magento2
from dotbridge.sources.magento2.streams.customers import Customers
from dotbridge.sources.magento2.streams.orders import Orders
from support.magento2_reading import Open, first_pass
from support.northwind_shop import Northwind


def opened(northwind: Northwind, **settings: Any) -> Magento2:
    return Magento2({"base_url": northwind.url, "allow_private": True, **settings})


def test_a_signed_connection_reads_every_stream(northwind: Northwind) -> None:
    source = opened(northwind, **northwind.oauth)
    website = source.websites()[0]
    for stream in source.streams().values():
        assert stream.read(website, Cursor(), 3).rows
    source.close()
    source.close()


def test_a_check_names_what_it_found(northwind: Northwind) -> None:
    source = opened(northwind, **northwind.oauth)
    found = {check.name: check for check in source.check()}
    assert found["reachable"].state == "ok"
    assert "2 websites with 4 store views" in found["reachable"].text
    assert found["clock"].state == "ok"
    assert found["right:Magento_Sales::actions_view"].state == "ok"
    assert found["collection customers"].text.startswith("Read by REST, which does not tell who unsubscribed")
    assert found["collection subscribers"].text == "Not read: REST has no route for them."
    assert set(source.streams()) == {"customers", "orders", "carts", "products"}
    source.close()


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "token", "token_secret"])
def test_a_wrong_credential_is_a_config_error_that_names_both_causes(northwind: Northwind, wrong: str) -> None:
    source = opened(northwind, **{**northwind.oauth, wrong: "f" * 32})
    with pytest.raises(ConfigError) as caught:
        source.check()
    assert caught.value.code is ACCESS_REFUSED
    assert "f" * 32 not in str(caught.value)
    source.close()


def test_a_connection_without_rights_is_refused_by_its_check(northwind: Northwind) -> None:
    source = opened(northwind, bearer_token=northwind.limited)
    with pytest.raises(ConfigError):
        source.check()
    assert source.streams() == {}
    source.close()


def test_a_right_that_is_missing_says_which(northwind: Northwind, open_shop: Open) -> None:
    shop = open_shop(northwind.url, northwind.limited)
    website = open_shop(northwind.url, northwind.bearer).sites().websites[0]
    with pytest.raises(ConfigError, match="Magento_Customer::customer"):
        first_pass(Customers(shop), website)


def test_a_private_address_is_refused_unless_it_is_allowed(northwind: Northwind) -> None:
    source = opened(northwind, **northwind.oauth, allow_private=False)
    with pytest.raises(ConfigError, match="private"):
        source.websites()
    source.close()


def test_a_shop_that_limits_pages_is_read_in_pages_that_it_allows(open_shop: Open) -> None:
    with Northwind(customers=40, orders=60, products=40, carts=5, maximum_page_size=7) as limited:
        shop = open_shop(limited.url, limited.bearer)
        for website in shop.sites().websites:
            assert len(first_pass(Orders(shop), website)) == limited.counts()[website.code]["orders"]


def test_salable_stock_is_asked_for_each_sku_where_the_connection_wants_it(
    northwind: Northwind, open_shop: Open
) -> None:
    on_hand, salable = (open_shop(northwind.url, northwind.bearer, salable_by_sku=wanted) for wanted in (False, True))
    website = on_hand.sites().websites[0]
    rows = on_hand.catalogue.products("entity_id", [str(number) for number in range(1, 40)])
    skus = [row["sku"] for row in rows if row["type_id"] == "simple"]
    held, sold = on_hand.stocks.of(website.code, skus), salable.stocks.of(website.code, skus)
    for sku in skus:
        answer = on_hand.rest.get(f"inventory/get-product-salable-quantity/{sku}/1")
        assert sold[sku].quantity == answer * 10_000
        assert (held[sku].quantity or 0) >= (sold[sku].quantity or 0)
    assert held != sold
