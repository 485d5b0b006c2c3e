"""Contact fields and the item of an import: what is sent, what is left alone, what is cleared."""

from __future__ import annotations

import pytest
from northwind_records import HOME, contact, context, sales

from dotbridge.commerce.merge import merge
from dotbridge.errors import ConfigError, RecordError
from dotbridge.mapping.base import Context
from dotbridge.mapping.contacts.document import contact_document, data_fields, excluded
from dotbridge.mapping.contacts.fields import FIELDS
from dotbridge.mapping.contacts.plan import plan
from dotbridge.mapping.settings import Settings

SURVEY = {field.name: field.type for field in FIELDS.values() if field.name}


def person(**changes):
    return merge([contact(**changes)], {})


def codes(ctx: Context) -> list[tuple[str, str]]:
    return [(notice.code, notice.field) for notice in ctx.notices]


def test_an_import_item_of_a_customer_with_orders():
    mara = person(
        customer_id="240",
        first_name="Mara",
        last_name="Lind",
        born_on="1990-05-01",
        group="General",
        created_at="2024-01-01T10:00:00Z",
        subscription="subscribed",
        delivery=HOME,
        review_count=0,
    )
    ctx = context(lists={"1": {"customer": 11, "subscriber": 12, "guest": 13}})
    assert contact_document(mara, sales(), ctx) == {
        "matchIdentifier": "email",
        "identifiers": {"email": "Mara.Lind@example.com"},
        "dataFields": {
            "CUSTOMER_ID": 240,
            "FIRSTNAME": "Mara",
            "LASTNAME": "Lind",
            "DOB": "1990-05-01T00:00:00Z",
            "ACCOUNT_CREATED_DATE": "2024-01-01T10:00:00Z",
            "CUSTOMER_GROUP": "General",
            "REVIEW_COUNT": 0,
            "SUBSCRIBER_STATUS": "Subscribed",
            "WEBSITE_NAME": "Nordic",
            "STORE_NAME": "Nordic English",
            "DELIVERY_ADDRESS_1": "Pier 4",
            "DELIVERY_CITY": "Oslo",
            "DELIVERY_COUNTRY": "NO",
            "DELIVERY_POSTCODE": "0150",
            "DELIVERY_TELEPHONE": "+47 22 00 00 00",
            "NUMBER_OF_ORDERS": 3,
            "TOTAL_SPEND": 100.0,
            "AVERAGE_ORDER_VALUE": 33.33,
            "TOTAL_REFUND": 12.51,
            "LAST_ORDER_DATE": "2025-03-02T09:41:07Z",
            "LAST_ORDER_ID": 317,
            "LAST_INCREMENT_ID": "SE-000317",
            "LAST_REFUND_DATE": "2025-03-09T12:00:00Z",
            "FIRST_CATEGORY_PUR": "Outdoor",
            "LAST_CATEGORY_PUR": "Jackets,Outdoor",
            "FIRST_BRAND_PUR": "Fjell",
            "MOST_PUR_CATEGORY": "Jackets",
            "MOST_PUR_BRAND": "Fjell",
            "MOST_FREQ_PUR_DAY": "Sunday",
            "MOST_FREQ_PUR_MON": "March",
            "LAST_QUOTE_ID": 5012,
        },
        "channelProperties": {"email": {"emailType": "Html"}},
        "lists": [11, 12],
    }
    assert ctx.notices == []


def _mentions(value, path=""):
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _mentions(part, f"{path}.{name}")
    elif isinstance(value, list):
        for part in value:
            yield from _mentions(part, path)
    yield path


