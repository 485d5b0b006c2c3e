"""PHP's serialised options: what PHP wrote is read, whatever else ends in a RecordError and in nothing worse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.commerce.order import Option
from dotbridge.errors import RecordError
from dotbridge.sources.magento1.php import DEEPEST, decode
from dotbridge.sources.magento1.php_options import decoded_options, line_options, shaped_options


def php(value: Any) -> bytes:
    """PHP's serialize(): arrays are dicts, strings are bytes."""
    if value is None:
        return b"N;"
    if isinstance(value, bool):
        return b"b:%d;" % value
    if isinstance(value, int):
        return b"i:%d;" % value
    if isinstance(value, float):
        return b"d:" + repr(value).upper().encode() + b";"
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b's:%d:"%s";' % (len(value), value)
    if isinstance(value, list):
        value = dict(enumerate(value))
    inside = b"".join([php(key) + php(each) for key, each in value.items()])
    return b"a:%d:{%s}" % (len(value), inside)


keys = st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=12)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.binary()
values = st.recursive(scalars, lambda inner: st.dictionaries(keys, inner, max_size=5), max_leaves=25)
marks = st.sampled_from([b"a:", b"1:", b"{", b"}", b"s:", b'"', b";", b"i:", b"9", b"-", b"N;", b"O:1:", b"b:", b"d:"])


@given(values)
def test_what_php_wrote_is_read(value: Any) -> None:
    assert decode(php(value)) == value


@given(st.binary() | st.lists(marks, max_size=40).map(b"".join))
def test_any_bytes_end_in_a_value_or_in_a_record_error(data: bytes) -> None:
    try:
        value = decode(data)
    except RecordError:
        return
    assert value is None or isinstance(value, bool | int | float | bytes | dict)


@given(values, st.data())
def test_a_cut_text_is_refused(value: Any, data: st.DataObject) -> None:
    text = php(value)
    with pytest.raises(RecordError):
        decode(text[: data.draw(st.integers(0, len(text) - 1))])


@given(st.text())
def test_any_text_gives_line_options_or_a_record_error(text: str) -> None:
    try:
        line_options(text)
    except RecordError:
        return


@pytest.mark.parametrize(
    "text",
    [
        b'O:8:"stdClass":0:{}',
        b'a:1:{i:0;O:8:"stdClass":0:{}}',
        b'a:1:{i:0;C:3:"Foo":2:{xx}}',
        b"a:2:{i:0;i:1;i:1;R:2;}",
        b"a:2:{i:0;i:1;i:1;r:2;}",
        b"a:999999999:{i:0;i:1;}",
        b"a:-1:{}",
        b's:999999999:"x";',
        b's:-2:"x";',
        b"i:" + b"9" * 5000 + b";",
        b"d:" + b"9" * 5000 + b";",
        b"a:1:{a:0:{}i:1;}",
        b"a:1:{d:1;i:1;}",
        b"i:1;i:2;",
        b"i:1",
        b"",
        b"a:" * 100_000,
    ],
)
def test_objects_references_false_counts_and_rubbish_are_refused(text: bytes) -> None:
    with pytest.raises(RecordError):
        decode(text)


def test_nesting_is_bounded() -> None:
    deep: Any = 1
    for _ in range(DEEPEST):
        deep = {0: deep}
    assert decode(php(deep)) == deep
    with pytest.raises(RecordError):
        decode(php({0: deep}))
    with pytest.raises(RecordError):
        decode(b"a:1:{i:0;" * 100_000)


def line(value: Any) -> tuple[Option, ...]:
    """Options of a line that holds this."""
    return line_options(php(value).decode()).options


def test_options_show_what_was_printed_and_not_what_was_made_for_html() -> None:
    typed = {"label": "Engraving", "value": "A &amp; B", "print_value": "A & B", "option_id": 7, "option_type": "field"}
    chosen = {
        "label": "Extras",
        "value": "x",
        "print_value": "&quot;red&quot;",
        "option_id": "9",
        "option_type": "radio",
    }
    assert line({"options": [typed, chosen]}) == (Option("Engraving", "A & B", "7"), Option("Extras", '"red"', "9"))


def test_an_ampersand_that_a_shopper_typed_stays() -> None:
    typed = {"label": "Text", "value": "AT&amp;amp;T", "print_value": "AT&amp;T", "option_type": "area"}
    assert line({"options": [typed]}) == (Option("Text", "AT&amp;T"),)


