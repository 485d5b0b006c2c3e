"""Customers and subscribers of the real store, and the odd ones that live shops have."""

from __future__ import annotations

from collections import Counter

import pytest

from dotbridge.commerce.contact import Contact
from dotbridge.sources.base import Cursor
from dotbridge.sources.magento1.codes import OPTION_UNKNOWN
from dotbridge.sources.magento1.source import Magento1
from support.magento1 import Open, drain, everything
from support.mariadb import MariaDb

pytestmark = [pytest.mark.mariadb, pytest.mark.store]


def one(shop: Magento1, stream: str, source_id: str) -> Contact:
    """The contact with this id, wherever it is."""
    found = shop.streams()[stream]
    (row,) = [row for website in shop.websites() for row in found.fetch(website, [source_id])]
    contact: Contact = found.to_commerce(row)
    return contact


def test_a_customer_has_names_labels_and_places_instead_of_ids(shop: Magento1) -> None:
    ada = one(shop, "customers", "1")
    assert (ada.email, ada.gender, ada.group) == ("shared.customer1@example.com", "Male", "General")
    assert (ada.website_name, ada.store_name, ada.store_group) == ("US Website", "US English", "US Store")
    assert ada.attributes["loyalty_tier"] == "Silver"
    assert ada.attributes["sms_opt_in"] is True
    assert ada.billing is not None
    assert (ada.billing.region, ada.billing.country) == ("Illinois", "US")
    assert (ada.subscription, ada.last_quote_id, ada.created_at) == ("unsubscribed", "4382", "2025-06-04T00:27:53Z")


def test_no_secret_leaves_the_shop(shop: Magento1) -> None:
    codes = {code for contact in everything(shop, "customers") for code in contact.attributes}
    assert not codes & {"password_hash", "rp_token", "confirmation", "password_created_at", "rp_customer_id"}
    assert codes >= {"loyalty_tier", "sms_opt_in", "favourite_note", "created_in", "taxvat"}


def test_birthdays_are_calendar_dates(shop: Magento1) -> None:
    days = {contact.born_on for contact in everything(shop, "customers")} - {""}
    assert len(days) > 500
    assert all([len(day) == 10 and day[4] == day[7] == "-" for day in days])
    assert one(shop, "customers", "6").born_on == "1978-04-01"


def test_subscribers_keep_their_status_as_a_word(shop: Magento1, mariadb: MariaDb, magento1_store: str) -> None:
    words = {1: "subscribed", 2: "not_active", 3: "unsubscribed", 4: "unconfirmed"}
    rows = mariadb.execute(
        magento1_store, "SELECT subscriber_status, COUNT(*) FROM newsletter_subscriber GROUP BY subscriber_status"
    )
    contacts = everything(shop, "subscribers")
    assert Counter([contact.subscription for contact in contacts]) == {words[status]: count for status, count in rows}
    assert len([contact for contact in contacts if not contact.customer_id]) == 500


def test_an_administrators_customer_is_shown_in_the_default_view(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    mariadb.execute(copy, "UPDATE customer_entity SET store_id=0 WHERE entity_id=1")
    contact = one(open_shop(copy), "customers", "1")
    assert (contact.store_id, contact.store_name) == ("3", "US English")


def test_people_of_a_deleted_website_count_to_the_default_one(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    mariadb.execute(
        copy,
        "UPDATE customer_entity SET website_id=NULL WHERE entity_id=1",
        "UPDATE newsletter_subscriber SET store_id=0 WHERE subscriber_id=1",
    )
    shop = open_shop(copy)
    for name, total in (("customers", 2197), ("subscribers", 1843)):
        assert one(shop, name, "1").website_id == "1"
        assert sum([shop.streams()[name].count(website) or 0 for website in shop.websites()]) == total


def test_dangling_addresses_and_unknown_options_cost_only_themselves(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    mariadb.execute(
        copy,
        "UPDATE customer_entity_int SET value=999999 WHERE entity_id=1 AND attribute_id IN"
        " (SELECT attribute_id FROM eav_attribute WHERE attribute_code IN ('default_billing','loyalty_tier'))",
    )
    contact = one(open_shop(copy), "customers", "1")
    assert contact.billing is None
    assert contact.delivery is not None
    assert "loyalty_tier" not in contact.attributes
    assert [(notice[0], notice[1]) for notice in contact.notices] == [(OPTION_UNKNOWN.id, "loyalty_tier")]


def test_a_newsletter_row_is_found_by_its_address_and_accents_make_another_one(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    mariadb.execute(
        copy,
        "DELETE FROM newsletter_subscriber WHERE customer_id IN (1,2)",
        "UPDATE customer_entity SET email='jose@example.com' WHERE entity_id=2",
        "INSERT INTO newsletter_subscriber (store_id,customer_id,subscriber_email,subscriber_status) VALUES"
        " (3,0,'Shared.Customer1@EXAMPLE.com',1), (4,0,'shared.customer1@example.com',3), (1,0,'josé@example.com',1),"
        " (1,0,'shared.customer1@example.com',1)",
    )
    shop = open_shop(copy)
    assert one(shop, "customers", "1").subscription == "unsubscribed"
    assert one(shop, "customers", "2").subscription == ""


def test_reviews_count_per_website_and_the_last_log_in_is_known_where_it_is_logged(
    mariadb: MariaDb, copy: str, open_shop: Open, magento1_store: str
) -> None:
    customer, count, last = mariadb.execute(
        magento1_store,
        "SELECT d.customer_id, COUNT(*), DATE_FORMAT(MAX(r.created_at),'%Y-%m-%dT%TZ') FROM review r"
        " JOIN review_detail d USING (review_id) WHERE d.customer_id IS NOT NULL AND d.store_id IN (1,2)"
        " GROUP BY d.customer_id ORDER BY 2 DESC LIMIT 1",
    )[0]
    mariadb.execute(
        copy,
        "CREATE TABLE log_customer (log_id INT PRIMARY KEY AUTO_INCREMENT, customer_id INT, login_at DATETIME)",
        f"INSERT INTO log_customer (customer_id,login_at) VALUES ({customer},'2026-05-01 10:00:00'),"
        f" ({customer},'2026-05-03 11:12:13')",
    )
    contact = one(open_shop(copy), "customers", str(customer))
    assert (contact.review_count, contact.last_review_at) == (count, last)
    assert contact.last_login_at == "2026-05-03T11:12:13Z"


def test_values_as_people_type_them_survive(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    name = 'Zoë ♥ O\'Neill \\ "x" %s {0}'
    with mariadb.connect(copy) as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customer_entity_varchar SET value=%s WHERE entity_id=1 AND attribute_id IN"
            " (SELECT attribute_id FROM eav_attribute WHERE attribute_code='firstname' AND entity_type_id=1)",
            (name,),
        )
    assert one(open_shop(copy), "customers", "1").first_name == name


def test_a_customer_who_was_changed_is_read_again(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    shop = open_shop(copy)
    customers, website = shop.streams()["customers"], shop.websites()[0]
    _, cursor = drain(customers, website, 1000)
    assert cursor.phase == "changed"
    mariadb.execute(copy, "UPDATE customer_entity SET updated_at=UTC_TIMESTAMP() WHERE entity_id=2")
    rows, after = drain(customers, website, 1000, cursor)
    assert [row.customer_id for row in rows] == ["2"]
    assert after != Cursor()
