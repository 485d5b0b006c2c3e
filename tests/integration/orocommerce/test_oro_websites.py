"""Several websites of one OroCommerce: what belongs to which, the same over the API and from the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dotbridge.ledger.models import ContactSource, EmailOrder
from support.dotdigital_sandbox import Sandbox
from support.fixtures_toy import dotbridge, sandbox, sandbox_server
from support.fixtures_toy import shop as toy_shop
from support.installation import Installation
from support.oro_api import OroApi
from support.oro_reading import SINCE_EVER, both_ways, drained, every_id, first_pass, opened
from support.oro_shop import OroShop

__all__ = ["dotbridge", "sandbox", "sandbox_server"]
shop = toy_shop
WAYS = ("database", "api")


@pytest.fixture
def enterprise(oro_api: OroApi, oro: OroShop) -> Iterator[OroApi]:
    """Two websites: the second has every third customer user with their orders, and every fifth names none."""
    oro_api.enterprise = True
    oro.run("INSERT INTO oro_website (id, name, is_default) VALUES (2, 'Wholesale', FALSE)")
    for table, person in (("oro_order", "customer_user_id"), ("oro_customer_user", "id")):
        which = f"CASE WHEN {person} % 5 = 0 THEN NULL WHEN {person} % 3 = 0 THEN 2 ELSE 1 END"
        oro.run(f"UPDATE {table} SET website_id = {which}")
    yield oro_api
    oro_api.reset()


def parts(api: OroApi, way: str, name: str, read: Any) -> dict[str, Any]:
    """What each website gives."""
    with opened(**both_ways(api)[way]) as source:
        stream = source.streams()[name]
        return {website.code: read(stream, website) for website in source.websites()}


def ids(rows: list[Any]) -> list[int]:
    return [row.id for row in rows]


@pytest.mark.parametrize("name", ["orders", "customers"])
def test_each_website_has_its_own_and_the_default_what_names_none(enterprise: OroApi, name: str) -> None:
    by_way = {way: parts(enterprise, way, name, lambda *both: first_pass(*both, 7)) for way in WAYS}
    api, database = by_way["api"], by_way["database"]
    assert list(api) == list(database) == ["default", "website_2"]
    for code, website_id in (("default", "1"), ("website_2", "2")):
        assert ids(api[code]) == ids(database[code])
        assert {row.website_id for row in api[code]} == {website_id}
    people = {row.id if name == "customers" else int(row.customer_user_id or 0) for row in api["website_2"]}
    assert people
    assert all(one % 3 == 0 and one % 5 for one in people)


@pytest.mark.parametrize("name", ["orders", "customers"])
def test_ids_fetches_guests_and_windows_keep_to_the_website(enterprise: OroApi, name: str) -> None:
    def looks(stream: Any, website: Any) -> dict[str, Any]:
        whole = ids(first_pass(stream, website, 7))
        some = [str(number) for number in range(1, 40)]
        return {
            "ids": every_id(stream, website) == [str(one) for one in whole],
            "fetch": sorted(ids(stream.fetch(website, some))) == [one for one in whole if one < 40],
            "window": sorted(ids(drained(stream, website, SINCE_EVER, 7)[0])) == whole,
            "guests": sorted(stream.guests(website, "", 1000)),
        }

    by_way = {way: parts(enterprise, way, name, looks) for way in WAYS}
    for code in ("default", "website_2"):
        assert by_way["api"][code]["guests"] == by_way["database"][code]["guests"]
        for look in ("ids", "fetch"):
            assert by_way["api"][code][look], (code, look)
    # Customer users cannot be asked by the time of their change over the API; new ones are read by id instead.
    assert name == "customers" or all(part["window"] for way in WAYS for part in by_way[way].values())


def test_a_shop_without_orders_tells_websites_apart_once_it_has_some(enterprise: OroApi, oro: OroShop) -> None:
    oro.run("CREATE TABLE kept_order AS SELECT * FROM oro_order")
    oro.run("TRUNCATE oro_order CASCADE")
    with opened(**enterprise.settings) as source:
        stream = source.streams()["orders"]
        first, second = source.websites()
        assert (stream.ids(first, "", 9), stream.count(second)) == ([], None)
        oro.run("INSERT INTO oro_order SELECT * FROM kept_order")
        assert set(every_id(stream, second)) == {str(one) for one in ids(first_pass(stream, second))}
        assert every_id(stream, second)
    oro.run("DROP TABLE kept_order")


def test_two_websites_are_accounted_for_each_by_itself(
    enterprise: OroApi, oro: OroShop, dotbridge: Installation, sandbox: Sandbox
) -> None:
    connection = {"platform": "orocommerce", "account": "main", "settings": enterprise.settings}
    dotbridge.configuration["connections"] = {"shop": connection}
    dotbridge.configuration["settings"] = {
        "importer.poll_seconds": 0,
        "overlap_seconds": 0,
        "non_subscribers": "send",
        "catalog.level": "website",
    }
    dotbridge.configure()
    dotbridge.sync()
    balances = dotbridge.audit()
    assert {website for website, _ in balances} == {"default", "website_2"}
    assert not [row for row in balances.values() if row.unexplained or row.in_flight]
    assert ContactSource.objects.filter(website__code="website_2", kind="customer").exists()
    held = EmailOrder.objects.filter(website__code="website_2", state="accepted").values_list("source_id", flat=True)
    assert len(held) == balances["website_2", "orders"].accepted > 0

    oro.run(f"UPDATE oro_order SET total_value = 77, updated_at = now() AT TIME ZONE 'UTC' WHERE id = {held[0]}")
    oro.run(f"DELETE FROM oro_order WHERE id = {held[1]}")
    dotbridge.sync(full=True)
    kept = {document["orderTotal"] for document in sandbox.state()["insight"]["Orders"].values()}
    assert 77 in kept
    after = dotbridge.audit()
    assert after["website_2", "orders"].accepted == balances["website_2", "orders"].accepted - 1
    assert after["default", "orders"].accepted == balances["default", "orders"].accepted
    assert not [row for row in after.values() if row.unexplained or row.in_flight]
