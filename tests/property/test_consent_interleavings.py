"""Both sides' events in any order, on the real parts: nobody opted out becomes mailable, both sides agree, no echo.

Toy shop, ledger, jobs and the sandbox are the real ones; only people and time are drawn. Many people live in one run,
each with a history of their own, so that one run tries as many interleavings as it has people. A longer run:
``CONSENT_RUNS=400``.
"""

from __future__ import annotations

import contextlib
import json
import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from dotbridge.commerce.clock import before
from dotbridge.errors import DotbridgeError
from dotbridge.jobs.once import run_job, run_until_quiet
from dotbridge.ledger.consent_feed import BEGINNING
from dotbridge.ledger.models import ConsentDelivery, ConsentEvent, ConsentFeed, EmailImporter
from support.dotdigital_sandbox import Sandbox
from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop
from support.installation import Installation
from support.road import change_setting
from support.toy_shop import ToyShop, person

__all__ = ["dotbridge", "sandbox", "sandbox_server", "shop"]

PEOPLE = 30
RUNS = int(os.environ.get("CONSENT_RUNS", "4"))
WEEK = 7 * 86_400

SHOP = ["shop-in", "shop-out", "rename"]
#: What happens often stands several times.
OFTEN = ["shop-in", "shop-out", "dd-in", "dd-out"] * 6
SELDOM = ["rename", "bounce", "complain", "suppress", "soft-bounce", "delete"]
HAPPENINGS = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(OFTEN + SELDOM)), min_size=30, max_size=90)
OPEN = {"Subscribed", "SoftBounced"}


