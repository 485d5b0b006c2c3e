"""The resources of Oro's back-office API over the sample shop's tables: their members, their filters, their links.

Members are SQL over alias ``t``. Filters and sorters exist as in Oro: identifier, associations, and what is indexed.
"""

from __future__ import annotations

from typing import NamedTuple


class Resource(NamedTuple):
    """``one`` are (type, SQL of the id), ``many`` (type, SQL of the ids as an array); ``where`` holds for all rows."""

    table: str
    attributes: dict[str, str]
    one: dict[str, tuple[str, str]] = {}
    many: dict[str, tuple[str, str]] = {}
    filters: dict[str, str] = {}
    key: str = "t.id"
    where: str = "TRUE"
    required: tuple[str, ...] = ()


def _ids(table: str, where: str, column: str = "id", order: str = "id") -> str:
    return f"ARRAY(SELECT x.{column}::text FROM {table} x WHERE {where} ORDER BY x.{order})"


def _at(column: str) -> str:
    return f'to_char(t.{column}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'


def _stamps() -> dict[str, str]:
    return {"createdAt": _at("created_at"), "updatedAt": _at("updated_at")}


def _enum(name: str) -> str:
    return f"split_part(t.serialized_data->>'{name}', '.', 2)"


_TIMES = {"createdAt": "t.created_at", "updatedAt": "t.updated_at"}
_NAMES = {"namePrefix": "t.name_prefix", "firstName": "t.first_name", "lastName": "t.last_name"}
_PLACE = {
    "firstName": "t.first_name",
    "lastName": "t.last_name",
    "organization": "t.organization",
    "street": "t.street",
    "street2": "t.street2",
    "city": "t.city",
    "postalCode": "t.postal_code",
    "phone": "t.phone",
    "customRegion": "t.region_text",
}
_REGION = {"country": ("countries", "t.country_code"), "region": ("regions", "t.region_code")}


def _money(column: str) -> str:
    return f"to_char(t.{column}, 'FM999999990.0000')"


def _localised(table: str, member: str) -> Resource:
    return Resource(
        table,
        {member: f"t.{member}", "fallback": "t.fallback"},
        {"localization": ("localizations", "t.localization_id")},
    )


