"""The sample shop Northwind as an Oro keeps it: filled into PostgreSQL, changed as shopkeepers change things."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from support.postgresql import PostgreSql

SCHEMA = Path(__file__).with_name("oro_schema.sql")
READER, READER_PASSWORD = "shop_reader", "reader-password"
ORDER_CLASS = "Oro\\Bundle\\OrderBundle\\Entity\\Order"
HOSTILE = "Robert'); DROP TABLE oro_order;-- <b>&\\\"%s 😀"
PEOPLE, GUESTS, ORDERS, PRODUCTS, LISTS = 24, 4, 40, 10, 8
TIE = "2026-03-01 10:00:00"
#: Ids of what tests look at.
NO_EMAIL, YEN, DINAR, REFUNDED, CANCELLED, GUEST_ORDER, SUB_ORDER, DRAFT = 7, 11, 12, 13, 14, 15, 41, 42


class OroShop:
    """A database of its own on ``server``; ``reader`` are a connection's settings to it with SELECT alone."""

    def __init__(self, server: PostgreSql, database: str, *, like: str = "template0") -> None:
        self.server, self.database = server, database
        server.execute("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        server.execute("postgres", f"CREATE DATABASE {database} TEMPLATE {like}")
        if like == "template0":
            self._make()

    def _make(self) -> None:
        if not self.server.execute("postgres", "SELECT 1 FROM pg_roles WHERE rolname = %s", (READER,)):
            self.server.execute("postgres", f"CREATE ROLE {READER} LOGIN PASSWORD '{READER_PASSWORD}'")
        with self.server.connect(self.database) as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute(SCHEMA.read_bytes())
            cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}".encode())
            self._cursor = cursor
            for part in (self._places, self._people, self._products, self._orders, self._lists, self._marketing):
                part()
            cursor.execute(
                "SELECT table_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND column_name = 'id' AND data_type = 'integer'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 0) FROM {table}) + 1000)".encode()
                )
        del self._cursor

    @property
    def reader(self) -> dict[str, Any]:
        """Settings of a connection to the database."""
        return {
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_name": self.database,
            "db_user": READER,
            "db_password": READER_PASSWORD,
        }

    def run(self, statement: str, *args: Any) -> list[tuple[Any, ...]]:
        """A statement with all rights."""
        return self.server.execute(self.database, statement, args)

    def add(self, table: str, **values: Any) -> None:
        """Adds a row."""
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(["%s"] * len(values))
        self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *values.values())

    def change(self, table: str, row_id: int, *, quiet: bool = False, **values: Any) -> None:
        """Changes a row; its time of change moves unless it is ``quiet``."""
        moved = "" if quiet else ", updated_at = now() AT TIME ZONE 'UTC'"
        sets = ", ".join(f'"{name}" = %s' for name in values)
        self.run(f"UPDATE {table} SET {sets}{moved} WHERE id = %s", *values.values(), row_id)

    def copy_order(self, order_id: int, number: str, **values: Any) -> int:
        """A new order like another one, placed now; gives its id."""
        columns = (
            "customer_id, customer_user_id, website_id, currency, subtotal_value, total_value, base_total_value,"
            " total_discounts_amount, estimated_shipping_cost_amount, billing_address_id, shipping_address_id, serialized_data"
        )
        (new,) = self.run(
            f"INSERT INTO oro_order (identifier, created_at, updated_at, {columns}) SELECT %s, now() AT TIME ZONE 'UTC',"
            f" now() AT TIME ZONE 'UTC', {columns} FROM oro_order WHERE id = %s RETURNING id",
            number,
            order_id,
        )[0]
        for name, value in values.items():
            self.run(f"UPDATE oro_order SET {name} = %s WHERE id = %s", value, new)
        self.run(
            "INSERT INTO oro_order_line_items SELECT %s, line_item_id FROM oro_order_line_items WHERE order_id = %s",
            new,
            order_id,
        )
        return int(new)

    def _put(self, table: str, **values: Any) -> None:
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(["%s"] * len(values))
        self._cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})".encode(), list(values.values()))

    def _places(self) -> None:
        self._put("oro_website", id=1, name="Default", is_default=True)
        self._put("oro_localization", id=1, name="English", formatting_code="en_GB")
        self._put("oro_localization", id=2, name="Deutsch", formatting_code="de_DE")
        self._put("oro_localization", id=3, name="Österreich", parent_id=2, formatting_code="de_AT")
        self._put("oro_dictionary_region", combined_code="GB-KEN", country_code="GB", code="KEN", name="Kent")
        self._put("oro_customer_group", id=1, name="Gold")

    def _people(self) -> None:
        for company in range(1, 7):
            self._put(
                "oro_customer",
                id=company,
                name=HOSTILE if company == 2 else f"Company {company}",
                group_id=1 if company % 2 else None,
                created_at="2025-01-01 00:00:00",
                updated_at="2025-01-01 00:00:00",
            )
        for person in range(1, PEOPLE + GUESTS + 1):
            guest = person > PEOPLE
            email = f"guest{person}@example.com" if guest else f"Person{person}@example.com"
            self._put(
                "oro_customer_user",
                id=person,
                customer_id=1 + person % 6,
                email=None if person == NO_EMAIL else email,
                email_lowercase=None if person == NO_EMAIL else email.lower(),
                first_name=HOSTILE if person == 3 else f"First{person}",
                last_name="Müller-Ødegård 🎉" if person == 4 else f"Last{person}",
                birthday="1973-03-07" if person == 5 else None,
                is_guest=guest,
                website_id=None if person % 5 == 0 else 1,
                last_login="2026-02-01 08:00:00" if person % 2 else None,
                created_at="2025-02-01 00:00:00",
                updated_at=TIE,
            )
            self._address("oro_customer_user_address", person, frontend_owner_id=person, is_primary=True)
            for kind in ("billing", "shipping"):
                self._put(
                    "oro_cus_usr_adr_to_adr_type", type_name=kind, customer_user_address_id=person, is_default=True
                )
        self._put("oro_consent", id=1, default_name="Newsletter")
        for person in range(1, 11):
            self._put("oro_consent_acceptance", consent_id=1, created_at="2025-03-01 00:00:00", customerUser_id=person)

    def _address(self, table: str, number: int, **values: Any) -> None:
        self._put(
            table,
            id=number,
            first_name=f"First{number}",
            last_name=f"Last{number}",
            organization="Northwind",
            street=f"{number} High Street",
            street2="Flat 1" if number % 3 == 0 else None,
            city="Canterbury",
            postal_code="CT1 2AB",
            region_code="GB-KEN" if number % 2 else None,
            region_text=None if number % 2 else "Kent, by hand",
            country_code="GB",
            phone="0123",
            **values,
        )

    def _products(self) -> None:
        self._put("oro_attribute_family", id=1, code="default_family")
        self._put("oro_brand", id=1, default_title="Fjell & Söhne")
        self._put("oro_catalog_category", id=3, materialized_path="1_3")
        self._put("oro_catalog_cat_title", category_id=3, string="Kitchen")
        self._put("oro_catalog_cat_title", category_id=3, localization_id=2, string="Küche")
        for number in range(1, PRODUCTS + 1):
            configurable = number == PRODUCTS
            self._put("oro_product_unit_precision", id=number, product_id=number, unit_code="item", unit_precision=0)
            self._put(
                "oro_product",
                id=number,
                sku=f"SKU-{number}",
                name=f"Product {number}",
                status="disabled" if number == 6 else "enabled",
                type="configurable" if configurable else "simple",
                primary_unit_precision_id=number,
                brand_id=1 if number % 2 else None,
                category_id=3,
                attribute_family_id=1,
                serialized_data='{"inventory_status": "prod_inventory_status.in_stock"}',
                created_at="2025-01-01 00:00:00",
                updated_at=TIE,
            )
            self._put(
                "oro_product_prod_name", product_id=number, string=HOSTILE if number == 2 else f"Product {number}"
            )
            self._put("oro_product_prod_name", product_id=number, localization_id=2, string=f"Produkt {number}")
            self._put("oro_product_prod_name", product_id=number, localization_id=3, fallback="parent_localization")
            self._put("oro_product_prod_s_descr", product_id=number, text=f"<p>Short {number}</p>")
            self._put("oro_fallback_localization_val", id=number, string=f"product-{number}")
            if number != 5:
                self._put("oro_product_slug_prototype", product_id=number, localized_value_id=number)
            self._put("oro_attachment_file", id=number, filename=f"{number:08}.jpg", original_filename="mug.jpg")
            self._put("oro_product_image", id=number, product_id=number, image_id=number)
            self._put(
                "oro_inventory_level",
                id=number,
                product_id=number,
                product_unit_precision_id=number,
                quantity=10 * number,
            )
            for quantity, value in ((1, 10 * number), (10, 9 * number)):
                for currency in ("USD", "EUR"):
                    self._put(
                        "oro_price_product",
                        id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number}-{quantity}-{currency}")),
                        price_list_id=1,
                        product_id=number,
                        unit_code="item",
                        quantity=quantity,
                        value=value,
                        currency=currency,
                    )
        self._put("oro_product_variant_link", id=1, product_id=1, parent_product_id=PRODUCTS, visible=True)

    def _orders(self) -> None:
        for number in range(1, ORDERS + 3):
            currency = {YEN: "JPY", DINAR: "KWD"}.get(number, "USD")
            price = {YEN: "1250", DINAR: "3.125"}.get(number, "12.5")
            status = "cancelled" if number == CANCELLED else "closed" if number % 2 else "open"
            person = PEOPLE + 1 if number == GUEST_ORDER else 1 + number % PEOPLE
            self._cursor.execute("SELECT %s::numeric * 2", [price])
            subtotal = self._cursor.fetchone()[0]
            tax = subtotal * 20 / 100
            discount = 1 if number % 4 == 0 else 0
            self._address("oro_order_address", number)
            self._put(
                "oro_order",
                id=number,
                identifier=f"N{number:05}",
                customer_id=1 + person % 6,
                customer_user_id=person,
                website_id=1,
                parent_id=1 if number == SUB_ORDER else None,
                draft_session_uuid=str(uuid.UUID(int=1)) if number == DRAFT else None,
                currency=currency,
                subtotal_value=subtotal,
                total_value=subtotal - discount + 5 + tax,
                base_total_value=subtotal - discount + 5 + tax,
                total_discounts_amount=discount or None,
                estimated_shipping_cost_amount=5,
                shipping_method="flat_rate_1",
                po_number="PO 1" if number == 2 else None,
                billing_address_id=number,
                shipping_address_id=number,
                serialized_data=f'{{"internal_status": "order_internal_status.{status}", "shipping_status": null}}',
                created_at=f"2026-02-{1 + number % 28:02} 10:00:00",
                updated_at=TIE,
            )
            self._put(
                "oro_order_line_item",
                id=number,
                product_id=1 + number % (PRODUCTS - 1),
                parent_product_id=PRODUCTS if number % (PRODUCTS - 1) == 0 else None,
                product_sku=f"SKU-{1 + number % (PRODUCTS - 1)}",
                product_name=HOSTILE if number == 9 else "Mug",
                quantity=2,
                product_unit_code="item",
                value=price,
                currency=currency,
            )
            self._put("oro_order_line_items", order_id=number, line_item_id=number)
            self._put(
                "oro_tax_value",
                entity_class=ORDER_CLASS,
                entity_id=number,
                result=f'{{"total": {{"taxAmount": "{tax}"}}}}',
            )
        self._put("oro_order_shipping_tracking", id=1, order_id=1, method="Parcel", number="TRACK-1")
        self._put(
            "oro_payment_transaction",
            id=1,
            entity_class=ORDER_CLASS,
            entity_identifier=REFUNDED,
            action="refund",
            amount="5.0",
            currency="USD",
            successful=True,
            created_at="2026-03-02 10:00:00",
        )

    def _lists(self) -> None:
        for number in range(1, LISTS + 1):
            self._put(
                "oro_shopping_list",
                id=number,
                customer_id=1,
                customer_user_id=None if number == 8 else number,
                website_id=1,
                label=f"List {number}",
                currency="USD",
                created_at=TIE,
                updated_at=TIE,
            )
            if number != 2:
                self._put(
                    "oro_shopping_list_line_item",
                    shopping_list_id=number,
                    product_id=number,
                    unit_code="item",
                    quantity=10,
                )
        self._put("oro_shopping_list_line_item", saved_for_later_list_id=1, product_id=9, unit_code="item", quantity=1)
        self._put("oro_checkout_source", id=1, shoppingList_id=3)
        self._put("oro_checkout", id=1, source_id=1, order_id=1, completed=True)

    def _marketing(self) -> None:
        users = "Oro\\Bundle\\CustomerBundle\\Entity\\CustomerUser"
        self._put("orocrm_marketing_list", id=1, name="Static", entity=users, type="static", segment_id=1)
        self._put("orocrm_marketing_list", id=2, name="Dynamic", entity=users, type="dynamic", segment_id=2)
        for person in (1, 2, 3, 4, 5):
            self._put("oro_segment_snapshot", segment_id=1, integer_entity_id=person)
        self._put("orocrm_ml_item_rm", marketing_list_id=1, entity_id=2)
        self._put("orocrm_ml_item_uns", marketing_list_id=1, entity_id=3)
        for number in (1, 2):
            self._put(
                "orocrm_contact", id=number, first_name="Con", last_name=f"Tact{number}", createdat=TIE, updatedat=TIE
            )
            self._put("orocrm_contact_email", owner_id=number, email=f"contact{number}@example.com", is_primary=True)
        self._put("orocrm_campaign", id=82, name="Spring", code="spring")
