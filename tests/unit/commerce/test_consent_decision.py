"""The decision on consent: its laws hold for every case, and the cases that people ask about stand by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.commerce.consent import SKEW_SECONDS, Case, Said, decide, is_later, truth_table, word_of

_TIMES = st.sampled_from(["", "2026-03-01T10:00:00Z", "2026-03-01T10:04:00Z", "2026-03-01T12:00:00Z"])
_SAID = st.builds(
    Said,
    st.sampled_from(["", "none", "subscribed", "pending", "unsubscribed", "blocked"]),
    _TIMES,
    st.sampled_from([0.0, 1.0, 2.0]),
    st.sampled_from([0.0, 1.0, 2.0]),
)
CASES = st.builds(
    Case,
    st.sampled_from(["", "shop", "dotdigital"]),
    _SAID,
    _SAID,
    st.sampled_from(["dotdigital", "shop"]),
    st.sampled_from(["", "subscribed", "unsubscribed"]),
    st.booleans(),
)
_OPENING = {"subscribe_dotdigital", "resubscribe_dotdigital"}


@given(CASES)
def test_nobody_becomes_mailable_but_by_an_opt_in_with_evidence(case: Case) -> None:
    if decide(case).action in _OPENING:
        assert case.moved == "shop"
        assert case.shop.word == "subscribed"
        assert case.evidence
        assert case.written != "subscribed"


@given(CASES)
def test_an_unsubscribed_person_is_resubscribed_only_by_a_later_opt_in(case: Case) -> None:
    action = decide(case).action
    if action == "resubscribe_dotdigital":
        assert case.dotdigital.word == "unsubscribed"
        assert is_later(case.shop, case.dotdigital)
    if action == "resubscribe_shop":
        assert case.truth == "dotdigital"
        assert case.shop.word == "unsubscribed"
        assert is_later(case.dotdigital, case.shop)


@given(CASES)
def test_what_is_blocked_is_never_lifted(case: Case) -> None:
    if case.dotdigital.word == "blocked":
        assert decide(case).action in {"none", "pending", "unsubscribe_shop"}


@given(CASES)
def test_a_first_look_pushes_nothing_and_resubscribes_nobody(case: Case) -> None:
    if not case.moved:
        assert decide(case).action in {"none", "unsubscribe_shop"}


@given(CASES)
def test_our_own_writing_is_no_news(case: Case) -> None:
    mover = case.shop if case.moved == "shop" else case.dotdigital
    if case.moved and case.written and mover.word == case.written:
        assert decide(case) == ("none", "echo")


@given(CASES)
def test_an_unsubscribe_that_was_seen_reaches_the_other_side_or_gives_way_to_a_later_opt_in(case: Case) -> None:
    decision = decide(case._replace(written=""))
    if case.moved == "shop" and case.shop.word == "unsubscribed" and case.dotdigital.word == "subscribed":
        assert decision.action == "unsubscribe_dotdigital"
    if case.moved == "dotdigital" and case.dotdigital.word == "unsubscribed" and case.shop.word == "subscribed":
        assert decision.action == "unsubscribe_shop" or is_later(case.shop, case.dotdigital)


@given(CASES)
def test_a_decision_brings_both_sides_together(case: Case) -> None:
    """After what is done, the same two statuses ask for nothing in the opposite direction."""
    shop, held = case.shop.word, case.dotdigital.word
    match decide(case).action:
        case "unsubscribe_dotdigital":
            held = "unsubscribed"
        case "subscribe_dotdigital" | "resubscribe_dotdigital":
            held = "subscribed"
        case "unsubscribe_shop":
            shop = "unsubscribed"
        case "resubscribe_shop":
            shop = "subscribed"
        case _:
            return
    after = case._replace(
        moved="", shop=case.shop._replace(word=shop), dotdigital=case.dotdigital._replace(word=held), written=""
    )
    assert decide(after).action == "none"


@given(CASES)
def test_the_same_case_is_always_decided_the_same(case: Case) -> None:
    assert decide(case) == decide(case)


def test_the_truth_table_holds_every_combination_once() -> None:
    rows = [(case, later) for case, later, _ in truth_table()]
    assert len(rows) == 3 * 4 * 6 * 2 * 2 * 2
    assert {decision.action for _, _, decision in truth_table()} == {
        "none",
        "pending",
        "unsubscribe_dotdigital",
        "subscribe_dotdigital",
        "resubscribe_dotdigital",
        "unsubscribe_shop",
        "resubscribe_shop",
    }


@pytest.mark.parametrize(
    "status", ["hard_bounced", "isp_complained", "direct_complaint", "domain_suppressed", "suppressed", "new_word"]
)
def test_a_status_that_closes_for_good_or_is_unknown_counts_as_blocked(status: str) -> None:
    assert word_of(status) == "blocked"


def test_a_soft_bounce_is_no_decision_of_anybody() -> None:
    assert word_of("soft_bounced") == "subscribed"


def test_clocks_that_differ_by_little_do_not_make_an_opt_in_later() -> None:
    unsubscribed = Said("unsubscribed", "2026-03-01T10:00:00Z", learned=50.0)
    assert not is_later(Said("subscribed", "2026-03-02T09:59:59Z"), unsubscribed)
    assert is_later(Said("subscribed", "2026-03-02T10:00:01Z"), unsubscribed)
    assert SKEW_SECONDS == 86_400


def test_an_unsubscribe_after_we_knew_of_the_opt_in_is_later_whatever_the_clocks_say() -> None:
    opted_in = Said("subscribed", "2026-03-09T10:00:00Z", learned=50.0)
    assert not is_later(opted_in, Said("unsubscribed", "2026-03-01T10:00:00Z", after=50.0, learned=60.0))


def test_a_change_after_we_knew_of_the_unsubscribe_is_later_whatever_the_clocks_say() -> None:
    unsubscribed = Said("unsubscribed", "2026-03-01T10:00:00Z", learned=50.0)
    assert is_later(Said("subscribed", "2001-01-01T00:00:00Z", after=50.0), unsubscribed)


def test_an_opt_in_of_unknown_time_does_not_beat_an_unsubscribe() -> None:
    case = Case("shop", Said("subscribed", after=10.0), Said("unsubscribed", "2026-03-01T10:00:00Z", learned=50.0))
    assert decide(case) == ("unsubscribe_shop", "unsubscribe_wins")
