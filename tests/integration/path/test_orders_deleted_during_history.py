"""An order that is deleted between two steps of a history."""

from __future__ import annotations

from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import EmailOrder, OrderFact
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order, person


def test_the_figures_of_an_order_deleted_before_its_record_was_read_are_taken_out(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    for one in (1, 2):
        shop.put("orders", order(one, customer=1))
    dotbridge.configure(non_subscribers="send")
    run_job("history", "uk", once=True)
    assert (OrderFact.objects.count(), EmailOrder.objects.count()) == (2, 0)
    shop.delete("orders", 2)
    dotbridge.sync()
    assert OrderFact.objects.values_list("source_id", flat=True).get() == "1"
    assert sandbox.state()["contacts"]["person1@example.com"]["fields"]["NUMBER_OF_ORDERS"] == 1
