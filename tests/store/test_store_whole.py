"""The whole store arrives: everything accounted for, nobody made mailable, nothing sent that has to be sent again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from dotbridge.ledger.models import Checkpoint
from dotbridge.mapping.contacts.fields import SALES
from support.installation import Installation
from support.moves import last_request, moves
from support.premises import Premises, Seen, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

_SUBSCRIBER = "LEFT JOIN customer_entity c ON c.entity_id = NULLIF(n.customer_id, 0)"


def addresses(shop: RealStore, query: str) -> set[str]:
    """The addresses of a query's rows, in lower case."""
    return {email.strip().lower() for row in shop.rows(query) for email in row if email}


@pytest.fixture(scope="module")
def seen(synced: Synced) -> Seen:
    return synced.seen


@pytest.fixture(scope="module")
def skipping(premises: Premises, shop: RealStore) -> Seen:
    """The store synced with the default for people who never subscribed."""
    with premises.lent():
        installation = premises.installation(shop=shop)
        installation.configure()
        return premises.sync(installation)


def test_nothing_is_unexplained(seen: Seen) -> None:
    assert len(seen.balances) == 12
    for row in seen.balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight, row.rejected) == (0, [], 0, 0), row


def test_each_person_is_one_contact_whatever_accounts_they_have(seen: Seen, shop: RealStore) -> None:
    people = addresses(
        shop, "SELECT email FROM customer_entity UNION SELECT subscriber_email FROM newsletter_subscriber"
    )
    people |= addresses(shop, "SELECT customer_email FROM sales_flat_order WHERE customer_id IS NULL")
    assert set(seen.state["contacts"]) == people
    assert len(people) == 3675


def test_every_order_arrives_in_its_final_status(seen: Seen, shop: RealStore) -> None:
    held = {key: document["orderStatus"] for key, document in seen.state["insight"]["Orders"].items()}
    assert held == dict(shop.rows("SELECT increment_id, status FROM sales_flat_order"))
    assert len(held) == 5297


def test_every_order_belongs_to_the_person_who_placed_it(seen: Seen, shop: RealStore) -> None:
    placed = shop.rows(
        "SELECT o.increment_id, LOWER(IFNULL(c.email, o.customer_email)) FROM sales_flat_order o"
        " LEFT JOIN customer_entity c ON c.entity_id = o.customer_id"
    )
    assert seen.state["owners"]["Orders"] == dict(placed)


def test_every_product_arrives_once_in_each_store_view_that_sells_it(seen: Seen, shop: RealStore) -> None:
    sold = shop.rows(
        "SELECT CONCAT('Catalog_', w.code, '_', s.code), CAST(p.product_id AS CHAR) FROM catalog_product_website p"
        " JOIN core_website w ON w.website_id = p.website_id"
        " JOIN core_store s ON s.website_id = w.website_id AND s.is_active = 1"
    )
    held = [(name, key) for name, part in seen.state["insight"].items() if name.startswith("Catalog") for key in part]
    assert Counter(held) == Counter(sold)


def test_only_approved_reviews_of_customers_arrive(seen: Seen, shop: RealStore) -> None:
    approved = shop.rows(
        "SELECT CAST(r.review_id AS CHAR) FROM review r JOIN review_detail d ON d.review_id = r.review_id"
        " JOIN customer_entity c ON c.entity_id = d.customer_id WHERE r.status_id = 1 AND r.entity_id = 1"
    )
    assert set(seen.state["insight"]["Reviews"]) == {row[0] for row in approved}
    assert len(approved) == 383


def test_only_wishlists_with_wishes_arrive(seen: Seen, shop: RealStore) -> None:
    filled = shop.rows("SELECT CAST(wishlist_id AS CHAR), COUNT(*) FROM wishlist_item GROUP BY 1")
    assert {key: len(one["items"]) for key, one in seen.state["insight"]["Wishlist"].items()} == dict(filled)


@pytest.mark.parametrize("mode", ["seen", "skipping"])
def test_nobody_is_mailable_whom_the_shop_does_not_call_subscribed(
    mode: str, shop: RealStore, request: pytest.FixtureRequest
) -> None:
    contacts = request.getfixturevalue(mode).state["contacts"]
    careful = addresses(
        shop,
        f"SELECT n.subscriber_email, c.email FROM newsletter_subscriber n {_SUBSCRIBER}"
        " WHERE n.subscriber_status IN (2, 3, 4)",
    )
    assert len(careful) > 380
    assert not [one for one in careful & set(contacts) if contacts[one]["status"] != "Unsubscribed"]


def test_by_default_only_subscribers_and_what_belongs_to_them_arrive(skipping: Seen, shop: RealStore) -> None:
    subscribed = addresses(
        shop,
        f"SELECT n.subscriber_email, c.email FROM newsletter_subscriber n {_SUBSCRIBER} WHERE n.subscriber_status = 1",
    )
    held = set(skipping.state["contacts"])
    assert held == subscribed
    owners = skipping.state["owners"]
    for collection in ("Orders", "CartInsight", "Reviews", "Wishlist"):
        assert set(owners[collection].values()) <= held
    for row in skipping.balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight, row.rejected) == (0, [], 0, 0), row
    left_out = {row.code for address, row in skipping.people.items() if address not in held}
    assert left_out == {"not_subscribed"}


def test_no_contact_was_ever_sent_with_sales_that_are_not_final(seen: Seen) -> None:
    names = {field.name for field in SALES}
    assert seen.moves.people.most_common(1)[0][1] == 1
    for sent in seen.moves.contacts:
        final = seen.state["contacts"][sent["identifiers"]["email"].lower()]["fields"]
        assert sales(sent["dataFields"], names) == sales(final, names), sent["identifiers"]


def sales(fields: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The sales fields alone."""
    return {name: value for name, value in fields.items() if name in names and value is not None}


def test_no_body_ever_makes_anybody_mailable(seen: Seen, skipping: Seen) -> None:
    for sent in (*seen.moves.contacts, *skipping.moves.contacts):
        assert sent["channelProperties"]["email"].get("status", "unsubscribed") == "unsubscribed"
        assert not {"optInType", "resubscribeOptions"} & set(json.dumps(sent).split('"'))
    assert not [entry for entry in seen.moves.other if "subscri" in entry]


def test_everything_read_again_from_the_beginning_sends_nothing(dotbridge: Installation, premises: Premises) -> None:
    Checkpoint.objects.all().delete()
    since = last_request(premises.sandbox)
    dotbridge.sync()
    assert {row.stream for row in Checkpoint.objects.all()} >= {"customers", "orders", "products", "wishlists"}
    assert not moves(premises.sandbox.requests(since, bodies=True))
