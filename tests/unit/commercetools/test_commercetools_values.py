"""Money, texts, prices, addresses and stock of commercetools, by the rules of its documentation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dotbridge.errors import ConfigError
from dotbridge.sources.commercetools.profiles import Keys, Profile, profiles
from dotbridge.sources.commercetools.regions import hosts_of
from dotbridge.sources.commercetools.templates import PRODUCT, Template
from dotbridge.sources.commercetools.to_commerce.customer import Consent
from dotbridge.sources.commercetools.to_commerce.order import Choices, order
from dotbridge.sources.commercetools.to_commerce.prices import regular_and_special, select
from dotbridge.sources.commercetools.to_commerce.product import Around, Chosen, current, product, variants_of
from dotbridge.sources.commercetools.to_commerce.values import amount, localized, plain
from support import commercetools_documents as documents
from support.commercetools_documents import money, uid

NOW = "2025-06-15T12:00:00Z"


def profile(**settings: Any) -> Profile:
    return next(iter(profiles(documents.PROJECT, [], Keys({}, {}), settings).values()))


@pytest.mark.parametrize(
    ("held", "units"),
    [
        (money(1234, "EUR"), 123_400),
        (money(9000, "JPY", 0), 90_000_000),
        (money(1234, "KWD", 3), 12_340),
        (money(-50), -5_000),
        ({"currencyCode": "JPY", "centAmount": 7}, 70_000),
        ({"currencyCode": "KWD", "centAmount": 7}, 70),
        (
            {
                "type": "highPrecision",
                "currencyCode": "EUR",
                "centAmount": 12,
                "preciseAmount": 12346,
                "fractionDigits": 5,
            },
            1235,
        ),
        (None, 0),
    ],
)
def test_money_is_read_by_its_own_digits(held: Any, units: int) -> None:
    assert amount(held) == units


@pytest.mark.parametrize(
    ("locales", "chosen"),
    [
        (("de-AT",), "Stiefel"),
        (("en-GB",), "Wellies"),
        (("en",), "Wellies"),
        (("fr", "de"), "Stiefel"),
        (("fr",), "Stiefel"),
    ],
)
def test_a_text_is_chosen_by_locale_then_language_then_name(locales: tuple[str, ...], chosen: str) -> None:
    assert localized({"en-US": "Boots (US)", "de": "Stiefel", "en-GB": "Wellies"}, locales) == chosen


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["en", "de", "en-GB", "fr"]), st.text(min_size=1), min_size=1))
def test_the_choice_of_a_text_does_not_depend_on_the_documents_order(words: dict[str, str]) -> None:
    turned = dict(reversed(words.items()))
    assert localized(words, ("de", "en")) == localized(turned, ("de", "en"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, True),
        (12.5, Decimal("12.5")),
        ("gold", "gold"),
        ({"en": "Hello", "de": "Hallo"}, "Hello"),
        ({"key": "green", "label": {"en": "Green"}}, "Green"),
        ({"key": "34", "label": "34"}, "34"),
        (money(1500, "EUR"), Decimal("15.00")),
        ({"typeId": "channel", "id": "c1"}, "c1"),
        ({"typeId": "channel", "id": "c1", "obj": {"name": {"en": "Leeds"}}}, "Leeds"),
        (["b", "a"], ("a", "b")),
        ({"deep": {"er": 1}}, None),
        (None, None),
    ],
)
def test_a_custom_field_is_shown_as_a_person_reads_it(value: Any, shown: Any) -> None:
    assert plain(value, ("en",)) == shown


def price(cents: int, **names: Any) -> dict[str, Any]:
    references = {name: {"id": names[name]} for name in ("channel", "customerGroup") if name in names}
    return {"value": money(cents, "EUR"), **names, **references}


SCOPED = profiles(
    documents.PROJECT,
    [],
    Keys({"web": "web"}, {"b2b": "b2b"}),
    {"currency": "EUR", "country": "DE", "price_channel": "web", "customer_group": "b2b"},
)["default"].first


@pytest.mark.parametrize(
    ("prices", "cents"),
    [
        ([price(1), price(2, country="DE")], 2),
        ([price(1, country="DE"), price(2, channel="web")], 2),
        ([price(1, channel="web", country="DE"), price(2, customerGroup="b2b")], 2),
        ([price(1, customerGroup="b2b", country="DE"), price(2, customerGroup="b2b", channel="web")], 2),
        ([price(1), price(2, country="FR")], 1),
        ([price(1), price(2, customerGroup="vip")], 1),
        ([price(1), price(2, validFrom="2025-06-01T00:00:00.000Z")], 2),
        ([price(1, country="DE"), price(2, validFrom="2025-06-01T00:00:00.000Z")], 1),
        ([price(1), price(2, country="DE", validUntil="2025-06-15T12:00:00.000Z")], 1),
        ([price(1), price(2, country="DE", validFrom="2025-06-15T12:00:01.000Z")], 1),
    ],
)
def test_the_most_specific_price_of_the_day_holds(prices: list[Any], cents: int) -> None:
    for given_order in (prices, prices[::-1]):
        found = select(given_order, SCOPED, NOW)
        assert found is not None
        assert amount(found["value"]) == cents * 100


def test_a_price_in_another_currency_is_none() -> None:
    assert select([{"value": money(1, "USD")}], SCOPED, NOW) is None


@pytest.mark.parametrize(("reduced", "special"), [(900, 90_000), (1000, None), (1100, None)])
def test_only_a_lower_price_is_special(reduced: int, special: int | None) -> None:
    held = {"value": money(1000, "EUR"), "discounted": {"value": money(reduced, "EUR")}}
    assert regular_and_special(held) == (100_000, special)


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://shop.example/{locale}/{slug}", "https://shop.example/en/boots%20%26%2Fmore"),
        ("https://shop.example/p?sku={sku}", "https://shop.example/p?sku=A%2F1"),
        ("https://shop.example/{country}/{slug}", ""),
    ],
)
def test_an_address_is_filled_safely_or_not_at_all(template: str, address: str) -> None:
    values = {"locale": "en", "slug": "boots &/more", "sku": "A/1", "country": ""}
    assert Template(template, PRODUCT, "product_url").fill(values) == address


@pytest.mark.parametrize(
    "template", ["/{slug}", "https://shop.example/{slag}", "ftp://shop/{slug}", "javascript:alert(1)"]
)
def test_a_template_that_cannot_work_is_refused_at_once(template: str) -> None:
    with pytest.raises(ConfigError):
        Template(template, PRODUCT, "product_url")


def test_hosts_come_from_the_region_or_by_hand() -> None:
    assert hosts_of({"region": "europe-west1.gcp"}).auth == "https://auth.europe-west1.gcp.commercetools.com"
    by_hand = {"api_url": "https://api.example/", "auth_url": "https://auth.example"}
    assert hosts_of(by_hand).api == "https://api.example"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"region": "europe-west1.gcp.evil.example"},
        {"region": "moon-1.gcp"},
        {"region": "europe-west1.gcp", "api_url": "https://api.example"},
        {"api_url": "http://api.example", "auth_url": "http://auth.example"},
    ],
)
def test_a_secret_goes_to_known_or_encrypted_hosts_alone(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        hosts_of(settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"profiles": {"a": {"stores": ["nowhere"]}}},
        {"profiles": {"a": {"shops": []}}},
        {"profiles": ["a"]},
        {"price_channel": "nowhere"},
        {"granularity": "half"},
    ],
)
def test_a_setting_that_names_what_is_not_there_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        profile(**settings)


@pytest.mark.parametrize(
    ("value", "refusal", "word"),
    [
        (True, "unknown", "subscribed"),
        ("YES", "unknown", "subscribed"),
        ("no", "unknown", ""),
        (False, "unsubscribed", "unsubscribed"),
        ("perhaps", "unsubscribed", ""),
        (None, "unsubscribed", ""),
    ],
)
def test_consent_is_what_the_custom_field_says_and_else_unknown(value: Any, refusal: str, word: str) -> None:
    assert Consent("NEWS", refusal).word({"NEWS": value}) == word
    assert Consent("").word({"NEWS": True}) == ""


def returned(quantity: int, payment: str = "Refunded") -> dict[str, Any]:
    item = {"id": "r1", "lineItemId": uid("line", 1), "quantity": quantity, "shipmentState": "Returned"}
    at = "2025-06-20T10:00:00.000Z"
    return {
        "returnInfo": [{"returnTrackingId": "RT-1", "items": [{**item, "paymentState": payment, "lastModifiedAt": at}]}]
    }


def test_refunds_are_the_successful_ones_of_the_payments() -> None:
    given = [
        ("Refund", "Success", 500),
        ("Refund", "Failure", 900),
        ("Charge", "Success", 2400),
        ("Chargeback", "Success", 100),
    ]
    transactions = [
        {"id": str(number), "type": kind, "state": state, "amount": money(cents), "timestamp": documents.LONG_AGO}
        for number, (kind, state, cents) in enumerate(given)
    ]
    payments = {"paymentInfo": {"payments": [{"id": "p", "obj": {"transactions": transactions}}]}}
    found = order(documents.order(1, **payments, **returned(1)), profile(), "a@example.com", Choices())
    assert [refund.total for refund in found.refunds] == [50_000, 10_000]
    assert found.refunded == 60_000
    assert [line.quantity for line in found.refunds[-1].lines] == [10_000]
    assert found.lines[0].quantity_refunded == 10_000


def test_without_payments_what_returns_call_refunded_was_given_back() -> None:
    found = order(documents.order(1, **returned(1)), profile(), "a@example.com", Choices())
    assert [(one.number, one.total, one.refunded_at) for one in found.refunds] == [
        ("RT-1", 120_000, "2025-06-20T10:00:00Z")
    ]
    waiting = order(documents.order(1, **returned(1, "Initial")), profile(), "a@example.com", Choices())
    assert (waiting.refunds, waiting.lines[0].quantity_refunded) == ((), 10_000)


def test_a_new_state_of_orders_goes_as_it_is_and_is_noticed() -> None:
    found = order(documents.order(1, orderState="Paused"), profile(), "a@example.com", Choices())
    assert (found.status, [notice[0] for notice in found.notices]) == ("Paused", ["CT-STATUS-UNKNOWN"])


def test_custom_fields_of_orders_are_included_left_out_and_renamed() -> None:
    values = {"giftMessage": "Hi", "internal": "x", "points": 3}
    row = documents.order(1, custom={"fields": values})
    choices = Choices(include=frozenset({"*"}), exclude=frozenset({"internal"}), rename={"giftMessage": "gift"})
    custom = order(row, profile(), "a@example.com", choices).custom
    assert (custom["gift"], custom["points"], "internal" in custom) == ("Hi", 3, False)
    assert "giftMessage" not in order(row, profile(), "a@example.com", Choices()).custom


def made(row: dict[str, Any], stock: Any, one: Profile, **changed: Any) -> Any:
    around = Around(one, one.first, "", NOW, {}, stock, "", (), "")
    shown = current(row)
    return product(Chosen(shown, tuple(variants_of(shown))), around._replace(**changed))


@pytest.mark.parametrize(
    ("entries", "settings", "stock"),
    [
        ({"": 5, "c1": 7}, {}, 50_000),
        ({"": 5, "c1": 7}, {"supply_channels": "one"}, 70_000),
        ({"": 5, "c1": 7}, {"supply_channels": ["one"], "unassigned_stock": True}, 120_000),
        ({"c1": 7}, {}, None),
        ({}, {}, None),
        ({"": 0}, {}, 0),
    ],
)
def test_stock_is_summed_over_the_channels_that_count(entries: Any, settings: Any, stock: int | None) -> None:
    one = profiles(documents.PROJECT, [], Keys({"one": "c1"}, {}), settings)["default"]
    assert made(documents.product(1), {"SKU-1-1": entries}, one).stock == stock


def test_one_record_may_stand_for_all_variants() -> None:
    row = documents.product(1, documents.variant(1, 1, 1500), documents.variant(1, 2, 1200))
    found = made(row, {"SKU-1-1": {"": 2}, "SKU-1-2": {"": 3}}, profile(granularity="product"))
    assert (found.source_id, found.sku, found.price, found.stock) == (uid("product", 1), "SKU-1-1", 120_000, 50_000)


def test_the_address_of_a_product_may_stand_in_an_attribute() -> None:
    page = {"name": "page", "value": "https://shop.example/special"}
    row = documents.product(1, documents.variant(1, attributes=[page]))
    one = profile(product_url="https://shop.example/{slug}", url_attribute="page")
    assert made(row, {}, one).url == "https://shop.example/special"
    assert made(documents.product(1), {}, one).url == "https://shop.example/boots-1"
