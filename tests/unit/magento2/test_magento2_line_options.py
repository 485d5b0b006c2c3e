"""Choices on order lines out of the database's JSON (magento2-data §3.3)."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.commerce.order import Option
from dotbridge.errors import RecordError
from dotbridge.sources.magento2.codes import OPTIONS_BROKEN
from dotbridge.sources.magento2.to_commerce.line_options import line_options


def read(**members: Any) -> tuple[Option, ...]:
    return line_options(json.dumps({"info_buyRequest": {"qty": 1}, **members}))


def test_a_variants_choices_come_first_and_custom_ones_by_their_ids() -> None:
    found = read(
        options=[
            {"label": "Wrap", "value": "Luxury &amp; more", "print_value": "Luxury & more", "option_id": "66"},
            {"label": "Engraving", "value": "For Zo\u00eb", "print_value": "For Zo\u00eb", "option_id": "65"},
        ],
        attributes_info=[{"label": "Color", "value": "Red", "option_id": 93, "option_value": "30"}],
    )
    assert found == (
        Option("Color", "Red", "93"),
        Option("Engraving", "For Zo\u00eb", "65"),
        Option("Wrap", "Luxury & more", "66"),
    )


def test_a_date_is_the_instant_itself_and_not_the_words_of_a_language() -> None:
    option = {"label": "Day", "value": "09.03.2026", "print_value": "09.03.2026", "option_type": "date"}
    (found,) = read(options=[{**option, "option_value": "2026-03-09 00:00:00", "option_id": "68"}])
    assert found == Option("Day", "2026-03-09", "68")


def test_an_escaped_value_without_a_printed_one_is_read_as_people_wrote_it() -> None:
    (found,) = read(additional_options=[{"label": "Gift", "value": "Tom &amp; Ada"}])
    assert found.value == "Tom & Ada"


@pytest.mark.parametrize("held", ["", "[]", "{}", '{"options":[]}', '{"options":"x"}', '{"attributes_info":[1,null]}'])
def test_empty_php_arrays_and_odd_members_are_no_choices(held: str) -> None:
    assert line_options(held) == ()


def test_numbered_objects_in_place_of_lists_are_read_like_lists() -> None:
    assert read(options={"0": {"label": "Size", "value": "M"}}) == (Option("Size", "M"),)


def test_damaged_options_are_an_error_of_the_line_alone() -> None:
    with pytest.raises(RecordError) as broken:
        line_options('{"options":[{"label"')
    assert broken.value.code is OPTIONS_BROKEN


@given(st.text() | st.from_regex(r'\{"options":.{0,40}', fullmatch=True))
def test_any_text_ends_in_options_or_in_a_record_error(held: str) -> None:
    with contextlib.suppress(RecordError):
        assert isinstance(line_options(held), tuple)
