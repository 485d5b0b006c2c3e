"""One test for each defect of the classic connectors in delivery: what is not taken is not done (behaviour §11.1)."""

from __future__ import annotations

import time

import pytest

from dotbridge.importer.turn import take_turn
from dotbridge.jobs.once import run_job
from dotbridge.ledger import hot
from dotbridge.ledger.models import DotdigitalAccount, EmailImporter
from support.installation import Installation
from support.moves import last_request
from support.premises import Premises, Row, records
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

NOW = "updated_at = UTC_TIMESTAMP()"
IMPORT = "PUT /insightData/v3/import"


class Order:
    """One order of the UK website whose status changes."""

    def __init__(self, shop: RealStore) -> None:
        self.id, self.number, self.email = shop.rows(
            "SELECT o.entity_id, o.increment_id, o.customer_email FROM sales_flat_order o"
            " WHERE o.status = 'processing' AND o.store_id = 1 LIMIT 1"
        )[0]
        self.shop = shop

    def change(self, status: str = "awaiting_stock") -> None:
        self.shop.change(f"UPDATE sales_flat_order SET status = '{status}', {NOW} WHERE entity_id = {self.id}")

    @property
    def row(self) -> Row:
        return records()["email_order", "base", "", str(self.id)]


@pytest.fixture
def order(dotbridge: Installation, shop: RealStore) -> Order:
    return Order(shop)


@pytest.fixture(autouse=True)
def no_faults(premises: Premises) -> None:
    premises.sandbox.delete_control("faults")


def fault(premises: Premises, match: str, **rule: object) -> None:
    premises.sandbox.post_control("faults", {"match": match, "times": 1, **rule})


def read() -> None:
    """Reads the orders of the UK website; sends nothing."""
    run_job("order_and_quote_sync", "base")


def deliver() -> None:
    """Gives back what was given up, reads it again, and sends it."""
    run_job("importer")
    read()
    run_job("importer")


def held(premises: Premises, number: str) -> str:
    return str(premises.sandbox.state()["insight"]["Orders"][number]["orderStatus"])


def test_d05_an_import_that_may_not_have_arrived_is_not_taken_for_sent(order: Order, premises: Premises) -> None:
    order.change()
    read()
    fault(premises, IMPORT, kind="status", status=503)
    run_job("importer")
    assert (order.row.state, held(premises, order.number)) == ("staged", "processing")
    # Only when it cannot be under way any more is the record sent once more.
    assert EmailImporter.objects.filter(state="unknown", due_at__gt=time.time() + 3000).update(due_at=0) == 1
    deliver()
    assert (order.row.state, held(premises, order.number)) == ("accepted", "awaiting_stock")


def test_d06_an_answer_without_an_import_id_is_no_success(order: Order, premises: Premises) -> None:
    order.change()
    read()
    fault(premises, IMPORT, kind="status", status=202, body="{}", content_type="application/json")
    run_job("importer")
    assert order.row.state != "accepted"
    assert EmailImporter.objects.exclude(code="").latest("created_at").detail


def test_d10_a_refused_contact_shows_its_reason_and_holds_back_what_is_theirs(
    order: Order, premises: Premises, dotbridge: Installation
) -> None:
    premises.sandbox.post_control(f"contacts/{order.email}/globally-suppress")
    order.shop.change(
        "UPDATE customer_entity_varchar SET value = 'Changed' WHERE attribute_id = (SELECT attribute_id FROM"
        " eav_attribute WHERE attribute_code = 'lastname' AND entity_type_id = 1) AND entity_id ="
        f" (SELECT customer_id FROM sales_flat_order WHERE entity_id = {order.id})",
        f"UPDATE customer_entity SET {NOW} WHERE email = '{order.email}'",
    )
    run_job("customer_subscriber_guest_sync", "base")
    run_job("importer")
    state, code, detail = hot.rows(
        "SELECT state, code, detail FROM email_contact WHERE email_key = %s", (order.email.lower(),)
    )[0]
    assert (state, code) == ("suppressed", "IMP-CONTACT-GLOBALLY-SUPPRESSED")
    assert "global suppression list" in detail
    order.change()
    read()
    assert (order.row.state, order.row.code) == ("suppressed", "LED-CONTACT-SUPPRESSED")


