"""The sample store as Magento 2 has it: other names of tables, choices of lines in JSON, names of customers in columns.

The same share of lines shows choices as in ``store_options``: 10 % a configurable's, 4 % custom ones with free text.
"""

from __future__ import annotations

import re

_NAMES = {"core_website": "store_website", "core_store_group": "store_group", "core_store": "store"}
_NAME = re.compile(r"\b(core_website|core_store_group|core_store|sales_flat_\w+)\b")

_HASH = "CRC32(s.seq)"
_SIZE = f"ELT(1+{_HASH}%4,'S','M','L','XL')"
_COLOUR = f"ELT(1+{_HASH} DIV 8%3,'Blue','White','Rosé')"
_TYPED = f"CONCAT(CHAR(65+{_HASH}%26),IF({_HASH} DIV 512%8,' & ','\" & \"'),CHAR(65+{_HASH} DIV 32%26),' ',s.seq%5000)"
_ESCAPED = f"REPLACE(REPLACE({_TYPED},'&','&amp;'),'\"','&quot;')"
_REQUEST = f"'info_buyRequest',JSON_OBJECT('qty',IF({_HASH} DIV 64%8,1,2))"
_CHOICE = (
    f"JSON_OBJECT({_REQUEST},'attributes_info',JSON_ARRAY("
    f"JSON_OBJECT('label','Color','value',{_COLOUR},'option_id',93,'option_value','30'),"
    f"JSON_OBJECT('label','Size','value',{_SIZE},'option_id',144,'option_value','20')),"
    "'simple_name',CONCAT('Product name of item number ',s.seq%5000),'simple_sku',CONCAT('SKU-',s.seq%5000))"
)
_CUSTOM = (
    f"JSON_OBJECT({_REQUEST},'options',JSON_ARRAY("
    f"JSON_OBJECT('label','Engraving text','value',{_ESCAPED},'print_value',{_TYPED},'option_id','17040',"
    f"'option_type','field','option_value',{_TYPED},'custom_view',FALSE),"
    f"JSON_OBJECT('label','Finish','value',{_COLOUR},'print_value',{_COLOUR},'option_id','17041',"
    "'option_type','drop_down','option_value','24804','custom_view',FALSE)))"
)
OPTIONS = f"CASE WHEN s.seq%20<2 THEN {_CHOICE} WHEN s.seq%20=2 THEN {_CUSTOM} ELSE JSON_OBJECT({_REQUEST}) END"

FURTHER = """
ALTER TABLE customer_entity ADD firstname varchar(255), ADD lastname varchar(255);
UPDATE customer_entity SET firstname = CONCAT('First',entity_id%997), lastname = CONCAT('Läst',entity_id%1009);
DELETE FROM eav_attribute;
ALTER TABLE sales_order_payment ADD additional_information text;
UPDATE sales_order_payment SET additional_information = '{"method_title":"Cheque","instructions":null}'
"""


def named(sql: str) -> str:
    """SQL of the Magento-1-shaped store with Magento 2's names of tables."""
    return _NAME.sub(lambda found: _NAMES.get(found[1]) or found[1].replace("sales_flat_", "sales_"), sql).replace(
        "sales_quote", "quote"
    )