class World:
    """What all runs share; people are numbered on from run to run."""

    def __init__(self, installation: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
        self.installation, self.shop, self.sandbox = installation, shop, sandbox
        self.last = 0
        self.histories = 0
        self.heard = 0


class Person:
    """One person and the truth about them: what they themselves said last, and whether their mailbox still works."""

    def __init__(self, number: int, word: str) -> None:
        self.number = number
        self.email = f"person{number}@example.com"
        self.wants = word == "subscribed"
        self.blocked = False
        #: The same as ``blocked``, without what nobody has read in Dotdigital yet.
        self.known_blocked = False
        self.deleted = False
        self.renamed = 0
        #: The same as ``wants``, without what they said in Dotdigital and what nobody has read there yet.
        self.knowable = self.wants
        #: They left in the shop, and nobody has read it yet.
        self.unread = False
        #: What Dotdigital said of them last, after whatever happened.
        self.status = ""


class Consent(RuleBasedStateMachine):
    """One run. Every rule that runs a job of ours is followed by a look at who became mailable by it."""

    world: World

    @initialize(
        words=st.lists(st.sampled_from(["subscribed", "subscribed", "unsubscribed"]), min_size=PEOPLE, max_size=PEOPLE),
        shop_hours=st.integers(-14, 14),
        skew=st.integers(0, 14 * 3600),
    )
    def begin(self, words: list[str], shop_hours: int, skew: int) -> None:
        self.shop, self.sandbox = self.world.shop, self.world.sandbox
        self.shop_hours, self.ticks = shop_hours, 0
        self.sandbox.post_control("clock", {"advance": skew})
        self.people = [Person(self.world.last + number + 1, word) for number, word in enumerate(words)]
        self.world.last += PEOPLE
        for one, word in zip(self.people, words, strict=True):
            self.shop.put(
                "customers", person(one.number, subscription=word, subscription_changed_at="2026-03-01T00:00:00Z")
            )
        run_until_quiet()
        statuses = self.statuses(self.people)
        for one, word in zip(self.people, words, strict=True):
            assert statuses[one.number] == ("Subscribed" if word == "subscribed" else "Unsubscribed")

    def statuses(self, people: list[Person]) -> dict[int, str]:
        wanted = {"contacts": [{"email": one.email} for one in people], "withFullData": False}
        found = self.sandbox.call("GET", "/v2/contacts/retrieve-collection", wanted).json["contacts"]
        by_email = {one["email"].lower(): one["status"] for one in found if one["id"]}
        for one in people:
            one.status = by_email.get(one.email.lower(), "")
        return {one.number: one.status for one in people}

    def word(self, one: Person) -> str:
        text = self.shop.db.execute("SELECT row FROM customers WHERE id = ?", (one.number,)).fetchone()[0]
        return str(json.loads(text)["subscription"])

    @rule(happenings=HAPPENINGS)
    def people_do_things(self, happenings: list[tuple[int, str]]) -> None:
        for index, happening in happenings:
            one = self.people[index]
            if happening in SHOP:
                self.in_shop(one, happening)
            else:
                self.in_dotdigital(one, happening)

    def in_shop(self, one: Person, happening: str) -> None:
        # The shop's clock is wrong by hours, and goes on.
        self.ticks += 1
        at = before("2026-03-02T12:00:00Z", -3600 * self.shop_hours - self.ticks)
        held = self.word(one)
        if happening == "rename":
            one.renamed += 1
            one.email = f"person{one.number}-{one.renamed}@example.com"
            one.blocked = one.known_blocked = one.deleted = False
            one.status = ""
            self.shop.change("customers", one.number, email=one.email)
        elif happening == "shop-in" and held != "subscribed":
            self.shop.change("customers", one.number, subscription="subscribed", subscription_changed_at=at)
            one.wants = one.knowable = True
        elif happening == "shop-out" and held == "subscribed":
            self.shop.change("customers", one.number, subscription="unsubscribed", subscription_changed_at=at)
            one.wants = one.knowable = False
            one.unread = True

    def in_dotdigital(self, one: Person, happening: str) -> None:
        status = one.status
        if not status:
            return
        # Instants there are whole seconds.
        self.sandbox.post_control("clock", {"advance": 2})
        events = {"dd-in": "resubscribe", "dd-out": "unsubscribe"}
        if happening == "delete":
            assert self.sandbox.call("DELETE", f"/contacts/v3/email/{one.email}").status == 200
            one.deleted, one.status = True, ""
            # What was said there and read by nobody is gone with the contact.
            one.wants, one.blocked = one.knowable, one.known_blocked
            return
        told = self.sandbox.post_control(f"contacts/{one.email}/{events.get(happening, happening)}")
        after = one.status = str(told["status"])
        if happening == "dd-in" and after == "Subscribed" != status:
            one.wants = True
        elif happening in ("dd-out", "complain", "suppress") and after != status:
            one.wants = False
        one.blocked = one.blocked or after in ("HardBounced", "IspComplained")

    @rule()
    def the_shop_changes_everybody_at_once(self) -> None:
        for one in self.people:
            self.shop.change("customers", one.number, last_name="Changed")

    @rule(full=st.booleans())
    def the_shop_is_read(self, full: bool) -> None:
        self.run("customer_subscriber_guest_sync", full=full)

    @rule()
    def imports_go_on(self) -> None:
        self.run("importer")

    @rule()
    def consent_is_exchanged(self) -> None:
        self.run("consent_sync")

    @rule()
    def feeds_are_read_from_the_beginning_again(self) -> None:
        ConsentFeed.objects.update(cursor=BEGINNING, position="")

    @rule()
    def a_week_passes_without_us(self) -> None:
        self.sandbox.post_control("clock", {"advance": WEEK})

    @rule(transport=st.sampled_from(["v2", "v3"]))
    def contacts_travel_by(self, transport: str) -> None:
        change_setting("importer.contact_transport", transport)

    @rule(held=st.booleans())
    def imports_end_late(self, held: bool) -> None:
        self.sandbox.post_control(f"imports/{'hold' if held else 'release'}", {} if not held else {"count": 2})

    @rule()
    def answers_are_lost(self) -> None:
        cut = {"kind": "accept_then_cut", "times": 1}
        self.sandbox.post_control("faults", [{"match": "subscribe", **cut}, {"match": "PATCH", **cut}])

    def run(self, job: str, *, full: bool = False) -> None:
        earlier = self.statuses(self.people)
        with contextlib.suppress(DotbridgeError):
            run_job(job, full=full, once=True)
            for one in self.people:
                if job == "consent_sync":
                    one.knowable, one.known_blocked = one.wants, one.blocked
                one.unread = one.unread and job != "customer_subscriber_guest_sync"
        self.nobody_became_mailable(earlier)

    def nobody_became_mailable(self, earlier: dict[int, str]) -> None:
        after = self.statuses(self.people)
        for one in self.people:
            if after[one.number] in OPEN and earlier[one.number] not in OPEN:
                story = (vars(one), earlier[one.number], after[one.number])
                # Who was deleted there is made anew by an import as the shop was read last; the next read follows it.
                # Whom Dotdigital holds becomes mailable by consent alone, which asks the shop anew.
                assert one.wants or (one.unread and not earlier[one.number]), story
                assert not one.blocked, story

    def teardown(self) -> None:
        if not hasattr(self, "people"):
            return
        self.sandbox.delete_control("faults")
        self.sandbox.post_control("imports/release", {})
        earlier = self.statuses(self.people)
        run_until_quiet()
        # Imports and people in doubt are looked at again after a while.
        EmailImporter.objects.update(due_at=0)
        run_until_quiet()
        ConsentDelivery.objects.update(due_at=0)
        run_until_quiet()
        self.nobody_became_mailable(earlier)
        after = self.statuses(self.people)
        for one in self.people:
            story = (vars(one), after[one.number], self.word(one))
            if after[one.number] in OPEN:
                assert one.wants, story
                assert not one.blocked, story
            if after[one.number] or not one.deleted:
                assert (self.word(one) == "subscribed") == (after[one.number] in OPEN), story
        self.nothing_echoes()
        self.world.histories += PEOPLE

    def nothing_echoes(self) -> None:
        while found := self.sandbox.requests(self.world.heard):
            self.world.heard = found[-1]["number"]
        since, events = self.world.heard, ConsentEvent.objects.count()
        run_until_quiet(full=True)
        paths = [one["path"] for one in self.sandbox.requests(since) if one["method"] in ("POST", "PATCH")]
        assert [one for one in paths if "subscribe" in one or "/v3/email/" in one] == []
        assert ConsentEvent.objects.count() == events
        assert not ConsentDelivery.objects.filter(done_at=None).exists()


@pytest.mark.slow
def test_whatever_happens_on_both_sides_nobody_opted_out_becomes_mailable(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    dotbridge.configure(non_subscribers="send")
    # The first import of an account goes alone; it is none of the people who are watched.
    shop.put("customers", person(999_999_999))
    dotbridge.sync()
    Consent.world = World(dotbridge, shop, sandbox)
    run_state_machine_as_test(
        Consent,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=25,
            deadline=None,
            derandomize="CONSENT_RUNS" not in os.environ,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{Consent.world.histories} histories")