def test_lists_with_gaps_and_all_three_kinds_are_shown_in_the_shops_order() -> None:
    value = {
        "attributes_info": {3: {"label": "Size", "value": "XL"}, 1: {"label": "Grösse", "value": "♥"}},
        "additional_options": [{"label": "Gift", "value": 5}],
        "options": {12: {"label": "A", "value": "b &lt; c"}},
        "info_buyRequest": {"options": {4: "not shown"}},
        "bundle_options": {1: {"label": "not", "value": [{"title": "shown"}]}},
    }
    assert [(option.label, option.value) for option in line(value)] == [
        *(("A", "b < c"), ("Gift", "5"), ("Size", "XL"), ("Grösse", "♥")),
    ]


@pytest.mark.parametrize("value", [None, 0, "x", {}, {"options": "none"}, {"options": ["x", 3, None]}])
def test_odd_but_sound_values_show_nothing(value: Any) -> None:
    assert line(value) == ()


def test_the_group_of_a_grouped_line_is_found() -> None:
    value = {"super_product_config": {"product_code": "product_type", "product_type": "grouped", "product_id": 331}}
    assert line_options(php(value).decode()).group_id == "331"


def test_text_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(RecordError):
        line_options('a:1:{s:7:"options";a:1:{i:0;a:1:{s:5:"label";s:1:"é";}}}')


words = st.text('ab&;"{}:é', max_size=4)
entries = st.dictionaries(
    st.sampled_from(["label", "value", "print_value", "option_id", "option_type", "view"]),
    words | st.sampled_from(["radio", "field"]) | st.integers(0, 12) | st.none() | st.lists(words, max_size=2),
    max_size=6,
)
lists = st.lists(entries | words, max_size=3)
tops = st.dictionaries(
    st.sampled_from(
        ["options", "additional_options", "attributes_info", "info_buyRequest", "super_product_config", "a"]
    ),
    lists | st.dictionaries(st.sampled_from(["options", "product_id", "qty"]), words | lists, max_size=2),
    max_size=4,
)


@given(tops, tops, words)
def test_a_text_read_by_its_shape_gives_what_decoding_gives(one: Any, other: Any, word: str) -> None:
    for value in (one, other, one, other, _with(one, word)):
        data = php(value)
        shaped = shaped_options(data)
        assert shaped is None or shaped == decoded_options(data).options


def _with(value: Any, word: str) -> Any:
    """The value with another word of the same length wherever one fits: the shape stays, the words move."""
    if isinstance(value, dict):
        return {key: _with(each, word) for key, each in value.items()}
    if isinstance(value, list):
        return [_with(each, word) for each in value]
    fits = isinstance(value, str) and len(value.encode()) == len(word.encode())
    return word if fits else value


def test_the_shape_of_a_text_is_learnt_from_its_second_one_on() -> None:
    texts = [php({"attributes_info": [{"label": "Size", "value": size}], "qty": 3}) for size in "SML"]
    assert [shaped_options(text) for text in texts] == [None, (Option("Size", "M"),), (Option("Size", "L"),)]


def test_a_shopper_cannot_write_a_shape() -> None:
    honest = php({"options": [{"label": "Text", "value": "a", "print_value": "b", "option_id": 1}]})
    forged = php({"options": [{"label": "Text", "value": 'a";s:11:"print_value";s:1:"b', "option_id": 1}]})
    for data in (honest, honest, forged, forged, forged):
        shaped = shaped_options(data)
        assert shaped is None or shaped == decoded_options(data).options
    (option,) = line_options(forged.decode()).options
    assert option.value == 'a";s:11:"print_value";s:1:"b'


@pytest.mark.parametrize(
    "change", [(b'a:1:{s:7:"opt', b'a:2:{s:7:"opt'), (b's:4:"Size"', b's:5:"Size"'), (b"}}}", b"}}")]
)
def test_damage_is_never_read_by_a_shape(change: tuple[bytes, bytes]) -> None:
    sound = php({"options": [{"label": "Size", "value": "M"}]})
    damaged = sound.replace(*change)
    for data in (sound, sound, damaged, damaged, damaged):
        if data == damaged:
            assert shaped_options(data) is None
            with pytest.raises(RecordError):
                line_options(data.decode())
