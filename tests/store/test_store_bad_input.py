"""Bad input in a real shop: that record alone is refused or goes with a warning, and says why; the rest goes on."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from dotbridge.ledger import hot
from support.premises import Premises, Row, Seen, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

NAME = "Ada 🫖🫶"
NOW = "updated_at = UTC_TIMESTAMP()"


class Bought(NamedTuple):
    id: int
    number: str


class Cast(NamedTuple):
    """What is spoilt, each something else."""

    garbled: Bought
    empty: Bought
    currency: Bought
    guest: Bought
    unwritable: int
    unlabelled: str
    renamed: str
    member: str
    product: int


class Scene(NamedTuple):
    cast: Cast
    before: Seen
    seen: Seen
    sources: dict[tuple[str, str], tuple[str, str]]
    again: Any


def choose(store: RealStore) -> tuple[Cast, dict[str, int]]:
    """The cast, and the ids of its customers by address."""
    orders = [
        Bought(*row)
        for row in store.rows(
            "SELECT entity_id, increment_id FROM sales_flat_order WHERE customer_id IS NOT NULL ORDER BY entity_id LIMIT 3"
        )
    ]
    guest = Bought(
        *store.rows(
            "SELECT o.entity_id, o.increment_id FROM sales_flat_order o WHERE o.customer_id IS NULL AND o.store_id < 3 AND (SELECT COUNT(*)"
            " FROM sales_flat_order p WHERE p.customer_email = o.customer_email) = 1 LIMIT 1"
        )[0]
    )
    fresh = store.rows(
        "SELECT c.entity_id, c.email FROM customer_entity c WHERE c.email NOT IN (SELECT customer_email FROM"
        " sales_flat_order) AND c.email NOT IN (SELECT subscriber_email FROM newsletter_subscriber)"
        " AND c.entity_id NOT IN (SELECT customer_id FROM newsletter_subscriber)"
        " AND (SELECT COUNT(*) FROM customer_entity d WHERE d.email = c.email) = 1 AND c.entity_id NOT IN"
        " (SELECT customer_id FROM wishlist) AND c.entity_id IN (SELECT v.entity_id FROM customer_entity_int v"
        " JOIN eav_attribute a ON a.attribute_id = v.attribute_id AND a.attribute_code = 'loyalty_tier')"
        " ORDER BY c.entity_id LIMIT 4"
    )
    product = store.one(
        "SELECT MIN(entity_id) FROM catalog_product_entity WHERE type_id = 'simple' AND entity_id NOT IN"
        " (SELECT product_id FROM catalog_product_super_link)"
    )
    (unwritable, _), (_, unlabelled), (_, renamed), (_, member) = fresh
    cast = Cast(*orders, guest, unwritable, unlabelled, renamed, member, product)
    return cast, {email: number for number, email in fresh}


def spoil(store: RealStore, cast: Cast, ids: dict[str, int]) -> None:
    """The damage."""
    value = (
        "attribute_id = (SELECT attribute_id FROM eav_attribute WHERE attribute_code = '{}' AND entity_type_id = {})"
    )
    store.change(
        'UPDATE sales_flat_order_item SET product_options = \'a:1:{s:7:"options";a:1:{i:0;s:99:"cut\''
        f" WHERE order_id = {cast.garbled.id}",
        f"DELETE FROM sales_flat_order_item WHERE order_id = {cast.empty.id}",
        f"UPDATE sales_flat_order SET order_currency_code = 'ZZQ', {NOW} WHERE entity_id = {cast.currency.id}",
        f"UPDATE sales_flat_order SET customer_email = 'nobody-at-all', {NOW} WHERE entity_id = {cast.guest.id}",
        f"UPDATE customer_entity SET email = 'ada-example.com', {NOW} WHERE entity_id = {cast.unwritable}",
        f"UPDATE customer_entity_int SET value = 99999 WHERE entity_id = {ids[cast.unlabelled]} AND "
        + value.format("loyalty_tier", 1),
        "ALTER TABLE customer_entity_varchar CONVERT TO CHARACTER SET utf8mb4",
        f"UPDATE customer_entity_varchar SET value = '{NAME}' WHERE entity_id = {ids[cast.renamed]} AND "
        + value.format("firstname", 1),
        f"DELETE FROM catalog_product_entity_decimal WHERE entity_id = {cast.product} AND " + value.format("price", 4),
    )


@pytest.fixture(scope="module")
def scene(premises: Premises, synced: Synced, store: RealStore) -> Scene:
    cast, ids = choose(store)
    with premises.lent(synced.moment):
        installation = premises.installation(shop=store)
        spoil(store, cast, ids)
        attributes = {"loyalty_tier": "LOYALTY", "shoe_size": "SHOE_SIZE"}
        installation.configure(**{"contacts.attributes": attributes})
        seen = premises.sync(installation, full=True)
        sources = {
            (kind, source_id): (code, detail)
            for kind, source_id, code, detail in hot.rows("SELECT kind, source_id, code, detail FROM contact_source")
        }
        again = premises.sync(installation, full=True).moves
        return Scene(cast, synced.seen, seen, sources, again)


def order(scene: Scene, bought: Bought) -> Row:
    return scene.seen.records["email_order", "base", "", str(bought.id)]


def warnings(row: Row) -> dict[str, tuple[str, str]]:
    """Code to (field, sentence)."""
    return {code: (field, text) for code, field, text in json.loads(row.warnings or "[]")}


def test_options_that_cannot_be_read_are_left_out_with_a_warning(scene: Scene) -> None:
    row = order(scene, scene.cast.garbled)
    assert row.state == "accepted"
    field, text = warnings(row)["M1-OPTIONS-BROKEN"]
    assert field == "product_options"
    assert "damaged" in text
    lines = scene.seen.state["insight"]["Orders"][scene.cast.garbled.number]["products"]
    assert [line["sku"] for line in lines if f"Line {line['sku']}:" in text]


def test_an_order_without_items_is_refused_by_its_number(scene: Scene) -> None:
    row = order(scene, scene.cast.empty)
    assert (row.state, row.code) == ("rejected", "MAP-ORDER-EMPTY")
    assert scene.cast.empty.number in row.detail


def test_a_currency_that_nobody_knows_goes_with_a_warning_that_names_it(scene: Scene) -> None:
    row = order(scene, scene.cast.currency)
    assert row.state == "accepted"
    assert warnings(row)["MAP-CURRENCY-UNKNOWN"][0] == "currency"
    assert "'ZZQ'" in warnings(row)["MAP-CURRENCY-UNKNOWN"][1]


def test_an_order_of_nobody_who_can_be_written_to_is_refused_with_the_address(scene: Scene) -> None:
    row = order(scene, scene.cast.guest)
    assert (row.state, row.code) == ("rejected", "COM-EMAIL-INVALID")
    assert "'nobody-at-all'" in row.detail


def test_a_customer_without_an_at_sign_is_refused_with_the_address(scene: Scene) -> None:
    code, detail = scene.sources["customer", str(scene.cast.unwritable)]
    assert code == "COM-EMAIL-INVALID"
    assert "'ada-example.com'" in detail


def test_an_option_without_label_goes_with_a_warning_that_names_it(scene: Scene) -> None:
    row = scene.seen.people[scene.cast.unlabelled.lower()]
    assert row.state == "accepted"
    field, text = warnings(row)["M1-OPTION-UNKNOWN"]
    assert field == "loyalty_tier"
    assert "99999" in text
    assert "LOYALTY" not in scene.seen.state["contacts"][scene.cast.unlabelled.lower()]["fields"]
    assert "LOYALTY" in scene.seen.state["contacts"][scene.cast.member.lower()]["fields"]


def test_a_mapped_attribute_that_vanished_is_named_at_every_customer(scene: Scene) -> None:
    told = [row for row in scene.seen.people.values() if "MAP-ATTRIBUTE-GONE" in row.warnings]
    assert len(told) > 2000
    assert "'shoe_size'" in warnings(told[0])["MAP-ATTRIBUTE-GONE"][1]


def test_characters_of_four_bytes_arrive_as_they_are(scene: Scene) -> None:
    assert scene.seen.state["contacts"][scene.cast.renamed.lower()]["fields"]["FIRSTNAME"] == NAME


def test_a_product_without_a_price_is_refused_in_every_view(scene: Scene) -> None:
    rows = {
        key: row
        for key, row in scene.seen.records.items()
        if key[0] == "email_catalog" and key[3] == str(scene.cast.product)
    }
    assert {(row.state, row.code) for row in rows.values()} == {("rejected", "MAP-PRICE-MISSING")}
    assert all(f"The product is {scene.cast.product} (" in row.detail for row in rows.values())


def test_everything_else_goes_on_and_each_refusal_is_counted(scene: Scene) -> None:
    balances = scene.seen.balances
    for row in balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight) == (0, [], 0), row
    refused = [row for row in scene.seen.records.values() if row.state == "rejected"]
    assert {row.code for row in refused} == {"MAP-ORDER-EMPTY", "COM-EMAIL-INVALID", "MAP-PRICE-MISSING"}
    assert balances["base", "orders"].rejected == 2
    assert sum(row.rejected for row in balances.values()) == len(refused) + 2  # the customer, and the guest
    assert all(row.detail.count(".") >= 2 for row in refused)


def test_what_was_refused_is_not_tried_again_while_nothing_changes(scene: Scene) -> None:
    assert not scene.again
