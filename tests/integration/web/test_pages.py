"""What the pages show, that they ask the database little, and what a viewer does not see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dotbridge.accounts.models import AuditEvent
from dotbridge.ledger.models import ContactSource, EmailOrder
from dotbridge.web import figures
from dotbridge.web.figures import count
from dotbridge.web.overview import balances_of
from support.northwind_ledger import Northwind

As = Callable[[str], Client]

PAGES = {
    "/": 20,
    "/live": 23,
    "/live/now": 23,
    "/exceptions": 14,
    "/exceptions/orders/rejected/MAP-ORDER-EMPTY": 15,
    "/exceptions/contacts/rejected/IMP-CONTACT-INVALID-EMAIL": 15,
    "/exceptions/sources/rejected/COM-EMAIL-INVALID": 15,
    "/exceptions/catalog/warning/MAP-IMAGE-MISSING": 15,
    "/records": 3,
    "/batches": 5,
    "/jobs": 6,
}


def text_of(answer: object) -> str:
    """What stands on the page, without its tags."""
    page = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize(("address", "budget"), PAGES.items())
def test_a_page_asks_the_database_no_more_than_it_may(address: str, budget: int, northwind: Northwind, as_: As) -> None:
    browser = as_("vic")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    assert len(queries) <= budget, [query["sql"][:90] for query in queries]


def test_the_number_of_queries_does_not_grow_with_the_records(northwind: Northwind, as_: As) -> None:
    browser = as_("vic")
    browser.get("/exceptions/orders/rejected/MAP-ORDER-EMPTY")
    with CaptureQueriesContext(connection) as before:
        browser.get("/exceptions/orders/rejected/MAP-ORDER-EMPTY")
    EmailOrder.objects.filter(state="rejected").update(code="MAP-ORDER-EMPTY")
    with CaptureQueriesContext(connection) as after:
        browser.get("/exceptions/orders/rejected/MAP-ORDER-EMPTY")
    assert len(after) == len(before)


def test_the_first_page_says_that_every_record_is_accounted_for(northwind: Northwind, as_: As) -> None:
    page = text_of(as_("vic").get("/"))
    assert "Every record is accounted for; 69 records and 1 parked batch need a person." in page
    assert "Step 7 of 10: reading orders" in page
    assert "8,400 of 21,300 read" in page
    assert "about 1 minute 34 seconds left" in page
    assert "The canary passed." in page


def test_the_first_page_is_calm_when_nothing_needs_a_person(db: None, as_: As) -> None:
    assert "No shop is connected yet." in text_of(as_("vic").get("/"))


def test_of_each_person_the_oldest_source_counts_and_the_others_are_merged(northwind: Northwind) -> None:
    counted = [balances_of(count(), website.pk)[0].counts for website in (northwind.live, northwind.reading)]
    merged = sum(one["merged"] for one in counted)
    assert merged == 20
    assert sum(one.total() for one in counted) == ContactSource.objects.count()
    assert sum(one["rejected"] for one in counted) == 3 + 1  # with the address that cannot be one


def test_the_balance_of_a_collection_adds_up_to_its_rows(northwind: Northwind) -> None:
    orders = next(one for one in balances_of(count(), northwind.live.pk) if one.collection == "orders")
    assert orders.total == 130
    assert dict(orders.cells) == {
        "accepted": 46,
        "in_flight": 13,
        "rejected": 62,
        "suppressed": 5,
        "excluded": 0,
        "merged": 0,
        "removed": 4,
        "erased": 0,
    }


def test_the_numbers_of_the_live_page_move_when_records_do(northwind: Northwind, as_: As) -> None:
    browser = as_("vic")
    assert "13 records in flight" not in text_of(browser.get("/live/now"))
    EmailOrder.objects.filter(state="pending").update(state="accepted", waits_for="")
    figures.counted.outdate()
    assert "10 records in flight" in text_of(browser.get("/live/now"))


def test_exceptions_stand_in_groups_with_their_reason_and_what_to_do(northwind: Northwind, as_: As) -> None:
    page = text_of(as_("vic").get("/exceptions"))
    assert "Orders: A member has another type than the records that the collection holds." in page
    assert "Run dotbridge account check ; the collection may have been begun" in page
    assert "Carts: The cart has become an order." in page
    assert "Catalog: The product has no image and cannot be recommended." in page
    assert "Addresses:" in page


def test_a_group_of_notes_shows_them_as_sentences(northwind: Northwind, as_: As) -> None:
    page = text_of(as_("vic").get("/exceptions/catalog/warning/MAP-IMAGE-MISSING"))
    assert "5 records" in page
    assert "The product has no image and cannot be recommended." in page
    assert '[["' not in page


def test_a_group_is_shown_fifty_at_a_time_until_all_were_seen(northwind: Northwind, as_: As) -> None:
    browser, address = as_("vic"), "/exceptions/orders/rejected/IMP-INSIGHT-JSON-VALUE-INCOMPATIBLE-WITH-SCHEMA"
    first = browser.get(address).content.decode()
    link = re.search(r'href="(\?after=\d+)"', first)
    assert link is not None
    second = browser.get(address + link.group(1)).content.decode()
    seen = [re.findall(r"/records/orders/(\d+)", page) for page in (first, second)]
    assert [len(one) for one in seen] == [50, 8]
    assert not set(seen[0]) & set(seen[1])


@pytest.mark.parametrize(
    "typed",
    ["PERSON1@northwind.example", "100000100", "NW-004", "p4", "c3", "502"],
    ids=["e-mail", "order number", "sku", "product key", "cart key", "customer id"],
)
def test_a_record_is_found_by_what_people_have_in_hand(typed: str, northwind: Northwind, as_: As) -> None:
    answer = as_("vic").post("/records", {"q": typed}, follow=True)
    assert answer.status_code == 200
    assert "Nothing found" not in text_of(answer)
    assert answer.redirect_chain or "records" in text_of(answer)


def test_a_search_for_what_was_never_read_says_so(northwind: Northwind, as_: As) -> None:
    assert "dotbridge has not read such a record" in text_of(as_("vic").post("/records", {"q": "100009999"}))


def test_the_page_of_a_record_answers_in_one_sentence_and_tells_its_way(northwind: Northwind, as_: As) -> None:
    page = text_of(as_("vic").get(f"/records/orders/{northwind.orders[100].pk}"))
    assert "This order has arrived: Dotdigital accepted it as the shop last showed it." in page
    steps = ["Placed in the shop", "Staged in batch 7002", "Submitted to Dotdigital", "Accepted by Dotdigital"]
    assert [page.index(step) for step in steps] == sorted([page.index(step) for step in steps])


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (0, "This order has not arrived: a member has another type than the records that the collection holds."),
        (65, "This order has not arrived yet: its batch is being worked on by Dotdigital."),
        (72, "This order has not arrived yet: it waits until Dotdigital holds the person it belongs to."),
        (81, "This order is not in Dotdigital: it left the shop."),
    ],
)
def test_a_record_that_is_not_there_says_why(index: int, sentence: str, northwind: Northwind, as_: As) -> None:
    assert sentence in text_of(as_("vic").get(f"/records/orders/{northwind.orders[index].pk}"))


def test_looking_at_a_person_is_written_down_and_looking_at_a_product_is_not(northwind: Northwind, as_: As) -> None:
    browser = as_("vic")
    browser.get(f"/records/contacts/{northwind.contacts[3].pk}")
    browser.get(f"/records/catalog/{northwind.products[3].pk}")
    seen = list(AuditEvent.objects.values_list("actor", "action", "subject"))
    assert seen == [("vic", "record.viewed", f"contacts {northwind.contacts[3].pk}")]


def _everything(browser: Client, northwind: Northwind) -> str:
    pages = [browser.get(address) for address in PAGES]
    pages += [browser.get(f"/records/contacts/{one.pk}") for one in northwind.contacts[:8]]
    pages += [browser.get(f"/records/orders/{one.pk}") for one in northwind.orders[:8]]
    pages.append(browser.post("/records", {"q": "501"}, follow=True))
    return "".join([page.content.decode() for page in pages])


def test_a_viewer_sees_no_address_of_a_person_in_full_anywhere(northwind: Northwind, as_: As) -> None:
    shown = _everything(as_("vic"), northwind)
    assert not re.search(r"\w@northwind\.example", shown, re.IGNORECASE)
    assert "P•••@Northwind.example" in shown


def test_an_operator_sees_addresses(northwind: Northwind, as_: As) -> None:
    assert "Person6@Northwind.example" in _everything(as_("olu"), northwind)


@pytest.mark.parametrize("address", [*PAGES, "/login", "/healthz", "/nowhere"])
def test_every_answer_forbids_foreign_and_inline_scripts(address: str, northwind: Northwind, as_: As) -> None:
    answer = as_("vic").get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in answer
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|<style|\son\w+=|javascript:", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


def test_with_tls_the_browser_is_told_to_stay_with_it(as_: As, db: None, settings: object) -> None:
    settings.SESSION_COOKIE_SECURE = True  # type: ignore[attr-defined]  # Django's settings have any name
    assert as_("").get("/login")["Strict-Transport-Security"].startswith("max-age=31536000")


def test_every_table_has_a_caption_and_every_field_a_label(northwind: Northwind, as_: As) -> None:
    pages = [as_("olu").get(address).content.decode() for address in PAGES]
    for page in pages:
        assert page.count("<table") == page.count("<caption")
        for field in re.findall(r'<input type="(?:text|search|password)" id="(\w+)"', page):
            assert f'for="{field}"' in page


def test_the_process_is_alive_and_ready(northwind: Northwind, as_: As, settings: object) -> None:
    assert as_("").get("/healthz").json() == {"status": "ok"}
    assert as_("").get("/readyz").json() == {
        "status": "ready",
        "checks": {"database": True, "migrations": True, "keys": True, "bodies": True},
    }
    Path(django_settings.KEY_FILE).unlink()
    answer = as_("").get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["keys"]) == (503, False)
    assert django_settings.KEY_FILE not in json.dumps(answer.json())
