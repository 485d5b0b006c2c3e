"""Both sides' events in any order: nobody opted out becomes mailable without evidence, both sides agree, no echo.

The model keeps what the ledger keeps and decides with the product's own function; the two sides are told of what
happened elsewhere late, in any order, and sometimes twice. ``CONSENT_EXAMPLES`` sets how many interleavings are tried.
"""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dotbridge.commerce.consent import Case, Said, decide, word_of

FINAL = {"hard_bounced", "isp_complained", "domain_suppressed"}


class Consent(RuleBasedStateMachine):
    """One person of one website. Time is a counter; each side's clock may be off by any amount, and is not told."""

    @initialize(
        shop=st.sampled_from(["subscribed", "unsubscribed"]), held=st.sampled_from(["subscribed", "unsubscribed"])
    )
    def begin(self, shop: str, held: str) -> None:
        self.now = 1.0
        self.shop, self.held = shop, held
        self.opted_in = 0.0
        self.opted_out = 1.0 if "unsubscribed" in (shop, held) else 0.0
        self.lawful = True
        self.calls = 0
        # What the ledger holds: each side's word, and since when by our clock; when each side was looked at last.
        self.known = {"shop": (shop, 1.0), "dotdigital": (held, 1.0)}
        self.looked = {"shop": 1.0, "dotdigital": 1.0}
        self.do(Case("", Said(word_of(shop)), Said(word_of(held))), 1.0)

    def tick(self) -> float:
        self.now += 1.0
        return self.now

    @rule(word=st.sampled_from(["subscribed", "unsubscribed"]))
    def person_changes_in_the_shop(self, word: str) -> None:
        if self.shop != word:
            self.shop = word
            self.choose(word)

    @rule(word=st.sampled_from(["subscribed", "unsubscribed"]))
    def person_changes_in_dotdigital(self, word: str) -> None:
        if self.held not in FINAL and self.held != word:
            self.held = word
            self.choose(word)

    @rule(word=st.sampled_from(sorted(FINAL)))
    def dotdigital_closes(self, word: str) -> None:
        self.held = word
        self.opted_out = self.tick()

    def choose(self, word: str) -> None:
        if word == "subscribed":
            self.opted_in = self.tick()
        else:
            self.opted_out = self.tick()

    @rule()
    def bulk_import(self) -> None:
        """It carries no status: nothing changes."""

    @rule()
    def shop_is_read(self) -> None:
        self.look("shop", self.shop)

    @rule()
    def dotdigital_is_pulled(self) -> None:
        self.look("dotdigital", self.held)

    def look(self, side: str, word: str) -> None:
        started = self.tick()
        was, since = self.known[side]
        bound, self.looked[side] = max(since, self.looked[side]), started
        if word == was:
            return
        learned = self.tick()
        self.known[side] = (word, learned)
        if side == "shop":
            # A push looks at what Dotdigital holds at this moment before it calls.
            if self.held != self.known["dotdigital"][0]:
                self.known["dotdigital"] = (self.held, self.tick())
            told, at = self.known["dotdigital"]
            case = Case("shop", Said(word_of(word), "", bound, learned), Said(word_of(told), "", 0.0, at))
        else:
            told, at = self.known["shop"]
            case = Case("dotdigital", Said(word_of(told), "", 0.0, at), Said(word_of(word), "", bound, learned))
        self.do(case, learned)

    def do(self, case: Case, cause: float) -> None:
        match decide(case).action:
            case "unsubscribe_shop":
                self.calls += self.shop != "unsubscribed"
                self.shop = "unsubscribed"
                self.known["shop"] = ("unsubscribed", self.known["dotdigital"][1])
            case "resubscribe_shop":
                self.shop = "subscribed"
                self.calls += 1
                self.known["shop"] = ("subscribed", cause)
            case "unsubscribe_dotdigital":
                self.calls += 1
                if self.held not in FINAL:
                    self.held = "unsubscribed"
                self.known["dotdigital"] = (self.held, cause)
            case "resubscribe_dotdigital" | "subscribe_dotdigital":
                self.calls += 1
                self.lawful = self.lawful and self.held not in FINAL and self.opted_in > self.opted_out
                self.held = "subscribed"
                self.known["dotdigital"] = ("subscribed", cause)

    @invariant()
    def nobody_opted_out_was_made_mailable(self) -> None:
        assert getattr(self, "lawful", True)

    def teardown(self) -> None:
        if not hasattr(self, "now"):
            return
        for _ in range(4):
            self.shop_is_read()
            self.dotdigital_is_pulled()
        seen = self.opted_in or self.opted_out > 1.0
        if seen and self.held in FINAL:
            assert self.shop == "unsubscribed"
        elif seen:
            assert self.shop == self.held
        calls = self.calls
        self.shop_is_read()
        self.dotdigital_is_pulled()
        assert self.calls == calls
        assert self.lawful


TestConsent = Consent.TestCase
TestConsent.settings = settings(
    max_examples=int(os.environ.get("CONSENT_EXAMPLES", "300")), stateful_step_count=30, deadline=None
)
