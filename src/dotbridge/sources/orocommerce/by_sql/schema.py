"""What of Oro's tables this database has and lets us read, asked once (§7.6, 7.7).

Names are quoted as the database spells them: most are in lower case, those of extended relations are mixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from dotbridge.sources.postgresql import Database

#: Tables without which a stream cannot be read, and those without which its records lack what is named.
VITAL: Mapping[str, tuple[str, ...]] = {
    "customers": ("oro_customer_user", "oro_customer"),
    "contacts": ("orocrm_contact", "orocrm_contact_email"),
    "orders": ("oro_order", "oro_order_line_item", "oro_customer_user", "oro_customer"),
    "products": ("oro_product", "oro_product_prod_name"),
    "carts": ("oro_shopping_list", "oro_shopping_list_line_item", "oro_customer_user", "oro_product"),
    "wishlists": ("oro_shopping_list", "oro_shopping_list_line_item", "oro_customer_user", "oro_product"),
}
WISHED: Mapping[str, str] = {
    "oro_website": "all records count to one website",
    "oro_localization": "texts are read in the default language only",
    "oro_customer_group": "people without their group",
    "oro_customer_user_address": "people without addresses",
    "oro_cus_usr_adr_to_adr_type": "people's primary address stands for all kinds",
    "oro_dictionary_region": "codes of regions instead of names",
    "oro_consent_acceptance": "nobody is known to be subscribed",
    "oro_consent": "a consent is found by its id only",
    "oro_order_address": "orders without addresses",
    "oro_order_shipping_tracking": "orders without tracking numbers",
    "oro_tax_value": "an order's tax is what is left of its total",
    "oro_payment_transaction": "orders without refunds",
    "oro_price_product": "products and carts without prices",
    "oro_inventory_level": "products without stock",
    "oro_product_unit_precision": "prices and stock of any unit",
    "oro_product_prod_s_descr": "products without short descriptions",
    "oro_product_slug_prototype": "links to products by their id",
    "oro_fallback_localization_val": "links to products by their id",
    "oro_catalog_category": "products without categories",
    "oro_catalog_cat_title": "products without categories",
    "oro_brand": "products without brands",
    "oro_product_image": "products without pictures",
    "oro_attachment_file": "products without pictures",
    "oro_product_variant_link": "variants that do not know their parent",
    "oro_attribute_family": "products without attribute family",
    "oro_checkout": "a shopping list that was ordered and kept stays an open cart",
    "oro_checkout_source": "a shopping list that was ordered and kept stays an open cart",
    "orocrm_marketing_list": "no marketing lists",
    "oro_segment_snapshot": "no members of marketing lists",
}
#: Of contacts only where there is no commerce, and what comes with an edition or a bundle.
OPTIONAL = frozenset({"oro_order_line_items", "orocrm_ml_item_rm", "orocrm_ml_item_uns", "orocrm_account"})
TABLES = frozenset({*WISHED, *OPTIONAL, *[table for tables in VITAL.values() for table in tables]})


class Schema:
    """Columns by table, of the tables that the user may read."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @cached_property
    def _columns(self) -> dict[str, dict[str, str]]:
        rows = self.database.query(
            "SELECT c.relname, a.attname FROM pg_catalog.pg_class c"
            " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND pg_catalog.pg_table_is_visible(c.oid)"
            " AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')",
            (sorted(TABLES),),
        )
        found: dict[str, dict[str, str]] = {}
        for table, column in rows:
            found.setdefault(table, {})[column.lower()] = column
        return found

    def has(self, *tables: str) -> bool:
        """Whether all of these tables can be read."""
        return all(table in self._columns for table in tables)

    def column(self, alias: str, table: str, name: str, otherwise: str = "NULL") -> str:
        """SQL for a column however it is spelled, or ``otherwise`` where the table lacks it."""
        spelled = self._columns.get(table, {}).get(name)
        return f'{alias}."{spelled}"' if spelled else otherwise

    def knows(self, table: str, name: str) -> bool:
        """Whether the table has such a column."""
        return name in self._columns.get(table, {})

    def enum(self, alias: str, table: str, name: str) -> str:
        """SQL for an enum: a column ``…_id`` up to 6.0, a member of ``serialized_data`` from 6.1 (§7.6)."""
        if self.knows(table, f"{name}_id"):
            return self.column(alias, table, f"{name}_id")
        if self.knows(table, "serialized_data"):
            return f"{self.column(alias, table, 'serialized_data')}::jsonb->>'{name}'"
        return "NULL"


def utc(expression: str) -> str:
    """SQL for an instant in our form."""
    return f"COALESCE(to_char({expression}, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"


def text(expression: str) -> str:
    """SQL for a text, "" for null."""
    return f"COALESCE({expression}::text, '')"
