"""The subscription of one contact: single steps as sentences, and the laws that hold over any walk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.sandbox.dotdigital import subscription
from dotbridge.sandbox.dotdigital.subscription import CHOSEN, FINAL, OPEN, OptIn, Resubscribed, Status, Subscription

SUBSCRIBED = Subscription(Status.SUBSCRIBED)
UNSUBSCRIBED = Subscription(Status.UNSUBSCRIBED)

opt_ins = st.none() | st.sampled_from(OptIn)
writable = st.none() | st.sampled_from([Status.SUBSCRIBED, Status.UNSUBSCRIBED, Status.SUPPRESSED])
states = st.builds(Subscription, st.sampled_from(Status), st.sampled_from(OptIn), st.booleans())
flags = st.booleans()


@pytest.mark.parametrize("status", [None, Status.SUBSCRIBED])
def test_a_new_contact_with_no_stated_status_is_subscribed(status: Status | None) -> None:
    begun = subscription.begin(status, None, double_opt_in=False)
    assert begun == SUBSCRIBED
    assert subscription.newly_subscribed(None, begun)


@pytest.mark.parametrize("status", [Status.UNSUBSCRIBED, Status.SUPPRESSED])
def test_a_contact_may_be_born_closed_and_goes_into_the_feed(status: Status) -> None:
    begun = subscription.begin(status, OptIn.VERIFIED_DOUBLE, double_opt_in=True)
    assert begun.status is status
    assert subscription.newly_removed(None, begun)


@pytest.mark.parametrize(("opt_in", "double"), [(OptIn.VERIFIED_DOUBLE, False), (None, True), (OptIn.SINGLE, True)])
def test_a_contact_that_must_confirm_is_pending_and_reads_double(opt_in: OptIn | None, double: bool) -> None:
    begun = subscription.begin(None, opt_in, double_opt_in=double)
    assert (begun.status, begun.opt_in) == (Status.PENDING, OptIn.DOUBLE)
    assert not subscription.newly_subscribed(None, begun)
    confirmed = subscription.confirm(begun)
    assert (confirmed.status, confirmed.opt_in) == (Status.SUBSCRIBED, OptIn.VERIFIED_DOUBLE)
    assert subscription.newly_subscribed(begun, confirmed)


def test_an_unset_status_leaves_an_unsubscribed_contact_unsubscribed() -> None:
    after = subscription.write(UNSUBSCRIBED, None, OptIn.SINGLE)
    assert (after.status, after.opt_in) == (Status.UNSUBSCRIBED, OptIn.SINGLE)


def test_subscribed_on_an_unsubscribed_contact_resubscribes_without_a_challenge() -> None:
    assert subscription.write(UNSUBSCRIBED, Status.SUBSCRIBED, None).status is Status.SUBSCRIBED


def test_a_challenge_leaves_the_contact_unsubscribed_until_it_confirms() -> None:
    asked = subscription.write(UNSUBSCRIBED, Status.SUBSCRIBED, None, challenge=True)
    assert (asked.status, asked.challenged) == (Status.UNSUBSCRIBED, True)
    assert subscription.confirm(asked).status is Status.SUBSCRIBED


def test_an_account_that_enforces_double_opt_in_challenges_even_on_the_quiet_route() -> None:
    after, result = subscription.resubscribe(UNSUBSCRIBED, None, challenge=False, double_opt_in=True)
    assert (after.status, result) == (Status.UNSUBSCRIBED, Resubscribed.CHALLENGED)


def test_a_pending_contact_does_not_become_subscribed_by_being_written() -> None:
    pending = subscription.begin(None, OptIn.VERIFIED_DOUBLE, double_opt_in=False)
    assert subscription.write(pending, Status.SUBSCRIBED, OptIn.SINGLE) == pending


def test_verified_double_asks_a_subscribed_contact_to_confirm_once() -> None:
    asked = subscription.write(SUBSCRIBED, None, OptIn.VERIFIED_DOUBLE)
    assert asked.status is Status.PENDING
    confirmed = subscription.confirm(asked)
    assert subscription.write(confirmed, None, OptIn.VERIFIED_DOUBLE) == confirmed


def test_a_click_on_an_old_confirmation_changes_nothing() -> None:
    assert subscription.confirm(UNSUBSCRIBED) == UNSUBSCRIBED


def test_a_soft_bounce_is_temporary_and_tells_the_feed() -> None:
    bounced = subscription.soft_bounce(SUBSCRIBED)
    assert not bounced.blocked
    assert subscription.newly_removed(SUBSCRIBED, bounced)
    assert subscription.soft_bounce(UNSUBSCRIBED) == UNSUBSCRIBED


def test_every_status_is_in_exactly_one_group() -> None:
    assert set(Status) == OPEN | CHOSEN | FINAL
    assert len(OPEN) + len(CHOSEN) + len(FINAL) == len(Status)


@given(states, opt_ins, flags)
def test_a_write_without_status_never_opens_and_never_closes(
    current: Subscription, opt_in: OptIn | None, double: bool
) -> None:
    after = subscription.write(current, None, opt_in, double_opt_in=double)
    assert after.blocked == current.blocked
    if current.blocked:
        assert after.status is current.status


@given(states.filter(lambda state: state.status in FINAL), writable, opt_ins, flags, flags)
def test_no_call_leads_back_from_a_bounce_a_complaint_or_a_suppressed_domain(
    current: Subscription, status: Status | None, opt_in: OptIn | None, challenge: bool, double: bool
) -> None:
    written = subscription.write(current, status, opt_in, challenge=challenge, double_opt_in=double)
    after, result = subscription.resubscribe(current, opt_in, challenge=challenge, double_opt_in=double)
    assert (written.status, after.status, result) == (current.status, current.status, Resubscribed.REFUSED)
    assert subscription.confirm(current).status is current.status


@given(states, st.sampled_from([Status.UNSUBSCRIBED, Status.SUPPRESSED]))
def test_closing_always_ends_closed_and_closing_twice_is_closing_once(current: Subscription, status: Status) -> None:
    closed = subscription.close(current, status)
    assert closed.blocked
    assert subscription.close(closed, status) == closed


Step = Callable[[Subscription], Subscription]


def writes(status: Status | None, opt_in: OptIn | None, challenge: bool, double: bool) -> Step:
    return lambda state: subscription.write(state, status, opt_in, challenge=challenge, double_opt_in=double)


def resubscribes(opt_in: OptIn | None, challenge: bool, double: bool) -> Step:
    return lambda state: subscription.resubscribe(state, opt_in, challenge=challenge, double_opt_in=double)[0]


steps = (
    st.builds(writes, writable, opt_ins, flags, flags)
    | st.builds(resubscribes, opt_ins, flags, flags)
    | st.sampled_from([subscription.confirm, subscription.soft_bounce])
    | st.builds(lambda status: lambda state: subscription.close(state, status), st.sampled_from(sorted(CHOSEN | FINAL)))
)


@given(st.builds(subscription.begin, writable, opt_ins, double_opt_in=flags), st.lists(steps, max_size=12))
def test_over_any_walk_only_a_confirmation_verifies_and_the_feed_tells_every_closing(
    state: Subscription, walk: list[Step]
) -> None:
    for step in walk:
        after = step(state)
        if after.opt_in is OptIn.VERIFIED_DOUBLE and state.opt_in is not OptIn.VERIFIED_DOUBLE:
            assert step is subscription.confirm
        if after.blocked and not state.blocked:
            assert subscription.newly_removed(state, after)
        if state.blocked and not after.blocked:
            assert after.status is Status.SUBSCRIBED
            assert subscription.newly_subscribed(state, after)
        state = after
