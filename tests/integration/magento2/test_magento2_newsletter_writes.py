"""A customer's newsletter flag is changed in their own website, and nothing else of them is."""

from __future__ import annotations

import pytest

from dotbridge.sources.magento2.criteria import Criteria
from dotbridge.sources.magento2.sql.schema import READ
from dotbridge.sources.magento2.writes import CustomerFlags
from dotbridge.sources.newsletter_table import write_grants
from support.magento2_reading import Open
from support.magento2_tables import OpenTables
from support.mariadb import MariaDb
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


@pytest.mark.mariadb
def test_the_newsletter_table_is_written_by_a_user_of_its_own_in_the_website_that_is_meant(
    mariadb: MariaDb, magento2_store: str, open_tables: OpenTables
) -> None:
    mariadb.copy(magento2_store, "magento2_newsletter", READ)
    user = "'dotbridge_m2'@'%'"
    mariadb.execute(
        "magento2_newsletter",
        "CREATE TABLE IF NOT EXISTS newsletter_queue_link (queue_link_id INT PRIMARY KEY AUTO_INCREMENT,"
        " queue_id INT, subscriber_id INT, letter_sent_at TIMESTAMP NULL)",
        f"CREATE OR REPLACE USER {user} IDENTIFIED BY 'newsletter-2'",
        *write_grants("magento2_newsletter", user=user),
    )
    shop = open_tables("magento2_newsletter", write_user="dotbridge_m2", write_password="newsletter-2")
    assert [check.state for check in shop.check() if check.name == "newsletter"] == ["ok"]
    first, second = shop.websites()[:2]
    for website, number in ((first, 900_001), (second, 900_002)):
        mariadb.execute(
            "magento2_newsletter",
            "INSERT INTO newsletter_subscriber (subscriber_id, store_id, customer_id, subscriber_email,"
            f" subscriber_status) VALUES ({number}, {website.stores[0].source_id}, 0, 'both@example.com', 1)",
        )
    writes = shop.newsletter_writes()
    assert writes is not None
    assert writes.unsubscribe(second, ["Both@example.com"]) == ["Both@example.com"]
    query = "SELECT subscriber_status FROM newsletter_subscriber WHERE subscriber_id > 900000 ORDER BY subscriber_id"
    assert [row[0] for row in mariadb.execute("magento2_newsletter", query)] == [1, 3]
