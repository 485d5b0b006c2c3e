"""Recorded answers of a Magento 2.4.6 shop, and the surroundings that records of them are understood in."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from dotbridge.sources.magento2.catalogue import CategoryName
from dotbridge.sources.magento2.families import Families
from dotbridge.sources.magento2.labels import Attribute, attribute
from dotbridge.sources.magento2.sites import Sites
from dotbridge.sources.magento2.stock import Stock
from dotbridge.sources.magento2.to_commerce.product import Surroundings

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("DOTBRIDGE_SHARED") or ROOT.parent / "shared")
RECORDINGS = SHARED / "fixtures" / "magento2" / "rest"


@cache
def recording(name: str) -> Any:
    """The recorded call ``name``: request, status and response."""
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def response(name: str) -> Any:
    return recording(name)["response"]


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a list, or the one row of a single answer."""
    body = response(name)
    return body["items"] if isinstance(body, dict) and "search_criteria" in body else [body]


@cache
def sites() -> Sites:
    return Sites(*[response(f"store.{name}") for name in ("websites", "storeGroups", "storeViews", "storeConfigs")])


@cache
def groups() -> dict[str, str]:
    return {str(row["id"]): row["code"] for row in rows("customerGroups.search")}


@cache
def customer_attributes() -> dict[str, Attribute]:
    found = [attribute(row) for row in response("attributeMetadata.customer")]
    return {entry.code: entry for entry in found}


@cache
def product_attributes(key: str) -> dict[str, Attribute]:
    found = [attribute(row) for row in rows("products.attributes.search")]
    return {getattr(entry, key): entry for entry in found}


@cache
def families() -> Families:
    names = ("products.get.configurable", "products.get.bundle", "products.get.grouped")
    return Families([response(name) for name in names])


def around(store_id: str) -> Surroundings:
    """What is known around recorded products: 1 October 2026, five categories, the stock of one sku."""
    view = sites().views[store_id]
    website = sites().website(view.website_id)
    assert website is not None
    children = response("configurable.children")
    held = response("inventory.source-items")["items"]
    return Surroundings(
        website=website,
        view=view,
        scope_id=store_id,
        today="2026-10-01",
        image_role="image",
        url_suffix=".html",
        brand="brand",
        codes=("material", "season_note", "launch_date", "eco_friendly"),
        websites={site.source_id: site.name for site in sites().websites},
        groups=groups(),
        sets={"4": "Default"},
        attributes=product_attributes("code"),
        categories={
            str(row["id"]): CategoryName(row["name"], tuple(row["path"].split("/")))
            for row in response("categories.list")["items"]
        },
        parts_by_id={str(row["id"]): row for row in children},
        parts_by_sku={},
        stocks={held[0]["sku"]: Stock(held[0]["quantity"] * 10_000, True)},
    )
