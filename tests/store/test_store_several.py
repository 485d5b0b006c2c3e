"""Several websites, accounts, connections and shapes of the same store: everybody once, and everything whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.magento1.schema import READ
from support.dotdigital_sandbox import PASSWORD
from support.mariadb import MariaDb
from support.moves import Moves
from support.premises import SECOND, Premises, Seen, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

# What came after CE 1.6, and what a shop of that age may never have filled.
GONE_TABLES = ("catalog_product_entity_group_price", "catalog_product_bundle_selection_price", "tax_calculation_rule")
GONE_COLUMNS = {
    "customer_entity": ("disable_auto_group_change",),
    "sales_flat_order": ("coupon_rule_name", "hidden_tax_amount", "base_hidden_tax_amount", "base_to_global_rate"),
    "sales_flat_order_item": ("price_incl_tax", "hidden_tax_amount"),
    "sales_flat_order_address": ("vat_id", "company"),
    "sales_flat_quote_item": ("row_total_incl_tax",),
    "sales_flat_quote_address": ("subtotal_incl_tax",),
    "core_config_data": ("updated_at",),
    "newsletter_subscriber": ("change_status_at",),
    "wishlist": ("updated_at",),
}


def website_people(shop: RealStore, website: int) -> set[str]:
    """Everybody whom one website knows, by address in lower case."""
    rows = shop.rows(
        f"SELECT email FROM customer_entity WHERE website_id = {website} UNION"
        " SELECT subscriber_email FROM newsletter_subscriber n JOIN core_store s ON s.store_id = n.store_id"
        f" WHERE s.website_id = {website} UNION"
        " SELECT customer_email FROM sales_flat_order o JOIN core_store s ON s.store_id = o.store_id"
        f" WHERE s.website_id = {website} AND o.customer_id IS NULL"
    )
    return {row[0].strip().lower() for row in rows}


def assert_balanced(seen: Seen) -> None:
    for row in seen.balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight, row.rejected) == (0, [], 0, 0), row


@pytest.fixture(scope="module")
def apart(premises: Premises, shop: RealStore) -> tuple[Seen, dict[str, dict]]:
    """Each website in an account of its own: what was seen, and the state of both accounts by website."""
    with premises.lent():
        installation = premises.installation(shop=shop)
        accounts = installation.configuration["accounts"]
        accounts["america"] = {**accounts["main"], "username": SECOND, "password": PASSWORD, "currency": "USD"}
        websites = {"base": {"account": "main"}, "us": {"account": "america"}}
        installation.configuration["connections"]["shop"]["websites"] = websites
        installation.configure(non_subscribers="send")
        seen = premises.sync(installation)
        return seen, {"base": premises.sandbox.state(), "us": premises.sandbox.state(SECOND)}


def test_two_accounts_hold_the_people_of_their_website_alone_each_once(
    apart: tuple[Seen, dict[str, dict]], shop: RealStore
) -> None:
    seen, states = apart
    assert_balanced(seen)
    for code, number in (("base", 1), ("us", 2)):
        assert set(states[code]["contacts"]) == website_people(shop, number)
    both = set(states["base"]["contacts"]) & set(states["us"]["contacts"])
    assert len(both) > 50
    assert set(seen.moves.people.values()) == {1, 2}
    assert {one.lower() for one, count in seen.moves.people.items() if count == 2} <= both


def test_two_accounts_hold_the_orders_and_sales_of_their_website_alone(
    apart: tuple[Seen, dict[str, dict]], shop: RealStore
) -> None:
    _, states = apart
    for code, number in (("base", 1), ("us", 2)):
        orders = shop.rows(
            "SELECT increment_id FROM sales_flat_order o JOIN core_store s ON s.store_id = o.store_id"
            f" WHERE s.website_id = {number}"
        )
        assert set(states[code]["insight"]["Orders"]) == {row[0] for row in orders}
        counted = shop.one(
            "SELECT COUNT(*) FROM sales_flat_order o JOIN core_store s ON s.store_id = o.store_id"
            f" WHERE s.website_id = {number} AND o.state <> 'canceled'"
        )
        assert sum(one["fields"]["NUMBER_OF_ORDERS"] for one in states[code]["contacts"].values()) == counted


def test_a_second_connection_to_an_account_without_a_prefix_is_refused(
    premises: Premises, synced: Synced, shop: RealStore
) -> None:
    with premises.lent(synced.moment):
        installation = premises.installation(shop=shop, twin=shop)
        with pytest.raises(ConfigError) as refused:
            installation.configure()
    assert refused.value.code.id == "CFG-KEYS-COLLIDE"
    assert "shop and twin both have no key prefix on the account main" in str(refused.value)


def test_a_second_connection_with_a_prefix_is_whole_beside_the_first(
    premises: Premises, synced: Synced, shop: RealStore
) -> None:
    with premises.lent(synced.moment):
        installation = premises.installation(shop=shop, twin=shop)
        installation.configuration["connections"]["twin"]["key_prefix"] = "T-"
        installation.configure()
        seen = premises.sync(installation)
    assert_balanced(seen)
    assert set(seen.state["contacts"]) == set(synced.seen.state["contacts"])
    for collection, before in synced.seen.state["insight"].items():
        assert set(seen.state["insight"][collection]) == set(before) | {f"T-{key}" for key in before}
    assert {key[:2] for _, key in seen.moves.records} == {"T-"}


@pytest.fixture(scope="module")
def older(mariadb: MariaDb, magento1_store: str) -> Iterator[RealStore]:
    """The store in the shape of CE 1.6, its tables prefixed."""
    copy = RealStore(mariadb, magento1_store, "store_older", prefix="mage_")
    statements = [f"DROP TABLE mage_{table}" for table in GONE_TABLES]
    for table, columns in GONE_COLUMNS.items():
        assert table in READ
        statements += [f"ALTER TABLE mage_{table} {', '.join(f'DROP COLUMN {column}' for column in columns)}"]
    mariadb.execute(copy.database, *statements)
    yield copy
    copy.drop()


@pytest.fixture(scope="module")
def aged(premises: Premises, older: RealStore) -> tuple[Seen, Moves]:
    """The older store after its first sync, and what a second full one still sent."""
    with premises.lent():
        installation = premises.installation(shop=older)
        installation.configure(non_subscribers="send")
        return premises.sync(installation), premises.sync(installation, full=True).moves


def test_a_shop_of_2011_with_a_table_prefix_arrives_whole(aged: tuple[Seen, Moves], synced: Synced) -> None:
    seen, again = aged
    assert_balanced(seen)
    assert set(seen.state["contacts"]) == set(synced.seen.state["contacts"])
    for collection, before in synced.seen.state["insight"].items():
        assert set(seen.state["insight"][collection]) == set(before)
    assert not again


def test_dollars_of_an_order_without_a_rate_are_no_pounds_and_it_is_said(
    aged: tuple[Seen, Moves], apart: tuple[Seen, dict[str, dict]]
) -> None:
    seen, _ = aged
    american = apart[1]["us"]["contacts"].keys() - apart[1]["base"]["contacts"].keys()
    buyers = [one for one in american if seen.state["contacts"][one]["fields"]["NUMBER_OF_ORDERS"]]
    assert len(buyers) > 500
    for one in buyers:
        assert "TOTAL_SPEND" not in seen.state["contacts"][one]["fields"]
        assert "MAP-SPEND-PARTIAL" in seen.people[one].warnings
