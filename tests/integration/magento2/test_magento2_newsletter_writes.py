"""A customer's newsletter flag is changed in their own website, and nothing else of them is."""

from __future__ import annotations

from dotbridge.sources.magento2.criteria import Criteria
from dotbridge.sources.magento2.writes import CustomerFlags
from support.magento2_reading import Open
from support.northwind_shop import Northwind


def test_a_customer_is_unsubscribed_and_subscribed_and_keeps_their_addresses(
    own_northwind: Northwind, open_shop: Open
) -> None:
    shop = open_shop(own_northwind.url, own_northwind.bearer)
    found = shop.rest.page("customers/search", Criteria(size=100)).items
    row = next(one for one in found if one["extension_attributes"]["is_subscribed"] and one["addresses"])
    website = next(one for one in shop.sites().websites if one.source_id == str(row["website_id"]))
    writes = CustomerFlags(shop.rest)
    assert writes.unsubscribe(website, [row["email"], "nobody@example.com"]) == [row["email"]]
    after = shop.rest.get(f"customers/{row['id']}")
    assert after["extension_attributes"]["is_subscribed"] is False
    assert after["addresses"] == row["addresses"]
    assert writes.subscribe(website, [row["email"]]) == [row["email"]]
    assert shop.rest.get(f"customers/{row['id']}")["extension_attributes"]["is_subscribed"] is True
