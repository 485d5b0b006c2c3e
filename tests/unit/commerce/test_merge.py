"""One person from several sources: precedence, and that no order of reading changes it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dotbridge.commerce.address import Address
from dotbridge.commerce.contact import Contact
from dotbridge.commerce.merge import merge

FIRST, SECOND = {"1": 1, "2": 2}, {"1": 2, "2": 1}


def contact(kind: Any = "customer", source_id: str = "1", website_id: str = "1", **known: Any) -> Contact:
    return Contact(
        kind,
        source_id,
        website_id,
        known.pop("store_id", "1"),
        f"view {website_id}",
        f"group {website_id}",
        f"website {website_id}",
        known.pop("email", "mara@example.com"),
        **known,
    )


def test_a_customer_wins_over_a_subscriber_over_a_guest():
    guest = contact("guest", first_name="G", last_name="Guest", title="Ms", updated_at="2025-03-01T00:00:00Z")
    subscriber = contact("subscriber", first_name="S", last_name="Subscriber", updated_at="2025-02-01T00:00:00Z")
    customer = contact("customer", first_name="C", updated_at="2025-01-01T00:00:00Z")
    person = merge([guest, subscriber, customer], FIRST)
    assert (person.kind, person.first_name, person.last_name, person.title) == ("customer", "C", "Subscriber", "Ms")
    assert person.updated_at == "2025-03-01T00:00:00Z"


def test_then_the_website_then_the_newest_then_the_smallest_id():
    here, there = contact(website_id="1", group="Retail"), contact(website_id="2", group="Wholesale")
    assert merge([here, there], FIRST).group == "Retail"
    assert merge([here, there], SECOND).group == "Wholesale"
    assert merge([contact(website_id="9", group="Unknown"), there], FIRST).group == "Wholesale"
    old, new = (
        contact(group="Old", updated_at="2025-01-01T00:00:00Z"),
        contact(group="New", updated_at="2025-02-01T00:00:00Z"),
    )
    assert merge([old, new], FIRST).group == "New"
    assert merge([contact(source_id="10", group="Ten"), contact(source_id="9", group="Nine")], FIRST).group == "Nine"


def test_an_address_is_taken_whole_from_one_source():
    weak = contact("guest", billing=Address(line_1="Quay 1", city="Bergen", postcode="5003"))
    strong = contact(billing=Address(line_1="Pier 4"), delivery=Address())
    person = merge([weak, strong], FIRST)
    assert person.billing == Address(line_1="Pier 4")
    assert person.delivery is None


def test_an_attribute_is_the_first_that_is_not_empty_and_stays_known_when_all_are():
    strong = contact(attributes={"size": "", "colour": "Red", "note": None})
    weak = contact("guest", attributes={"size": "M", "colour": "Blue"})
    assert merge([weak, strong], FIRST).attributes == {"colour": "Red", "note": None, "size": "M"}


def test_the_place_is_never_a_mixture():
    person = merge([contact("guest", website_id="1"), contact(website_id="2")], FIRST)
    assert (person.website_name, person.store_name, person.store_group) == ("website 2", "view 2", "group 2")


def test_a_subscription_is_known_per_website_and_any_subscribed_website_counts():
    person = merge(
        [
            contact("subscriber", website_id="1", subscription="unsubscribed"),
            contact("subscriber", website_id="2", subscription="subscribed"),
            contact("guest", website_id="3"),
        ],
        FIRST,
    )
    assert person.subscriptions == {"1": "unsubscribed", "2": "subscribed"}
    assert person.subscription == "subscribed"
    assert merge([contact()], FIRST).subscription == ""


def test_in_one_website_the_newer_word_counts_and_in_doubt_the_more_cautious():
    def word(first: tuple[Any, str], second: tuple[Any, str]) -> str:
        sources = [
            contact("subscriber", str(number), subscription=said, subscription_changed_at=at)
            for number, (said, at) in enumerate((first, second))
        ]
        return merge(sources, FIRST).subscriptions["1"]

    old, new = "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"
    assert word(("unsubscribed", old), ("subscribed", new)) == "subscribed"
    assert word(("unsubscribed", new), ("subscribed", old)) == "unsubscribed"
    assert word(("unsubscribed", ""), ("subscribed", new)) == "unsubscribed"
    assert word(("subscribed", new), ("unconfirmed", new)) == "unconfirmed"


few = st.sampled_from(["", "a", "b"])
instants = st.sampled_from(["", "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"])
addresses = st.none() | st.builds(Address, line_1=few, city=few)
contacts = st.builds(
    contact,
    kind=st.sampled_from(["customer", "subscriber", "guest"]),
    source_id=st.sampled_from(["1", "2", "10"]),
    website_id=st.sampled_from(["1", "2", "3"]),
    store_id=st.sampled_from(["1", "2"]),
    email=st.sampled_from(["mara@example.com", "Mara@Example.com"]),
    updated_at=instants,
    first_name=few,
    group=few,
    subscription=st.sampled_from(["", "subscribed", "unsubscribed", "not_active", "unconfirmed"]),
    subscription_changed_at=instants,
    billing=addresses,
    review_count=st.none() | st.integers(0, 2),
    attributes=st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from([None, "", "1", "2"])),
)
groups = st.lists(contacts, min_size=1, max_size=5)


@given(groups, st.randoms(use_true_random=False))
def test_no_order_of_the_sources_changes_the_person(sources, random):
    shuffled = list(sources)
    random.shuffle(shuffled)
    assert merge(shuffled, FIRST) == merge(sources, FIRST)


@given(groups)
def test_a_source_that_is_read_twice_changes_nothing(sources):
    assert merge(sources + sources, FIRST) == merge(sources, FIRST)


@given(groups)
def test_every_source_is_accounted_for_and_nobody_is_subscribed_whom_no_source_calls_so(sources):
    person = merge(sources, FIRST)
    assert set(person.sources) == {(one.website_id, one.kind, one.source_id) for one in sources}
    said = {(one.website_id, one.subscription) for one in sources if one.subscription}
    assert set(person.subscriptions.items()) <= said
    if person.subscription == "subscribed":
        assert "subscribed" in {status for _, status in said}