RESOURCES: dict[str, Resource] = {
    "customerusers": Resource(
        "oro_customer_user",
        {
            **_stamps(),
            **_NAMES,
            "email": "t.email",
            "birthday": "t.birthday::text",
            "isGuest": "t.is_guest",
            "lastLogin": _at("last_login"),
        },
        {"customer": ("customers", "t.customer_id")},
        {"addresses": ("customeruseraddresses", _ids("oro_customer_user_address", "x.frontend_owner_id = t.id"))},
        {"id": "t.id", "email": "t.email", "customer": "t.customer_id"},
    ),
    "customers": Resource(
        "oro_customer",
        {**_stamps(), "name": "t.name"},
        {"group": ("customergroups", "t.group_id")},
        filters={"id": "t.id", **_TIMES},
    ),
    "customergroups": Resource("oro_customer_group", {"name": "t.name"}),
    "customeruseraddresses": Resource(
        "oro_customer_user_address",
        {
            **_PLACE,
            "primary": "t.is_primary",
            "types": "(SELECT json_agg(json_build_object('addressType', k.type_name, 'default', k.is_default))"
            " FROM oro_cus_usr_adr_to_adr_type k WHERE k.customer_user_address_id = t.id)",
        },
        _REGION,
    ),
    "orderaddresses": Resource("oro_order_address", _PLACE, _REGION),
    "regions": Resource("oro_dictionary_region", {"name": "t.name"}, key="t.combined_code"),
    "contacts": Resource(
        "orocrm_contact",
        {
            **_NAMES,
            "gender": "t.gender",
            "birthday": "t.birthday::text",
            "createdAt": _at("createdat"),
            "updatedAt": _at("updatedat"),
            "primaryEmail": "(SELECT e.email FROM orocrm_contact_email e WHERE e.owner_id = t.id AND e.is_primary)",
        },
        filters={"id": "t.id", "updatedAt": "t.updatedat"},
    ),
    "orders": Resource(
        "oro_order",
        {
            **_stamps(),
            "identifier": "t.identifier",
            "poNumber": "t.po_number",
            "currency": "t.currency",
            "subtotalValue": _money("subtotal_value"),
            "totalValue": _money("total_value"),
            "totalDiscountsAmount": _money("total_discounts_amount"),
            "estimatedShippingCostAmount": _money("estimated_shipping_cost_amount"),
            "overriddenShippingCostAmount": _money("override_shipping_cost_amount"),
            "shippingMethod": "t.shipping_method",
        },
        {
            "customer": ("customers", "t.customer_id"),
            "customerUser": ("customerusers", "t.customer_user_id"),
            "billingAddress": ("orderaddresses", "t.billing_address_id"),
            "shippingAddress": ("orderaddresses", "t.shipping_address_id"),
            "internalStatus": ("orderinternalstatuses", _enum("internal_status")),
            "status": ("orderstatuses", _enum("status")),
            "shippingStatus": ("ordershippingstatuses", _enum("shipping_status")),
        },
        {
            "lineItems": (
                "orderlineitems",
                _ids("oro_order_line_items", "x.order_id = t.id", "line_item_id", "line_item_id"),
            ),
            "shippingTrackings": ("ordershippingtrackings", _ids("oro_order_shipping_tracking", "x.order_id = t.id")),
            "orderSubtotals": ("ordersubtotals", "ARRAY[t.id || '-tax-4', t.id || '-tax-5', t.id || '-tax-6']"),
        },
        {"id": "t.id", "customerUser": "t.customer_user_id", **_TIMES},
        where="t.parent_id IS NULL AND t.draft_session_uuid IS NULL",
    ),
    "orderlineitems": Resource(
        "oro_order_line_item",
        {
            "productSku": "t.product_sku",
            "productName": "t.product_name",
            "freeFormProduct": "t.free_form_product",
            "quantity": "t.quantity",
            "value": _money("value"),
            "currency": "t.currency",
        },
        {"product": ("products", "t.product_id"), "parentProduct": ("products", "t.parent_product_id")},
    ),
    "ordershippingtrackings": Resource("oro_order_shipping_tracking", {"method": "t.method", "number": "t.number"}),
    "ordersubtotals": Resource(
        "(SELECT v.entity_id || '-tax-' || n AS id, n, v.result FROM oro_tax_value v, generate_series(4, 6) n)",
        {
            "orderSubtotalType": "'tax'",
            "amount": "CASE WHEN t.n = 6 THEN t.result->'total'->>'taxAmount' ELSE '0.0000' END",
        },
    ),
    "localizations": Resource(
        "oro_localization",
        {"name": "t.name", "formattingCode": "t.formatting_code"},
        {"parentLocalization": ("localizations", "t.parent_id")},
        filters={"id": "t.id"},
    ),
    "products": Resource(
        "oro_product",
        {**_stamps(), "sku": "t.sku", "status": "t.status", "productType": "t.type"},
        {
            "category": ("categories", "t.category_id"),
            "brand": ("brands", "t.brand_id"),
            "primaryUnitPrecision": ("productunitprecisions", "t.primary_unit_precision_id"),
            "attributeFamily": ("attributefamilies", "t.attribute_family_id"),
            "inventory_status": ("prodinventorystatuses", _enum("inventory_status")),
        },
        {
            "names": ("productnames", _ids("oro_product_prod_name", "x.product_id = t.id")),
            "shortDescriptions": ("productshortdescriptions", _ids("oro_product_prod_s_descr", "x.product_id = t.id")),
            "slugPrototypes": (
                "localizedfallbackvalues",
                _ids("oro_product_slug_prototype", "x.product_id = t.id", "localized_value_id", "localized_value_id"),
            ),
            "images": ("productimages", _ids("oro_product_image", "x.product_id = t.id")),
            "variantLinks": ("productvariantlinks", _ids("oro_product_variant_link", "x.parent_product_id = t.id")),
        },
        {"id": "t.id", "sku": "t.sku", **_TIMES},
    ),
    "productnames": _localised("oro_product_prod_name", "string"),
    "productshortdescriptions": _localised("oro_product_prod_s_descr", "text"),
    "localizedfallbackvalues": _localised("oro_fallback_localization_val", "string"),
    "categorytitles": _localised("oro_catalog_cat_title", "string"),
    "categories": Resource(
        "oro_catalog_category",
        {},
        many={"titles": ("categorytitles", _ids("oro_catalog_cat_title", "x.category_id = t.id"))},
    ),
    "brands": Resource("oro_brand", {}, many={"names": ("brandnames", "ARRAY[t.id::text]")}),
    "brandnames": Resource(
        "oro_brand", {"string": "t.default_title"}, {"localization": ("localizations", "NULL::int")}
    ),
    "attributefamilies": Resource("oro_attribute_family", {"code": "t.code"}),
    "productunitprecisions": Resource("oro_product_unit_precision", {}, {"unit": ("productunits", "t.unit_code")}),
    "productimages": Resource("oro_product_image", {}, {"image": ("files", "t.image_id")}),
    "files": Resource(
        "oro_attachment_file",
        {"originalFilename": "t.original_filename", "filePath": "'/media/' || t.id || '/' || t.filename"},
    ),
    "productvariantlinks": Resource("oro_product_variant_link", {}, {"product": ("products", "t.product_id")}),
    "productprices": Resource(
        "oro_price_product",
        {"quantity": "t.quantity", "value": _money("value"), "currency": "t.currency"},
        {
            "priceList": ("pricelists", "t.price_list_id"),
            "product": ("products", "t.product_id"),
            "unit": ("productunits", "t.unit_code"),
        },
        filters={"id": "t.id::text", "priceList": "t.price_list_id", "product": "t.product_id"},
        key="t.id || '-' || t.price_list_id",
        required=("priceList",),
    ),
    "inventorylevels": Resource(
        "oro_inventory_level",
        {"quantity": "t.quantity::text"},
        {
            "product": ("products", "t.product_id"),
            "productUnitPrecision": ("productunitprecisions", "t.product_unit_precision_id"),
        },
        filters={"id": "t.id", "product": "t.product_id"},
    ),
    "marketingactivities": Resource(
        "orocrm_marketing_activity",
        {"details": "t.details", "actionDate": _at("action_date")},
        {
            "campaign": ("campaigns", "t.campaign_id"),
            "marketingActivityType": ("marketingactivitytypes", "t.type_id"),
            "entity": ("customerusers", "t.entity_id"),
        },
        filters={"id": "t.id", "actionDate": "t.action_date", "marketingActivityType": "t.type_id"},
    ),
    "webhooktopics": Resource(
        "(SELECT unnest(ARRAY['order.created', 'order.updated', 'order.deleted']) AS id)", {"label": "t.id"}
    ),
}

_WEBSITE = {"website": ("websites", "t.website_id")}
OF_ENTERPRISE: dict[str, Resource] = {
    **RESOURCES,
    **{name: RESOURCES[name]._replace(one={**RESOURCES[name].one, **_WEBSITE}) for name in ("orders", "customerusers")},
    "websites": Resource("oro_website", {"name": "t.name", "default": "t.is_default"}, filters={"id": "t.id"}),
}
"""The enterprise edition tells its websites, and of orders and customer users to which they belong."""
