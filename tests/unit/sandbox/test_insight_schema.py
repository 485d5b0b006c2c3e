"""The schema that a collection's first records fix."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.sandbox.dotdigital import insight_schema
from dotbridge.sandbox.dotdigital.insight_schema import MisfitError, Schema

names = st.text("abcXYZ0", min_size=1, max_size=4)
scalars = (
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text("ab 1", max_size=4) | st.just("2026-03-01")
)
documents: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    names,
    st.recursive(
        scalars,
        lambda inner: st.dictionaries(names, inner, max_size=3) | st.lists(st.integers(0, 9) | st.none(), max_size=3),
        max_leaves=6,
    ),
    max_size=5,
)


def refused(schema: Schema, document: Any) -> str:
    with pytest.raises(MisfitError) as caught:
        schema.take(document)
    return caught.value.reason


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("text", "STRING"),
        (1, "FLOAT"),
        (1.5, "FLOAT"),
        (True, "BOOLEAN"),
        ("2026-03-01T10:00:00+00:00", "TIMESTAMP"),
        ("2026-03-01 10:00:00", "TIMESTAMP"),
        ({"inner": 1}, "RECORD"),
    ],
)
def test_the_first_value_fixes_the_type(value: Any, kind: str) -> None:
    schema = Schema()
    schema.take({"member": value})
    described = insight_schema.describe(schema.members)[0]
    assert (described["name"], described["type"], described["mode"]) == ("member", kind, "NULLABLE")


def test_an_array_is_a_repeated_member() -> None:
    schema = Schema()
    schema.take({"lines": [{"sku": "a"}, {"sku": "b", "qty": 2}]})
    lines = insight_schema.describe(schema.members)[0]
    assert (lines["mode"], lines["type"]) == ("REPEATED", "RECORD")
    assert [field["name"] for field in lines["fields"]] == ["sku", "qty"]


def test_an_integer_and_a_decimal_are_both_numbers_and_null_says_nothing() -> None:
    schema = Schema()
    for value in (None, 1, 2.5, None):
        schema.take({"total": value})
    assert refused(schema, {"total": "3"}) == "JsonValueIncompatibleWithSchema"


def test_text_takes_a_date_but_a_date_takes_no_text() -> None:
    schema = Schema()
    schema.take({"note": "hello", "placed": "2026-03-01"})
    schema.take({"note": "2026-03-01"})
    assert refused(schema, {"placed": ""}) == "JsonValueIncompatibleWithSchema"


def test_an_empty_array_is_a_list_of_which_the_type_is_learnt_later() -> None:
    schema = Schema()
    schema.take({"custom": []})
    with pytest.raises(MisfitError, match="of type List already exists"):
        schema.take({"custom": {}})
    schema.take({"custom": ["a"]})
    assert refused(schema, {"custom": [1]}) == "JsonValueIncompatibleWithSchema"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "InvalidJson"),
        ("text", "InvalidJson"),
        ({"a b": 1}, "JsonKeyInvalidCharacters"),
        ({"": 1}, "JsonKeyInvalidCharacters"),
        ({"x" * 256: 1}, "JsonKeyTooLong"),
        ({"a": "x" * 32_768}, "JsonValueTooLong"),
        ({"a": 10**18}, "JsonNumberValueTooLarge"),
        ({"a": [[1]]}, "JsonContainsNestedArray"),
        ({"a": [1, "x"]}, "InconsistentTypes"),
        ({"a-b": 1, "a_b": 1}, "JsonContainsDashUnderscoreClash"),
        ({f"m{n}": 1 for n in range(1001)}, "TooManyDistinctKeyValuePairs"),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused_with_its_reason(document: Any, reason: str) -> None:
    assert refused(Schema(), document) == reason


@given(documents, documents)
def test_a_refused_document_leaves_the_schema_as_it_was(first: dict[str, Any], second: dict[str, Any]) -> None:
    schema = Schema()
    schema.take(first)
    before, count = insight_schema.dump(schema.members), schema.count
    try:
        schema.take(second)
    except MisfitError:
        assert (insight_schema.dump(schema.members), schema.count) == (before, count)


@given(st.lists(documents, max_size=4))
def test_what_was_taken_once_is_taken_again_also_after_the_schema_was_stored(walk: list[dict[str, Any]]) -> None:
    schema, taken = Schema(), []
    for document in walk:
        try:
            schema.take(document)
        except MisfitError:
            continue
        taken.append(document)
    stored = insight_schema.load(insight_schema.dump(schema.members))
    assert stored.count == schema.count
    for document in taken:
        stored.take(document)
    assert not stored.changed