def test_d12_a_new_guest_and_their_order_arrive_in_one_sync_person_first(
    dotbridge: Installation, premises: Premises, order: Order
) -> None:
    since = last_request(premises.sandbox)
    order.shop.change(
        f"UPDATE sales_flat_order SET customer_email = 'new@example.com', customer_id = NULL, {NOW}"
        f" WHERE entity_id = {order.id}"
    )
    dotbridge.sync()
    paths = [one["path"] for one in premises.sandbox.requests(since) if one["method"] == "PUT"]
    assert paths.index("/contacts/v3/import") < paths.index("/insightData/v3/import")
    assert premises.sandbox.state()["owners"]["Orders"][order.number] == "new@example.com"


def test_d13_an_order_without_items_is_kept_with_its_reason_and_follows_when_it_has_some(
    order: Order, premises: Premises
) -> None:
    order.shop.change(f"DELETE FROM sales_flat_order_item WHERE order_id = {order.id}")
    order.change()
    read()
    assert (order.row.state, order.row.code) == ("rejected", "MAP-ORDER-EMPTY")
    order.shop.put_back()
    order.change()
    read()
    run_job("importer")
    assert (order.row.state, held(premises, order.number)) == ("accepted", "awaiting_stock")


def test_d17_what_was_staged_goes_out_later_without_the_shop(order: Order, premises: Premises) -> None:
    order.change()
    read()
    order.shop.put_back()
    run_job("importer")
    assert (order.row.state, held(premises, order.number)) == ("accepted", "awaiting_stock")


def test_d18_a_failed_deletion_stays_to_be_done(order: Order, premises: Premises) -> None:
    order.shop.change(f"DELETE FROM sales_flat_order WHERE entity_id = {order.id}")
    run_job("reconcile", "base")
    premises.sandbox.post_control(
        "faults", {"match": "DELETE /v2/contacts/transactional-data", "kind": "status", "status": 500}
    )
    with pytest.raises(Exception, match="500"):
        run_job("importer")
    assert (order.row.state, order.row.waits_for) == ("pending", "removal")
    premises.sandbox.delete_control("faults")
    run_job("importer")
    assert order.row.state == "removed"
    assert order.number not in premises.sandbox.state()["insight"]["Orders"]


def test_d20_a_deletion_never_makes_a_contact(dotbridge: Installation, premises: Premises, shop: RealStore) -> None:
    wishlist, email = shop.rows(
        "SELECT w.wishlist_id, c.email FROM wishlist w JOIN wishlist_item i USING (wishlist_id) JOIN customer_entity c"
        " ON c.entity_id = w.customer_id WHERE c.website_id = 1 LIMIT 1"
    )[0]
    number = premises.sandbox.get(f"/v2/contacts/{email}")["id"]
    assert premises.sandbox.call("DELETE", f"/v2/contacts/{number}").status == 204
    shop.change(f"DELETE FROM wishlist_item WHERE wishlist_id = {wishlist}")
    run_job("reviews_and_wishlist", "base", full=True)
    run_job("importer")
    row = records()["email_wishlist", "base", "", str(wishlist)]
    assert (row.state, row.code) == ("excluded", "wishlist_empty")
    assert email.lower() not in premises.sandbox.state()["contacts"]


def test_d21_a_batch_that_cannot_be_sent_is_tried_again_by_itself_later_and_later(
    order: Order, premises: Premises
) -> None:
    order.change()
    read()
    premises.sandbox.stop()
    waits = []
    for _ in range(2):
        EmailImporter.objects.filter(state="queued").update(due_at=0)
        take_turn(DotdigitalAccount.objects.get().pk)
        batch = EmailImporter.objects.get(state="queued")
        waits.append(batch.due_at - time.time())
    premises.sandbox.start()
    assert waits[0] * 1.5 < waits[1]
    EmailImporter.objects.filter(state="queued").update(due_at=0)
    run_job("importer")
    assert (order.row.state, held(premises, order.number)) == ("accepted", "awaiting_stock")


def test_d22_an_import_that_never_ends_is_given_up_and_its_records_sent_again(order: Order, premises: Premises) -> None:
    order.change()
    read()
    premises.sandbox.post_control("imports/hold", {"kind": "insight", "count": 1})
    take_turn(DotdigitalAccount.objects.get().pk)
    hours_ago = time.time() - 7200
    assert EmailImporter.objects.filter(state="submitted").update(submitted_at=hours_ago, due_at=0) == 1
    deliver()
    assert EmailImporter.objects.get(state="expired").code == "IMP-LATE"
    assert (order.row.state, held(premises, order.number)) == ("accepted", "awaiting_stock")