@pytest.mark.parametrize("kind", ["customer", "subscriber", "guest"])
@pytest.mark.parametrize("subscription", ["", "subscribed", "not_active", "unsubscribed", "unconfirmed"])
@pytest.mark.parametrize("figures", [None, sales()])
@pytest.mark.parametrize("create_unsubscribed", [False, True])
def test_nobody_becomes_mailable_by_any_body(kind, subscription, figures, create_unsubscribed):
    someone = person(kind=kind, subscription=subscription, attributes={"status": "subscribed", "optInType": "double"})
    body = contact_document(
        someone,
        figures,
        context(attributes={"status": "STATUS", "optInType": "OPTINTYPE"}),
        create_unsubscribed=create_unsubscribed,
    )
    assert body["channelProperties"]["email"].pop("emailType") == "Html"
    assert body["channelProperties"]["email"] == ({"status": "unsubscribed"} if create_unsubscribed else {})
    del body["channelProperties"]
    for path in _mentions({name: part for name, part in body.items() if name != "dataFields"}):
        assert not any(word in path.lower() for word in ("status", "optin", "resubscribe", "preference", "consent"))
    assert set(body) <= {"matchIdentifier", "identifiers", "dataFields", "lists"}


def test_an_address_that_cannot_receive_mail_is_refused():
    with pytest.raises(RecordError):
        contact_document(person(email="mara"), None, context())


def test_sales_fields_are_absent_until_the_history_is_complete_and_zero_when_it_has_no_order():
    names = {field.name for field in FIELDS.values() if field.group == "sales"}
    assert not names & set(data_fields(person(), None, context()))
    nothing = sales(orders=0, spend=0, refund=0, last_order_at="", last_refund_at="", last_order_number="")
    fields = data_fields(person(), nothing, context())
    assert (fields["NUMBER_OF_ORDERS"], fields["TOTAL_SPEND"], fields["AVERAGE_ORDER_VALUE"]) == (0, 0.0, 0.0)
    assert not {"LAST_ORDER_DATE", "LAST_REFUND_DATE", "LAST_INCREMENT_ID"} & set(fields)


def test_the_average_is_rounded_half_upwards_once():
    assert data_fields(person(), sales(orders=8, spend=10_200), context())["AVERAGE_ORDER_VALUE"] == 0.13
    assert data_fields(person(), sales(orders=3, spend=20_000), context())["AVERAGE_ORDER_VALUE"] == 0.67


def test_a_field_that_the_account_lacks_is_dropped_and_the_person_still_goes():
    survey = {name: kind for name, kind in SURVEY.items() if name != "TITLE"}
    ctx = context(account_fields=survey)
    fields = data_fields(person(title="Dr", first_name="Mara"), None, ctx)
    assert (fields["FIRSTNAME"], "TITLE" in fields) == ("Mara", False)
    assert codes(ctx) == [("MAP-FIELD-MISSING", "TITLE")]


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("String", 12, "12"),
        ("String", True, "Yes"),
        ("String", ["Red", "Blue"], "Red,Blue"),
        ("String", 1e16, "10000000000000000"),
        ("String", {"a": 1}, None),
        ("Numeric", "12.50", 12.5),
        ("Numeric", "0007", 7),
        ("Numeric", "SE-7", None),
        ("Numeric", "9" * 18, 10**18 - 1),
        ("Numeric", "9" * 19, None),
        ("Numeric", float("inf"), None),
        ("Numeric", False, 0),
        ("Date", "1990-05-01", "1990-05-01T00:00:00Z"),
        ("Date", "2025-03-02 09:41:07", "2025-03-02T09:41:07Z"),
        ("Date", "2025-03-02T09:41:07Z", "2025-03-02T09:41:07Z"),
        ("Date", "2025-02-30", None),
        ("Date", "soon", None),
        ("Date", 20250302, None),
        ("Boolean", "1", True),
        ("Boolean", "no", False),
        ("Boolean", False, False),
        ("Boolean", "perhaps", None),
    ],
)
def test_a_value_is_sent_as_the_accounts_type_or_dropped_with_a_warning(kind, value, sent):
    ctx = context(attributes={"extra": "EXTRA"}, account_fields={**SURVEY, "EXTRA": kind})
    fields = data_fields(person(attributes={"extra": value}), None, ctx)
    if sent is None:
        assert "EXTRA" not in fields
        assert codes(ctx) == [("MAP-FIELD-UNFIT", "EXTRA")]
    else:
        assert (fields["EXTRA"], type(fields["EXTRA"])) == (sent, type(sent))
        assert ctx.notices == []


