"""What an order line shows of Magento 1's product_options, which are PHP's serialize() output (contract magento1-data §6).

Most texts of a shop are alike but for the words in them. Two texts have one shape when they are equal outside of their
quotes: there stand the kinds, the counts and the length of every string, so PHP walks both the same way. A shape is
decoded once, with the numbers of the strings in place of the strings; of a later text of that shape whose strings have
the lengths that it announces, the strings that a line shows are taken by their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from html import unescape
from operator import itemgetter
from typing import NamedTuple

from dotbridge.commerce.order import Option
from dotbridge.errors import RecordError
from dotbridge.sources.magento1.php import Key, Value, broken, decode

#: The lists that Magento shows on a line, in its order.
SHOWN = (b"options", b"additional_options", b"attributes_info")
#: Kinds whose print_value Magento writes HTML-escaped; typed text it writes as it is.
CHOSEN = frozenset((b"drop_down", b"radio", b"checkbox", b"multiple"))

_PARTS = (b"label", b"value", b"print_value", b"option_type", b"option_id")
_MOST_SHAPES = 4096


class LineOptions(NamedTuple):
    """What a line's product_options tell: what was chosen, and the grouped product it was bought from ("" if none)."""

    options: tuple[Option, ...]
    group_id: str


class Shape(NamedTuple):
    """How texts of one shape are read.

    ``lengths`` are those of all strings; ``names`` takes the keys that decide what is shown, which must be ``named``;
    each of ``options`` takes ``_PARTS`` of one option, from the strings and the values ``held`` by the shape itself.
    """

    lengths: list[int]
    names: Callable[[list[bytes]], tuple[bytes, ...]]
    named: tuple[bytes, ...]
    options: tuple[Callable[[list[Value]], tuple[Value, ...]], ...]
    held: list[Value]


#: A shape whose texts are decoded: no text has a string of this length.
_UNFIT = Shape([-1], tuple, (), (), [])
#: ``None`` for a shape that was seen once: many are never seen again, and learning costs more than decoding.
_shapes: dict[bytes, Shape | None] = {}


@lru_cache(8192)
def line_options(text: str) -> LineOptions:
    """Options and group of a line; raises RecordError where the text is damaged. Equal text is read once."""
    data = text.encode("utf-8", "surrogatepass")
    options = shaped_options(data)
    return decoded_options(data) if options is None else LineOptions(options, "")


def decoded_options(data: bytes) -> LineOptions:
    """The same of any text, decoded as a whole."""
    top = decode(data)
    if not isinstance(top, dict):
        return LineOptions((), "")
    options = tuple([_option(*[entry.get(part) for part in _PARTS]) for entry in _entries(top, SHOWN)])
    group = top.get(b"super_product_config")
    group_id = group.get(b"product_id") if isinstance(group, dict) else None
    return LineOptions(options, _text(group_id))


def shaped_options(data: bytes) -> tuple[Option, ...] | None:
    """The options of a text whose shape is known and fit; ``None`` for any other, which must be decoded."""
    parts = data.split(b'"')
    strings = parts[1::2]
    outside = b'"'.join(parts[::2])
    shape = _shapes.get(outside)
    if shape is None:
        if len(_shapes) >= _MOST_SHAPES:
            _shapes.clear()
        shape = _shapes[outside] = _shape(outside, strings) if outside in _shapes else None
    if shape is None or shape.lengths != list(map(len, strings)) or shape.names(strings) != shape.named:
        return None
    values = strings + shape.held
    return tuple([_seen_option(*parts_of(values)) for parts_of in shape.options])


def _shape(outside: bytes, strings: list[bytes]) -> Shape:
    """What is outside of the quotes as a shape; ``_UNFIT`` where quotes stand in strings or a plain list does not."""
    *pieces, end = outside.split(b'"')
    lengths, numbered = [], b""
    for number, piece in enumerate(pieces):
        before, _, length = piece[:-1].rpartition(b"s:")
        if not length.isdigit():
            return _UNFIT
        lengths.append(int(length))
        numbered += b'%bs:%d:"%d"' % (before, len(str(number)), number)
    try:
        top = decode(numbered + end)
    except RecordError:
        return _UNFIT
    if not isinstance(top, dict) or lengths != list(map(len, strings)):
        return _UNFIT
    names = _numbers(top)
    titles = {strings[number]: b"%d" % number for number in names}
    held: list[Value] = [None]
    options = []
    for entry in _entries(top, [titles.get(name, b"") for name in SHOWN]):
        inside = {strings[number]: entry[b"%d" % number] for number in _numbers(entry)}
        if len(inside) < len(_numbers(entry)):
            return _UNFIT  # a key stands there twice
        places = []
        for value in [inside.get(part) for part in _PARTS]:
            if isinstance(value, dict):
                return _UNFIT
            places.append(int(value) if isinstance(value, bytes) else len(strings) + len(held))
            held.append(value)
        options.append(itemgetter(*places))
        names += _numbers(entry)
    if not names or len(titles) < len(_numbers(top)) or b"super_product_config" in titles:
        return _UNFIT
    take = itemgetter(*names)
    return Shape(lengths, take, take(strings), tuple(options), held)


def _numbers(level: dict[Key, Value]) -> list[int]:
    """The numbers of an array's keys that are strings."""
    return [int(key) for key in level if isinstance(key, bytes)]


def _entries(top: dict[Key, Value], lists: Sequence[bytes]) -> list[dict[Key, Value]]:
    """The entries of these lists, whatever else stands in them left out."""
    shown = [top.get(name) for name in lists]
    return [entry for one in shown if isinstance(one, dict) for entry in one.values() if isinstance(entry, dict)]


def _option(label: Value, value: Value, printed: Value, kind: Value, option_id: Value) -> Option:
    if printed is None:
        text = unescape(_text(value))  # it is made for HTML pages, and holds a link for files
    elif kind in CHOSEN:
        text = unescape(_text(printed))
    else:
        text = _text(printed)
    return Option(_text(label), text, _text(option_id))


#: Most sizes and colours were seen before. Typed, for 1, 1.0 and true are not written alike.
_seen_option: Callable[..., Option] = lru_cache(8192, typed=True)(_option)


def _text(value: Value) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise broken("a text is no UTF-8") from None
    if isinstance(value, dict):
        return ", ".join([_text(each) for each in value.values()])
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)
