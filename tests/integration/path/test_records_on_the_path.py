"""Orders, products, reviews and wishlists: changed, refunded, removed, refused."""

from __future__ import annotations

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.jobs.rehearsal import rehearse
from dotbridge.ledger.models import EmailCatalog, EmailContact, EmailImporter, EmailOrder
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, cart, order, person, product, refund, review, wishlist


def writes(sandbox: Sandbox, since: int) -> list[str]:
    return [r["path"] for r in sandbox.requests(since) if r["method"] != "GET"]


@pytest.mark.both_databases
def test_d46_a_refund_moves_the_order_and_the_persons_figures(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    shop.change("orders", 1, refunded=40_000, base_refunded=40_000, refunds=(refund(40_000),))
    dotbridge.sync()
    text = str(sandbox.state()["insight"])
    assert "'orderTotal': 8.0" in text
    assert "'refundedTotal': 4.0" in text
    fields = sandbox.state()["contacts"]["person1@example.com"]["fields"]
    assert (fields["TOTAL_REFUND"], fields["LAST_REFUND_DATE"][:10]) == (4.0, "2026-04-01")


def test_only_the_order_that_changed_is_sent_again(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("customers", person(1))
    for number in range(1, 6):
        shop.put("orders", order(number, customer=1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    before = EmailImporter.objects.count()
    shop.change("orders", 3, status="shipped", quiet=True)
    dotbridge.sync(full=True)
    sent = EmailImporter.objects.order_by("created_at")[before:]
    assert [(batch.collection, batch.records) for batch in sent] == [("Orders", 1)]


def test_an_order_that_left_the_shop_leaves_dotdigital(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1))
    shop.put("orders", order(2, customer=1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    shop.delete("orders", 2)
    run_job("reconcile")
    dotbridge.sync()
    assert EmailOrder.objects.get(source_id="2").state == "removed"
    assert "100000002" not in str(sandbox.state()["insight"])
    assert sandbox.state()["contacts"]["person1@example.com"]["fields"]["NUMBER_OF_ORDERS"] == 1


@pytest.mark.both_databases
def test_a_cancelled_order_can_be_deleted_and_comes_back(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1))
    dotbridge.configure(non_subscribers="send", **{"orders.cancelled": "delete"})
    dotbridge.sync()
    shop.change("orders", 1, state="cancelled", status="canceled")
    dotbridge.sync()
    assert "100000001" not in str(sandbox.state()["insight"])
    assert EmailOrder.objects.get().code == "order_cancelled"
    shop.change("orders", 1, state="complete", status="complete")
    dotbridge.sync()
    assert "100000001" in str(sandbox.state()["insight"])


def test_d13_a_product_without_price_is_rejected_with_its_reason_and_the_others_go(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("products", product(1))
    shop.put("products", product(2, price=None))
    dotbridge.configure()
    dotbridge.sync()
    states = dict(EmailCatalog.objects.values_list("source_id", "state"))
    assert states == {"1": "accepted", "2": "rejected"}
    refused = EmailCatalog.objects.get(source_id="2")
    assert "SKU-2" in refused.detail
    shop.change("products", 2, price=50_000)
    dotbridge.sync()
    assert EmailCatalog.objects.get(source_id="2").state == "accepted"


def test_a_row_that_cannot_be_understood_is_rejected_and_named(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1))
    shop.put(
        "orders", {"source_id": "2", "website_id": "1", "number": ["?"], "customer_id": "", "email": "x@example.com"}
    )
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert dict(EmailOrder.objects.values_list("source_id", "state")) == {"1": "accepted", "2": "rejected"}
    assert EmailOrder.objects.get(source_id="2").code == "SRC-ROW-BROKEN"


def test_two_orders_with_one_number_are_told_apart(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1, number="900"))
    shop.put("orders", order(2, customer=1, number="900"))
    shop.put("orders", order(3, customer=1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    found = list(EmailOrder.objects.order_by("source_id").values_list("state", "code"))
    assert sorted(found) == [("accepted", ""), ("rejected", "LED-KEY-TAKEN"), ("rejected", "LED-KEY-TAKEN")]
    assert dotbridge.audit()["uk", "orders"].unexplained == 0


@pytest.mark.both_databases
def test_an_order_that_moves_to_a_website_which_does_not_know_its_customer_holds_nobody_up(
    dotbridge: Installation, shop: ToyShop
) -> None:
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    shop.put("orders", order(1, customer=1, website="2"))
    shop.put("orders", order(2, website="2", email="ben@example.com"))
    dotbridge.sync()
    found = {(row.website.code, row.source_id): (row.state, row.waits_for) for row in EmailOrder.objects.all()}
    assert found["eu", "1"] == ("pending", "customer")
    assert found["eu", "2"] == ("accepted", "")


def test_a_review_that_loses_its_approval_and_an_emptied_wishlist_leave_dotdigital(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("reviews", review(1, 1))
    shop.put("wishlists", wishlist(1, 1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    shop.put("reviews", review(1, 1, state="refused"), quiet=True)
    shop.put("wishlists", wishlist(1, 1, items=0), quiet=True)
    dotbridge.sync(full=True)
    text = str(sandbox.state()["insight"])
    assert "Quality" not in text
    assert "totalValueOfProduct" not in text
    balances = dotbridge.audit()
    assert (balances["uk", "reviews"].excluded, balances["uk", "wishlists"].excluded) == (1, 1)


def test_a_cart_of_someone_unknown_waits_outside(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("carts", cart(1, 7, customer_id="", lines=()))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert dotbridge.audit()["uk", "carts"].excluded == 1


def test_a_dry_run_tells_what_would_go_and_writes_nothing(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("products", product(1))
    dotbridge.configure(non_subscribers="send")
    seen = len(sandbox.requests())
    counts = rehearse("all")
    assert (counts["customers read"], counts["staged"]) == (1, 1)
    assert (EmailContact.objects.count(), EmailCatalog.objects.count(), writes(sandbox, seen)) == (0, 0, [])


def test_a_smaller_page_reads_the_same(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    for number in range(1, 24):
        shop.put("customers", person(number), at="2026-01-01T00:00:00Z")
        shop.put("orders", order(number, customer=number), at="2026-01-01T00:00:00Z")
    dotbridge.configure(non_subscribers="send", page_size=3)
    dotbridge.sync()
    assert len(sandbox.state()["contacts"]) == 23
    assert EmailOrder.objects.filter(state="accepted").count() == 23
