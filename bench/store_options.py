"""SQL for the ``product_options`` of the sample store: PHP-serialised text as Magento 1 writes it, made by the server.

15 % of the lines have one: 10 % a configurable's choice, 4 % custom options with free text, 1 % only the request, which
shows nothing. They vary by a checksum of the line, so that about half of them are distinct.
"""

from __future__ import annotations


def _text(expression: str) -> str:
    """A PHP string: its length counts bytes."""
    return f"CONCAT('s:',LENGTH({expression}),':\"',{expression},'\";')"


def _pair(name: str, expression: str) -> str:
    """A key and a string value, as arguments of CONCAT."""
    return f"'s:{len(name)}:\"{name}\";',{_text(expression)}"


_HASH = "CRC32(s.seq)"
_SIZE = f"ELT(1+{_HASH}%4,'S','M','L','XL')"
_COLOUR = f"ELT(1+{_HASH} DIV 8%3,'Blue','White','Rosé')"
_QUANTITY = f"IF({_HASH} DIV 64%8,1,2)"
_NAME = "CONCAT('Product name of item number ',s.seq%5000)"
_TYPED = f"CONCAT(CHAR(65+{_HASH}%26),IF({_HASH} DIV 512%8,' & ','\" & \"'),CHAR(65+{_HASH} DIV 32%26),' ',s.seq%5000)"
_ESCAPED = f"REPLACE(REPLACE({_TYPED},'&','&amp;'),'\"','&quot;')"
_REQUEST = f"'s:15:\"info_buyRequest\";a:1:{{s:3:\"qty\";i:',{_QUANTITY},';}}'"

CHOICE = (
    f"CONCAT('a:6:{{',{_REQUEST},'s:15:\"attributes_info\";a:2:{{i:0;a:2:{{',"
    f"{_pair('label', repr('Color'))},{_pair('value', _COLOUR)},'}}i:1;a:2:{{',"
    f"{_pair('label', repr('Size'))},{_pair('value', _SIZE)},'}}}}',"
    f"{_pair('simple_name', _NAME)},{_pair('simple_sku', 'CONCAT(' + repr('SKU-') + ',s.seq%5000)')},"
    '\'s:20:"product_calculations";i:1;s:13:"shipment_type";i:0;}\')'
)
CUSTOM = (
    f"CONCAT('a:2:{{',{_REQUEST},'s:7:\"options\";a:2:{{i:0;a:7:{{',"
    f"{_pair('label', repr('Engraving text'))},{_pair('value', _ESCAPED)},{_pair('print_value', _TYPED)},"
    '\'s:9:"option_id";i:17040;s:11:"option_type";s:5:"field";\','
    f"{_pair('option_value', _TYPED)},'s:11:\"custom_view\";b:0;}}i:1;a:7:{{',"
    f"{_pair('label', repr('Finish'))},{_pair('value', _COLOUR)},{_pair('print_value', _COLOUR)},"
    '\'s:9:"option_id";i:17041;s:11:"option_type";s:9:"drop_down";s:12:"option_value";i:24804;'
    's:11:"custom_view";b:0;}}}\')'
)
NOTHING_SHOWN = f"CONCAT('a:1:{{',{_REQUEST},'}}')"

OPTIONS = f"CASE WHEN s.seq%20<2 THEN {CHOICE} WHEN s.seq%100=2 THEN {NOTHING_SHOWN} WHEN s.seq%20=2 THEN {CUSTOM} END"
