"""The newsletter of the real store, written by the user that may do that and nothing else."""

from __future__ import annotations

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.newsletter_table import write_grants
from support.magento1 import Open
from support.mariadb import MariaDb

USER = "'dotbridge_newsletter'@'%'"


@pytest.fixture
def writer(mariadb: MariaDb, copy: str) -> dict[str, str]:
    """The two-table grant, on a copy of the store that has the queue as well."""
    mariadb.execute(
        copy,
        "CREATE TABLE IF NOT EXISTS newsletter_queue_link (queue_link_id INT PRIMARY KEY AUTO_INCREMENT,"
        " queue_id INT, subscriber_id INT, letter_sent_at TIMESTAMP NULL)",
        f"CREATE OR REPLACE USER {USER} IDENTIFIED BY 'newsletter-1'",
        *write_grants(copy, user=USER),
    )
    return {"write_user": "dotbridge_newsletter", "write_password": "newsletter-1"}


def row(mariadb: MariaDb, copy: str, number: int) -> tuple[int, bool]:
    query = f"SELECT subscriber_status, change_status_at IS NOT NULL FROM newsletter_subscriber WHERE subscriber_id={number}"
    found = mariadb.execute(copy, query)[0]
    return found[0], bool(found[1])


def test_who_is_unsubscribed_in_dotdigital_stands_unsubscribed_in_the_newsletter_table(
    mariadb: MariaDb, copy: str, open_shop: Open, writer: dict[str, str]
) -> None:
    shop = open_shop(copy, **writer)
    website = shop.websites()[0]
    stores = ",".join(store.source_id for store in website.stores)
    number, email = mariadb.execute(
        copy,
        "SELECT subscriber_id, subscriber_email FROM newsletter_subscriber"
        f" WHERE subscriber_status=1 AND store_id IN ({stores}) LIMIT 1",
    )[0]
    writes = shop.newsletter_writes()
    assert writes is not None
    assert writes.unsubscribe(website, [email.upper(), "nobody@example.com"]) == [email.upper(), "nobody@example.com"]
    assert row(mariadb, copy, number) == (3, True)
    assert writes.subscribe(website, [email, "nobody@example.com"]) == [email]
    assert row(mariadb, copy, number) == (1, True)


def test_a_person_of_two_websites_is_unsubscribed_in_the_one_that_is_meant(
    mariadb: MariaDb, copy: str, open_shop: Open, writer: dict[str, str]
) -> None:
    shop = open_shop(copy, **writer)
    first, second = shop.websites()[:2]
    for website, number in ((first, 900_001), (second, 900_002)):
        store = website.stores[0].source_id
        mariadb.execute(
            copy,
            "INSERT INTO newsletter_subscriber (subscriber_id, store_id, customer_id, subscriber_email,"
            f" subscriber_status) VALUES ({number}, {store}, 0, 'both@example.com', 1)",
        )
    writes = shop.newsletter_writes()
    assert writes is not None
    writes.unsubscribe(second, ["both@example.com"])
    assert (row(mariadb, copy, 900_001)[0], row(mariadb, copy, 900_002)[0]) == (1, 3)


def test_the_user_can_change_nothing_else(mariadb: MariaDb, copy: str, open_shop: Open, writer: dict[str, str]) -> None:
    shop = open_shop(copy, **writer)
    assert shop.newsletter_writes() is not None
    assert shop._writer is not None
    with pytest.raises(ConfigError):
        shop._writer.query("UPDATE customer_entity SET email='x'")
    with pytest.raises(ConfigError):
        shop._writer.query("UPDATE newsletter_subscriber SET subscriber_email='x'")


def test_without_a_user_for_it_the_newsletter_is_not_written_and_the_check_says_so(open_shop: Open, copy: str) -> None:
    shop = open_shop(copy)
    assert shop.newsletter_writes() is None
    assert [check.state for check in shop.check() if check.name == "newsletter"] == ["missing"]


def test_the_check_finds_out_whether_the_rights_are_there_without_changing_anything(
    mariadb: MariaDb, copy: str, open_shop: Open, writer: dict[str, str]
) -> None:
    before = mariadb.execute(copy, "CHECKSUM TABLE newsletter_subscriber, newsletter_queue_link")
    assert [check.state for check in open_shop(copy, **writer).check() if check.name == "newsletter"] == ["ok"]
    mariadb.execute(copy, f"REVOKE DELETE ON `{copy}`.newsletter_queue_link FROM {USER}")
    finding = next(check for check in open_shop(copy, **writer).check() if check.name == "newsletter")
    assert finding.state == "missing"
    assert "docs/how-to/write-the-newsletter.md" in finding.todo
    assert mariadb.execute(copy, "CHECKSUM TABLE newsletter_subscriber, newsletter_queue_link") == before


def test_a_mail_that_the_shop_has_queued_for_the_unsubscribed_leaves_its_queue(
    mariadb: MariaDb, copy: str, open_shop: Open, writer: dict[str, str]
) -> None:
    shop = open_shop(copy, **writer)
    website = shop.websites()[0]
    stores = ",".join(store.source_id for store in website.stores)
    query = f"SELECT subscriber_id, subscriber_email FROM newsletter_subscriber WHERE store_id IN ({stores}) LIMIT 2"
    (number, email), (other, _) = mariadb.execute(copy, query)
    insert = "INSERT INTO newsletter_queue_link (queue_id, subscriber_id, letter_sent_at) VALUES"
    mariadb.execute(copy, f"{insert} (1, {number}, NULL), (2, {number}, '2026-01-01'), (1, {other}, NULL)")
    writes = shop.newsletter_writes()
    assert writes is not None
    writes.unsubscribe(website, [email])
    left = mariadb.execute(copy, "SELECT queue_id, subscriber_id FROM newsletter_queue_link ORDER BY queue_link_id")
    assert [tuple(row) for row in left] == [(2, number), (1, other)]
