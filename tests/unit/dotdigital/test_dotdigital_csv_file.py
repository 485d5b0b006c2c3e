"""Files of contacts: whatever is written is read back, and nothing in them is a consent."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.dotdigital import csv_file

names = st.from_regex(r"[A-Z0-9_-]{1,20}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
numbers = st.integers(-(10**17), 10**17) | st.floats(-1e15, 1e15, allow_nan=False)
values = texts | numbers | st.booleans() | st.none()


def item(fields: dict[str, Any], email: str = "ada@example.com", **channel: str) -> dict[str, Any]:
    return {
        "matchIdentifier": "email",
        "identifiers": {"email": email},
        "dataFields": fields,
        "channelProperties": {"email": {"emailType": "Html", **channel}},
    }


def read(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


@given(st.lists(st.dictionaries(names, values, max_size=6), min_size=1, max_size=5))
def test_every_value_is_read_back_and_what_a_row_lacks_is_blank(people: list[dict[str, Any]]) -> None:
    items = [item(fields, f"person{number}@example.com") for number, fields in enumerate(people)]
    items = [one for one in items if csv_file.takes(one)]
    rows = read(csv_file.write(items))
    assert [row["Email"] for row in rows] == [one["identifiers"]["email"] for one in items]
    for row, one in zip(rows, items, strict=True):
        fields = one["dataFields"]
        for name in row.keys() - {"Email", "EmailType"}:
            value = fields.get(name)
            if isinstance(value, bool):
                assert row[name] == str(value)
            elif isinstance(value, int | float):
                assert float(row[name]) == float(value)
                assert "e" not in row[name].lower()
            else:
                assert row[name] == (value or "")


@given(st.dictionaries(names, values, max_size=6), st.sampled_from(sorted(csv_file.SYSTEM)))
def test_no_field_becomes_a_column_of_the_systems(fields: dict[str, Any], name: str) -> None:
    assert not csv_file.takes(item({**fields, name: "Double"}))
    assert not csv_file.takes(item({**fields, name.title(): "Double"}))


def test_who_begins_with_a_status_fits_no_file() -> None:
    assert csv_file.takes(item({"FIRSTNAME": "Ada"}))
    assert not csv_file.takes(item({"FIRSTNAME": "Ada"}, status="unsubscribed"))
    assert not csv_file.takes(item({"FIRSTNAME": "A\0da"}))


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_a_value_like_any_other(formula: str) -> None:
    (row,) = read(csv_file.write([item({"FIRSTNAME": formula})]))
    assert row["FIRSTNAME"] == formula


def test_a_file_that_clears_names_the_fields_and_nothing_else() -> None:
    people = [item({"A": 1, "C": None, "B": None}), item({"D": "x", "B": None, "C": None}, "olu@example.com")]
    assert csv_file.cleared(people[0]) == csv_file.cleared(people[1]) == ("B", "C")
    assert csv_file.blanks(people) == b'"Email","B","C"\r\n"ada@example.com","",""\r\n"olu@example.com","",""\r\n'
    assert csv_file.addresses(people) == b'"Email"\r\n"ada@example.com"\r\n"olu@example.com"\r\n'