def test_a_text_over_a_thousand_characters_is_cut_with_a_warning():
    ctx = context()
    assert len(data_fields(person(first_name="x" * 1001), None, ctx)["FIRSTNAME"]) == 1000
    assert codes(ctx) == [("MAP-TEXT-CUT", "FIRSTNAME")]


def test_only_a_customers_field_that_was_mapped_on_purpose_is_cleared():
    chosen = {"fields": {"gender": "SEX", "billing_city": "CITY"}, "attributes": {"size": "SIZE", "unread": "UNREAD"}}
    known = {"attributes": {"size": None}, "billing": HOME.__class__(line_1="Pier 4")}
    fields = data_fields(person(**known), None, context(**chosen))
    assert {name for name, value in fields.items() if value is None} == {"SEX", "CITY", "SIZE"}
    assert "TITLE" not in fields
    assert None not in data_fields(person(kind="guest", **known), None, context(**chosen)).values()
    assert "CITY" not in data_fields(person(attributes={}), None, context(**chosen))


def test_a_field_can_go_under_another_name_or_not_at_all():
    fields = data_fields(
        person(title="Dr", first_name="Mara"), None, context(fields={"firstname": "given_name", "title": None})
    )
    assert fields["GIVEN_NAME"] == "Mara"
    assert not {"FIRSTNAME", "TITLE"} & set(fields)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"fields": {"shoe_size": "SHOE"}}, "MAP-FIELD-UNKNOWN"),
        ({"fields": {"title": "email"}}, "MAP-FIELD-NAME-ILLEGAL"),
        ({"fields": {"title": "A NAME WITH BLANKS"}}, "MAP-FIELD-NAME-ILLEGAL"),
        ({"attributes": {"size": "X" * 21}}, "MAP-FIELD-NAME-ILLEGAL"),
        ({"attributes": {"size": "firstname"}}, "MAP-FIELD-DOUBLED"),
    ],
)
def test_a_mapping_that_dotdigital_would_refuse_stops_before_anything_is_sent(settings, code):
    with pytest.raises(ConfigError) as refusal:
        plan(Settings(**settings))
    assert refusal.value.code.id == code


def test_a_mapped_attribute_that_vanished_from_the_shop_is_told():
    ctx = context(attributes={"size": "SIZE"}, shop_attributes=frozenset({"colour"}))
    assert "SIZE" not in data_fields(person(attributes={"size": "M"}), None, ctx)
    assert codes(ctx) == [("MAP-ATTRIBUTE-GONE", "SIZE")]


def test_a_subscriber_joins_the_subscriber_list_only_while_the_website_says_subscribed():
    lists = {"1": {"customer": 11, "subscriber": 12}, "2": {"subscriber": 22}}
    both = merge(
        [
            contact(subscription="subscribed"),
            contact(kind="subscriber", source_id="8", subscription="subscribed"),
            contact(kind="subscriber", source_id="9", website_id="2", subscription="unsubscribed"),
        ],
        {},
    )
    assert contact_document(both, None, context(lists=lists))["lists"] == [11, 12]


def test_who_has_not_subscribed_is_left_out_unless_the_website_sends_everybody():
    assert excluded(person(subscription="unsubscribed"), context()) == "not_subscribed"
    assert excluded(person(), context()) == "not_subscribed"
    assert excluded(person(subscription="subscribed"), context()) == ""
    assert excluded(person(), context(non_subscribers="send")) == ""


def test_the_default_fields_fit_dotdigitals_rules():
    made = plan(Settings())
    assert len({one.name for one in made.fields}) == len(made.fields)
    assert all(1 <= len(one.name) <= 20 for one in made.fields)
