"""Changes that leave no trace in a change column are found by the full compare; they alone move."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from support.moves import Moves
from support.premises import Premises, Seen, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]


class Cast(NamedTuple):
    """Who and what is changed."""

    subscriber: str
    review: int
    reviewer: str
    stocked: int
    tiered: int
    wishlist: int
    item: int
    resident: str
    address: int


class Scene(NamedTuple):
    cast: Cast
    before: Synced
    seen: Seen
    again: Moves


def choose(store: RealStore) -> Cast:
    """A cast of different people, and of products that are no part of others."""
    single = (
        "SELECT p.entity_id FROM catalog_product_entity p JOIN cataloginventory_stock_item s ON s.product_id = p.entity_id"
        " WHERE p.type_id = 'simple' AND s.use_config_manage_stock = 1 AND p.entity_id NOT IN (SELECT product_id FROM"
        " catalog_product_super_link) AND p.entity_id NOT IN (SELECT product_id FROM catalog_product_bundle_selection)"
        " AND p.entity_id NOT IN (SELECT linked_product_id FROM catalog_product_link)"
        " AND p.entity_id NOT IN (SELECT entity_id FROM catalog_product_entity_tier_price)"
        " AND p.entity_id NOT IN (SELECT product_id FROM wishlist_item) ORDER BY p.entity_id LIMIT 2"
    )
    (stocked,), (tiered,) = store.rows(single)
    subscriber = store.one(
        "SELECT subscriber_email FROM newsletter_subscriber WHERE subscriber_status = 1 AND customer_id = 0"
        " AND subscriber_email NOT IN (SELECT email FROM customer_entity) ORDER BY subscriber_id LIMIT 1"
    )
    review, reviewer = store.rows(
        "SELECT r.review_id, c.email FROM review r JOIN review_detail d USING (review_id)"
        " JOIN customer_entity c ON c.entity_id = d.customer_id WHERE r.status_id = 2 ORDER BY r.review_id LIMIT 1"
    )[0]
    wishlist, item = store.rows(
        "SELECT wishlist_id, MIN(wishlist_item_id) FROM wishlist_item GROUP BY 1 HAVING COUNT(*) > 1 LIMIT 1"
    )[0]
    resident, address = store.rows(
        "SELECT c.email, v.value FROM customer_entity c JOIN customer_entity_int v ON v.entity_id = c.entity_id"
        " JOIN eav_attribute a ON a.attribute_id = v.attribute_id AND a.attribute_code = 'default_billing'"
        f" JOIN customer_address_entity e ON e.entity_id = v.value WHERE c.email <> '{reviewer}'"
        " AND (SELECT COUNT(*) FROM customer_entity d WHERE d.email = c.email) = 1 ORDER BY c.entity_id DESC LIMIT 1"
    )[0]
    return Cast(subscriber, review, reviewer, stocked, tiered, wishlist, item, resident, address)


@pytest.fixture(scope="module")
def scene(premises: Premises, synced: Synced, store: RealStore) -> Scene:
    cast = choose(store)
    with premises.lent(synced.moment):
        installation = premises.installation(shop=store)
        store.change(
            f"UPDATE newsletter_subscriber SET subscriber_status = 3 WHERE subscriber_email = '{cast.subscriber}'",
            f"UPDATE review SET status_id = 1 WHERE review_id = {cast.review}",
            f"UPDATE cataloginventory_stock_item SET qty = 777 WHERE product_id = {cast.stocked}",
            "INSERT INTO catalog_product_entity_tier_price (entity_id, all_groups, qty, value, website_id)"
            f" VALUES ({cast.tiered}, 1, 10, 1.5, 0)",
            f"DELETE FROM wishlist_item WHERE wishlist_item_id = {cast.item}",
            "UPDATE customer_address_entity_varchar SET value = 'Whitby' WHERE attribute_id = (SELECT attribute_id FROM"
            " eav_attribute WHERE attribute_code = 'city' AND entity_type_id = 2)"
            f" AND entity_id = {cast.address}",
        )
        seen = premises.sync(installation, full=True)
        return Scene(cast, synced, seen, premises.sync(installation, full=True).moves)


def views(scene: Scene, product: int) -> set[tuple[str, str]]:
    """The catalog records of a product."""
    held = scene.before.seen.state["insight"]
    return {(name, str(product)) for name, part in held.items() if name[:7] == "Catalog" and str(product) in part}


def test_an_unsubscription_moves_the_person_and_never_a_status(scene: Scene) -> None:
    contact = scene.seen.state["contacts"][scene.cast.subscriber.lower()]
    assert contact["fields"]["SUBSCRIBER_STATUS"] == "Unsubscribed"
    assert {"status"} & {
        name for one in scene.seen.moves.contacts for name in one["channelProperties"]["email"]
    } == set()


def test_an_approved_review_arrives(scene: Scene) -> None:
    assert scene.seen.state["owners"]["Reviews"][str(scene.cast.review)] == scene.cast.reviewer.lower()


def test_stock_and_tier_prices_move_their_products_in_every_view(scene: Scene) -> None:
    insight = scene.seen.state["insight"]
    assert {insight[name][key]["stock"] for name, key in views(scene, scene.cast.stocked)} == {777}
    for name, key in views(scene, scene.cast.tiered):
        price = 1.5 if name.startswith("Catalog_base") else 1.91  # a general price, brought into dollars
        assert [(tier["quantity"], tier["price"]) for tier in insight[name][key]["tierPrices"]] == [(10, price)]


def test_a_wish_taken_back_leaves_its_wishlist(scene: Scene) -> None:
    key = str(scene.cast.wishlist)
    before, after = (one.state["insight"]["Wishlist"][key]["items"] for one in (scene.before.seen, scene.seen))
    assert len(after) == len(before) - 1


def test_a_customers_new_address_moves_the_person(scene: Scene) -> None:
    assert scene.seen.state["contacts"][scene.cast.resident.lower()]["fields"]["BILLING_CITY"] == "Whitby"


def test_nothing_but_what_changed_was_sent(scene: Scene) -> None:
    cast, moved = scene.cast, scene.seen.moves
    products = views(scene, cast.stocked) | views(scene, cast.tiered)
    assert set(moved.records) == products | {("Reviews", str(cast.review)), ("Wishlist", str(cast.wishlist))}
    # The writer's number of reviews counts those that wait for approval as well.
    assert set(moved.people) == {cast.subscriber, cast.resident}
    assert set(moved.records.values()) | set(moved.people.values()) == {1}
    assert not moved.removed
    # Who unsubscribed in the shop leaves the list of subscribers, and Dotdigital is told.
    left, told = sorted(moved.other)
    assert left.startswith("DELETE /v2/address-books/")
    assert told == "POST /v2/contacts/unsubscribe"


def test_a_second_full_compare_sends_nothing(scene: Scene) -> None:
    assert not scene.again
