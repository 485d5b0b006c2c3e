"""A person at the console: logs in, sees what needs them, mends it; with and without scripts, wide and narrow."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dotbridge.ledger.models import EmailOrder
from dotbridge.web import figures
from support.northwind_ledger import Northwind

pytestmark = pytest.mark.chromium
Enter = Callable[..., Any]

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PICTURES = os.environ.get("DOTBRIDGE_SCREENSHOTS", "")


def pages(northwind: Northwind) -> dict[str, str]:
    return {
        "home": "/",
        "live": "/live",
        "events": "/events",
        "exceptions": "/exceptions",
        "group": "/exceptions/orders/rejected/IMP-INSIGHT-JSON-VALUE-INCOMPATIBLE-WITH-SCHEMA",
        "addresses": "/exceptions/sources/rejected/COM-EMAIL-INVALID",
        "records": "/records",
        "order": f"/records/orders/{northwind.orders[100].pk}",
        "refused": f"/records/orders/{northwind.orders[3].pk}",
        "contact": f"/records/contacts/{northwind.contacts[9].pk}",
        "product": f"/records/catalog/{northwind.products[9].pk}",
        "batches": "/batches",
        "jobs": "/jobs",
        "audit": "/audit",
    }


def faults_of(page: Any) -> list[Any]:
    """What axe finds on the page. It comes through the debugger: the page's own policy forbids foreign scripts."""
    if not AXE.exists():
        pytest.skip(f"{AXE} is missing: npm pack axe-core and put axe.min.js there")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)["violations"]
    return [(one["id"], [node["html"][:140] for node in one["nodes"][:3]]) for one in found]


def picture(page: Any, name: str, width: int, dark: bool) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)


def test_olu_logs_in_and_sees_what_needs_her(enter: Enter) -> None:
    page = enter("olu")
    assert "Every record is accounted for" in page.inner_text("h1")
    page.click("text=All exceptions")
    page.click("text=Orders: The order has no lines.")
    page.click("button.main")
    assert "4 records are read from the shop" in page.inner_text(".messages")
    assert EmailOrder.objects.filter(waits_for="read").count() == 4


def test_everything_works_without_scripts(enter: Enter) -> None:
    page = enter("olu", scripts=False)
    page.goto("/live")
    assert "records in flight" in page.text_content("[data-poll-say]")
    page.goto("/records")
    page.fill("#q", "100000003")
    page.click("button.main:has-text('Search')")
    assert "This order has not arrived" in page.inner_text("main")
    page.click("text=Retry this order")
    assert "read from the shop and sent again" in page.inner_text(".messages")


def test_the_numbers_of_the_live_page_refresh_by_themselves_and_can_be_held(enter: Enter, northwind: Northwind) -> None:
    page = enter("vic")
    page.goto("/live")
    before = page.text_content("[data-poll-say]")
    EmailOrder.objects.filter(waits_for="contact").update(state="accepted", waits_for="")
    figures.counted.outdate()
    page.wait_for_function("before => document.querySelector('[data-poll-say]').textContent !== before", arg=before)
    assert page.text_content("[data-poll-status]") == page.text_content("[data-poll-say]")
    page.click("[data-poll-pause]")
    assert page.get_attribute("[data-poll-pause]", "aria-pressed") == "true"


def test_the_page_of_a_person_tells_their_consent_and_its_history(enter: Enter, northwind: Northwind) -> None:
    page = enter("vic")
    page.goto(f"/records/contacts/{northwind.contacts[9].pk}")
    told = page.inner_text("section[aria-labelledby=consent]")
    assert "Dotdigital says\nSubscribed" in told
    assert "Double opt-in\nConfirmed" in told
    order = ["Told Dotdigital: subscribed", "The shop said subscribed", "Told the shop: unsubscribed"]
    assert sorted(order, key=told.index) == order
    picture(page, "consent", 1280, dark=False)


def test_an_unsubscribe_that_no_right_lets_reach_the_shop_stands_among_the_exceptions(enter: Enter) -> None:
    page = enter("vic")
    page.goto("/exceptions")
    told = page.inner_text("section[aria-labelledby=section-consent]")
    assert "CON-NOT-WRITABLE" in told
    assert "write access" in told
    picture(page, "unwritten", 1280, dark=False)


def test_the_keyboard_reaches_the_content_first(enter: Enter) -> None:
    page = enter("vic")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380, 320], ids=["wide", "narrow", "narrowest"])
def test_no_page_is_wider_than_its_window(width: int, dark: bool, enter: Enter, northwind: Northwind) -> None:
    page = enter("ada", width=width, dark=dark)
    for name, address in pages(northwind).items():
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        picture(page, name, width, dark)
        assert overflow <= 0, f"{name} is {overflow} pixels too wide"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380], ids=["wide", "narrow"])
def test_no_page_has_a_fault_that_axe_finds(width: int, dark: bool, enter: Enter, northwind: Northwind) -> None:
    page = enter("", width=width, dark=dark)
    picture(page, "login", width, dark)
    faults = {"login": faults_of(page)}
    page = enter("ada", width=width, dark=dark)
    for name, address in {**pages(northwind), "nowhere": "/nowhere"}.items():
        page.goto(address)
        faults[name] = faults_of(page)
    picture(page, "nowhere", width, dark)
    assert {name: found for name, found in faults.items() if found} == {}
