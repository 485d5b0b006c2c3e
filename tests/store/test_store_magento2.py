"""The real Magento 2 store by its database: all of it arrives, nothing twice, and a change moves only itself."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pytest

from dotbridge.ledger.models import Checkpoint
from support.installation import Installation
from support.moves import Moves, last_request, moves
from support.premises import Premises, Seen, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store, pytest.mark.slow]

NOW = "updated_at = UTC_TIMESTAMP()"
_ALONE = (
    "NOT EXISTS (SELECT 1 FROM wishlist w WHERE w.customer_id = c.entity_id)"
    " AND NOT EXISTS (SELECT 1 FROM review_detail r WHERE r.customer_id = c.entity_id)"
    " AND NOT EXISTS (SELECT 1 FROM quote q WHERE q.customer_id = c.entity_id AND q.is_active = 1)"
    " AND (SELECT COUNT(*) FROM customer_entity d WHERE d.email = c.email) = 1"
)
_SINGLE = "p.type_id = 'simple'" + "".join(
    f" AND p.entity_id NOT IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)"
    for table, column in (
        ("catalog_product_super_link", "product_id"),
        ("catalog_product_bundle_selection", "product_id"),
        ("catalog_product_link", "linked_product_id"),
        ("catalog_product_entity_tier_price", "entity_id"),
        ("wishlist_item", "product_id"),
    )
)


_UNSOLD = "p.type_id = 'simple'" + "".join(
    f" AND p.entity_id NOT IN (SELECT product_id FROM {table})"
    for table in ("sales_order_item", "quote_item", "wishlist_item")
)


@pytest.fixture(scope="module")
def seen(synced_magento2: Synced) -> Seen:
    return synced_magento2.seen


def addresses(shop: RealStore, query: str) -> set[str]:
    return {email.strip().lower() for row in shop.rows(query) for email in row if email}


def test_the_audit_is_balanced_and_nothing_is_unexplained(seen: Seen) -> None:
    assert len(seen.balances) == 12
    for row in seen.balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight, row.rejected) == (0, [], 0, 0), row


def test_every_distinct_address_is_one_contact(seen: Seen, magento2: RealStore) -> None:
    people = addresses(
        magento2, "SELECT email FROM customer_entity UNION SELECT subscriber_email FROM newsletter_subscriber"
    )
    people |= addresses(magento2, "SELECT customer_email FROM sales_order WHERE customer_id IS NULL")
    assert set(seen.state["contacts"]) == people


def test_every_order_arrives_with_its_status_and_belongs_to_who_placed_it(seen: Seen, magento2: RealStore) -> None:
    held = {key: document["orderStatus"] for key, document in seen.state["insight"]["Orders"].items()}
    assert held == dict(magento2.rows("SELECT increment_id, status FROM sales_order"))
    assert len(held) == 3341
    placed = magento2.rows(
        "SELECT o.increment_id, LOWER(IFNULL(c.email, o.customer_email)) FROM sales_order o"
        " LEFT JOIN customer_entity c ON c.entity_id = o.customer_id"
    )
    assert seen.state["owners"]["Orders"] == dict(placed)


def test_every_product_arrives_once_in_each_store_view_that_sells_it(seen: Seen, magento2: RealStore) -> None:
    sold = magento2.rows(
        "SELECT CONCAT('Catalog_', w.code, '_', s.code), CAST(p.product_id AS CHAR) FROM catalog_product_website p"
        " JOIN store_website w ON w.website_id = p.website_id"
        " JOIN store s ON s.website_id = w.website_id AND s.is_active = 1"
    )
    held = [(name, key) for name, part in seen.state["insight"].items() if name.startswith("Catalog") for key in part]
    assert Counter(held) == Counter(sold)
    assert len({key for _, key in held}) == 353


def test_refunds_are_those_of_the_credit_memos(seen: Seen, magento2: RealStore) -> None:
    orders = seen.state["insight"]["Orders"].values()
    memos = magento2.one("SELECT COUNT(*) FROM sales_creditmemo WHERE state = 2")
    assert sum([len(order.get("refunds", ())) for order in orders]) == memos == 472


def test_only_approved_reviews_of_customers_and_filled_wishlists_arrive(seen: Seen, magento2: RealStore) -> None:
    approved = magento2.rows(
        "SELECT CAST(r.review_id AS CHAR) FROM review r JOIN review_detail d ON d.review_id = r.review_id"
        " JOIN customer_entity c ON c.entity_id = d.customer_id WHERE r.status_id = 1 AND r.entity_id = 1"
    )
    assert set(seen.state["insight"]["Reviews"]) == {row[0] for row in approved}
    filled = magento2.rows("SELECT CAST(wishlist_id AS CHAR), COUNT(*) FROM wishlist_item GROUP BY 1")
    assert {key: len(one["items"]) for key, one in seen.state["insight"]["Wishlist"].items()} == dict(filled)


def test_open_carts_of_known_people_arrive_and_the_others_are_named(seen: Seen, magento2: RealStore) -> None:
    carts = magento2.rows(
        "SELECT CAST(q.entity_id AS CHAR), LOWER(COALESCE(c.email, NULLIF(q.customer_email, ''), (SELECT MIN(a.email)"
        " FROM quote_address a WHERE a.quote_id = q.entity_id AND IFNULL(a.email, '') <> ''))), q.items_count"
        " FROM quote q LEFT JOIN customer_entity c ON c.entity_id = q.customer_id WHERE q.is_active = 1"
    )
    held, people = seen.state["owners"]["CartInsight"], seen.state["contacts"]
    assert held == {cart: email for cart, email, lines in carts if lines and email in people}
    left_out = Counter(row.code for key, row in seen.records.items() if key[0] == "email_quote" and key[3] not in held)
    assert len(held) + sum(left_out.values()) == len(carts) == 550
    assert set(left_out) == {"cart_empty", "contact_unknown", "cart_without_email"}


def test_nobody_is_mailable_whom_the_shop_does_not_call_subscribed(seen: Seen, magento2: RealStore) -> None:
    careful = addresses(
        magento2, "SELECT subscriber_email FROM newsletter_subscriber WHERE subscriber_status IN (2, 3, 4)"
    )
    contacts = seen.state["contacts"]
    assert len(careful) > 100
    assert not [one for one in careful & set(contacts) if contacts[one]["status"] != "Unsubscribed"]


class Cast(NamedTuple):
    """Who and what is changed; nobody stands in two parts."""

    shipped: str
    edited: str
    tracked: str
    resident: str
    address: int
    subscriber: str
    review: int
    stocked: int
    priced: int
    wishlist: int
    item: int
    cart: int
    deleted: tuple[int, str, str]
    dropped: int


class Scene(NamedTuple):
    cast: Cast
    before: Synced
    loud: Seen
    silent: Seen
    again: Moves


def choose(shop: RealStore) -> Cast:
    (stocked,), (priced,) = shop.rows(
        f"SELECT p.entity_id FROM catalog_product_entity p WHERE {_SINGLE} ORDER BY p.entity_id LIMIT 2"
    )
    alone = f"SELECT c.email FROM customer_entity c WHERE {_ALONE} ORDER BY c.entity_id"
    people = [row[0] for row in shop.rows(f"{alone} LIMIT 3")]
    shipped = shop.one(
        "SELECT o.increment_id FROM sales_order o JOIN customer_entity c ON c.entity_id = o.customer_id"
        f" WHERE o.state = 'processing' AND {_ALONE} AND c.email NOT IN {tuple(people)} ORDER BY o.entity_id LIMIT 1"
    )
    tracked = shop.one("SELECT increment_id FROM sales_order WHERE state = 'complete' ORDER BY entity_id DESC LIMIT 1")
    wishlist, item = shop.rows(
        "SELECT wishlist_id, MIN(wishlist_item_id) FROM wishlist_item GROUP BY 1 HAVING COUNT(*) > 1 LIMIT 1"
    )[0]
    dropped = shop.one(f"SELECT p.entity_id FROM catalog_product_entity p WHERE {_UNSOLD} ORDER BY p.entity_id LIMIT 1")
    return Cast(
        shipped,
        people[0],
        tracked,
        people[1],
        shop.one(f"SELECT default_billing FROM customer_entity WHERE email = '{people[1]}'"),
        shop.one(
            "SELECT subscriber_email FROM newsletter_subscriber WHERE subscriber_status = 1 AND customer_id = 0"
            " AND subscriber_email NOT IN (SELECT email FROM customer_entity) ORDER BY subscriber_id LIMIT 1"
        ),
        shop.one(
            "SELECT r.review_id FROM review r JOIN review_detail d USING (review_id) WHERE r.status_id = 2"
            " AND d.customer_id IS NOT NULL ORDER BY r.review_id LIMIT 1"
        ),
        stocked,
        priced,
        wishlist,
        item,
        shop.one(
            "SELECT entity_id FROM quote WHERE is_active = 1 AND items_count > 0 AND customer_id IS NOT NULL"
            " ORDER BY entity_id LIMIT 1"
        ),
        shop.rows(
            "SELECT o.entity_id, o.increment_id, c.email FROM sales_order o JOIN customer_entity c"
            f" ON c.entity_id = o.customer_id WHERE {_ALONE} AND c.email NOT IN {tuple(people)}"
            " AND o.state = 'complete' AND (SELECT COUNT(*) FROM sales_order p WHERE p.customer_id = c.entity_id) > 1"
            " ORDER BY o.entity_id LIMIT 1"
        )[0],
        dropped,
    )


@pytest.fixture(scope="module")
def scene(premises: Premises, synced_magento2: Synced, magento2: RealStore) -> Scene:
    cast = choose(magento2)
    with premises.lent(synced_magento2.moment):
        installation = premises.installation(shop=magento2)
        magento2.change(
            f"UPDATE sales_order SET state = 'complete', status = 'complete', {NOW}"
            f" WHERE increment_id = '{cast.shipped}'",
            f"UPDATE customer_entity SET firstname = 'Ottoline', {NOW} WHERE email = '{cast.edited}'",
            f"UPDATE quote SET coupon_code = 'FRESH', {NOW} WHERE entity_id = {cast.cart}",
        )
        loud = premises.sync(installation)
        magento2.change(
            "INSERT INTO sales_shipment_track (parent_id, order_id, track_number, title, carrier_code, created_at,"
            " updated_at) SELECT MIN(s.entity_id), o.entity_id, 'LATE-1', 'Federal', 'fedex', o.created_at, o.created_at"
            f" FROM sales_order o JOIN sales_shipment s ON s.order_id = o.entity_id"
            f" WHERE o.increment_id = '{cast.tracked}' GROUP BY o.entity_id",
            f"UPDATE customer_address_entity SET city = 'Whitby' WHERE entity_id = {cast.address}",
            f"UPDATE newsletter_subscriber SET subscriber_status = 3 WHERE subscriber_email = '{cast.subscriber}'",
            f"UPDATE review SET status_id = 1 WHERE review_id = {cast.review}",
            "UPDATE inventory_source_item SET quantity = quantity - 7 WHERE sku ="
            f" (SELECT sku FROM catalog_product_entity WHERE entity_id = {cast.stocked})",
            "UPDATE catalog_product_entity_decimal SET value = 12.34 WHERE attribute_id = (SELECT attribute_id FROM"
            f" eav_attribute WHERE attribute_code = 'price' AND entity_type_id = 4) AND entity_id = {cast.priced}",
            f"DELETE FROM wishlist_item WHERE wishlist_item_id = {cast.item}",
            f"DELETE FROM sales_order WHERE entity_id = {cast.deleted[0]}",
            f"DELETE FROM catalog_product_website WHERE product_id = {cast.dropped} AND website_id = 2",
        )
        silent = premises.sync(installation, full=True)
        again = premises.sync(installation, full=True).moves
    magento2.put_back()
    return Scene(cast, synced_magento2, loud, silent, again)


def views(scene: Scene, product: int) -> set[tuple[str, str]]:
    """The catalog records of a product."""
    held = scene.before.seen.state["insight"]
    return {(name, str(product)) for name, part in held.items() if name[:7] == "Catalog" and str(product) in part}


def test_changes_that_move_a_time_are_found_at_once_and_move_only_themselves(scene: Scene) -> None:
    cast, moved = scene.cast, scene.loud.moves
    assert set(moved.records) == {("Orders", cast.shipped), ("CartInsight", str(cast.cart))}
    assert {one.lower() for one in moved.people} == {cast.edited.lower()}
    assert not moved.removed
    assert scene.loud.state["insight"]["Orders"][cast.shipped]["orderStatus"] == "complete"
    assert scene.loud.state["contacts"][cast.edited.lower()]["fields"]["FIRSTNAME"] == "Ottoline"


def test_silent_changes_are_found_by_the_full_compare_and_move_only_themselves(scene: Scene) -> None:
    cast, moved = scene.cast, scene.silent.moves
    products = views(scene, cast.stocked) | views(scene, cast.priced)
    # Of a product that left one website the others show where it is still sold.
    products |= {view for view in views(scene, cast.dropped) if view[0].startswith("Catalog_base_")}
    others = {("Orders", cast.tracked), ("Reviews", str(cast.review)), ("Wishlist", str(cast.wishlist))}
    assert set(moved.records) == products | others
    buyer = cast.deleted[2].lower()
    assert {one.lower() for one in moved.people} == {cast.resident.lower(), cast.subscriber.lower(), buyer}
    insight = scene.silent.state["insight"]
    assert "LATE-1" in str(insight["Orders"][cast.tracked])
    assert {insight[name][key]["price"] for name, key in views(scene, cast.priced)} >= {12.34}
    assert scene.silent.state["contacts"][cast.resident.lower()]["fields"]["BILLING_CITY"] == "Whitby"


def test_what_left_the_shop_or_a_website_is_taken_out(scene: Scene) -> None:
    left = {view for view in views(scene, scene.cast.dropped) if view[0].startswith("Catalog_eu_")}
    assert len(left) == 2
    assert set(scene.silent.moves.removed) == {("Orders", scene.cast.deleted[1]), *left}
    assert scene.cast.deleted[1] not in scene.silent.state["insight"]["Orders"]


def test_another_full_compare_sends_nothing(scene: Scene) -> None:
    assert not scene.again


def test_everything_read_again_from_the_beginning_sends_nothing(
    premises: Premises, synced_magento2: Synced, magento2: RealStore
) -> None:
    with premises.lent(synced_magento2.moment):
        installation: Installation = premises.installation(shop=magento2)
        Checkpoint.objects.all().delete()
        since = last_request(premises.sandbox)
        installation.sync()
        assert {row.stream for row in Checkpoint.objects.all()} >= {"customers", "orders", "products", "wishlists"}
        assert not moves(premises.sandbox.requests(since, bodies=True))
