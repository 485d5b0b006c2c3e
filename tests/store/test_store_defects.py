"""One test for each defect of the classic connectors that a change of the real store would show (behaviour §11.1)."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from support.premises import Premises, Seen, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

NOW = "updated_at = UTC_TIMESTAMP()"


class Cast(NamedTuple):
    """A guest who registers, a cart, three reviewers of whom one has no address, a person with two accounts, a buyer."""

    guest: str
    cart: int
    reviews: list[int]
    spoilt: int
    speechless: str
    shared: str
    shared_account: int
    buyer: str
    only_order: int


class Scene(NamedTuple):
    cast: Cast
    before: Seen
    seen: Seen
    loyal: set[str]


def choose(store: RealStore) -> Cast:
    guest = store.one(
        "SELECT customer_email FROM sales_flat_order WHERE customer_id IS NULL AND store_id = 1 AND customer_email NOT IN"
        " (SELECT email FROM customer_entity) ORDER BY entity_id LIMIT 1"
    )
    shared, account = store.rows(
        "SELECT email, MIN(entity_id) FROM customer_entity WHERE website_id = 1 AND email IN"
        " (SELECT email FROM customer_entity WHERE website_id = 2) GROUP BY email ORDER BY email LIMIT 1"
    )[0]
    cart = store.one(
        "SELECT q.entity_id FROM sales_flat_quote q JOIN sales_flat_quote_item i ON i.quote_id = q.entity_id"
        " JOIN customer_entity c ON c.entity_id = q.customer_id WHERE q.is_active = 1 AND i.parent_item_id IS NULL"
        f" AND q.store_id = 1 AND c.email <> '{shared}' ORDER BY q.entity_id LIMIT 1"
    )
    reviews = store.rows(
        "SELECT r.review_id, d.customer_id, c.email FROM review r JOIN review_detail d USING (review_id) JOIN customer_entity c"
        " ON c.entity_id = d.customer_id WHERE r.status_id = 2 AND (SELECT COUNT(*) FROM customer_entity e"
        " WHERE e.email = c.email) = 1 GROUP BY d.customer_id ORDER BY r.review_id LIMIT 3"
    )
    buyer, order = store.rows(
        "SELECT c.email, MIN(o.entity_id) FROM sales_flat_order o JOIN customer_entity c ON c.entity_id = o.customer_id"
        " WHERE (SELECT COUNT(*) FROM customer_entity d WHERE d.email = c.email) = 1 GROUP BY c.email"
        " HAVING COUNT(*) = 1 AND MAX(o.state) = 'new' LIMIT 1"
    )[0]
    spoilt = reviews[1][1]
    return Cast(guest, cart, [row[0] for row in reviews], spoilt, reviews[1][2], shared, account, buyer, order)


@pytest.fixture(scope="module")
def scene(premises: Premises, synced: Synced, store: RealStore) -> Scene:
    cast = choose(store)
    loyal = {
        row[0]
        for row in store.rows(
            "SELECT c.email FROM customer_entity c JOIN customer_entity_int v ON v.entity_id = c.entity_id JOIN"
            " eav_attribute a ON a.attribute_id = v.attribute_id WHERE a.attribute_code = 'loyalty_tier'"
            " AND v.value IS NOT NULL"
        )
    }
    inside = ", ".join(map(str, cast.reviews))
    with premises.lent(synced.moment):
        installation = premises.installation(shop=store)
        store.change(
            "INSERT INTO customer_entity (entity_id, entity_type_id, website_id, store_id, group_id, email, created_at,"
            f" updated_at) VALUES (90000, 1, 1, 1, 1, '{cast.guest.upper()}', UTC_TIMESTAMP(), UTC_TIMESTAMP())",
            f"UPDATE sales_flat_quote_item SET qty = qty + 1 WHERE quote_id = {cast.cart} AND parent_item_id IS NULL",
            f"UPDATE review SET status_id = 1 WHERE review_id IN ({inside})",
            f"UPDATE customer_entity SET email = 'nobody', {NOW} WHERE entity_id = {cast.spoilt}",
            f"DELETE FROM customer_entity WHERE entity_id = {cast.shared_account}",
            f"UPDATE sales_flat_order SET customer_id = NULL WHERE customer_id = {cast.shared_account}",
            f"UPDATE sales_flat_order SET state = 'canceled', status = 'canceled', {NOW}"
            f" WHERE entity_id = {cast.only_order}",
        )
        installation.configure(**{"contacts.attributes": {"loyalty_tier": "LOYALTY"}})
        seen = premises.sync(installation, full=True)
        return Scene(cast, synced.seen, seen, loyal)


def fields(seen: Seen, email: str) -> dict[str, Any]:
    held: dict[str, Any] = seen.state["contacts"][email.lower()]["fields"]
    return held


def test_d01_a_guest_who_registers_stays_one_person(scene: Scene) -> None:
    held = [one for one in scene.seen.state["contacts"] if one == scene.cast.guest.lower()]
    assert len(held) == 1
    assert fields(scene.seen, scene.cast.guest)["CUSTOMER_ID"] == 90000
    assert fields(scene.seen, scene.cast.guest)["NUMBER_OF_ORDERS"] >= 1


def test_d03_a_cart_moves_with_its_quantities_alone(scene: Scene) -> None:
    assert scene.seen.moves.records["CartInsight", str(scene.cast.cart)] == 1


def test_d04_one_run_sends_as_many_imports_as_there_are(scene: Scene) -> None:
    assert scene.before.moves.imports["Orders"] > 5
    assert scene.before.moves.imports["contacts"] > 5


def test_d14_a_review_of_nobody_does_not_hold_up_its_neighbours(scene: Scene) -> None:
    first, spoilt, last = map(str, scene.cast.reviews)
    held = scene.seen.state["insight"]["Reviews"]
    assert (first in held, spoilt in held, last in held) == (True, False, True)


def test_d34_a_customer_deleted_in_one_website_stays_a_contact_of_the_other(scene: Scene) -> None:
    assert fields(scene.seen, scene.cast.shared)["WEBSITE_NAME"] == "US Website"
    owners = scene.seen.state["owners"]["Orders"].values()
    assert scene.cast.shared.lower() in owners


def test_d37_a_new_mapping_sends_those_whom_it_concerns_alone(scene: Scene) -> None:
    concerned = {*scene.loyal, scene.cast.guest.upper(), scene.cast.shared, scene.cast.buyer, scene.cast.speechless}
    assert {one.lower() for one in scene.seen.moves.people} <= {one.lower() for one in concerned}
    assert len(scene.seen.moves.people) > 800


def test_d39_a_cancelled_order_leaves_no_stale_sales(scene: Scene) -> None:
    before, after = (fields(seen, scene.cast.buyer) for seen in (scene.before, scene.seen))
    assert (before["NUMBER_OF_ORDERS"], after["NUMBER_OF_ORDERS"], after["TOTAL_SPEND"]) == (1, 0, 0)
    assert "LAST_ORDER_DATE" in before
    assert not {"LAST_ORDER_DATE", "LAST_ORDER_ID", "LAST_INCREMENT_ID", "MOST_FREQ_PUR_DAY"} & set(after)
