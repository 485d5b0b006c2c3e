"""The storefront: a plain, server-rendered face of the shop, so that links in messages lead somewhere.

Shows what the shop is, its newest orders and products, one page per product under its rewritten address, and the
pictures. Nothing here can be clicked to buy.
"""

from __future__ import annotations

import sqlite3
from html import escape
from pathlib import PurePosixPath

import orjson
from werkzeug import Response

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import attributes, pictures, products
from dotbridge.sandbox.northwind.page import SYMBOLS, card, frame, money
from dotbridge.sandbox.northwind.shop import load
from dotbridge.sandbox.northwind.tables import PRODUCT
from dotbridge.sandbox.northwind.views import BY_CODE, DEFAULT_VIEW, View

MEDIA = "/media/catalog/product/"


def answer(connection: sqlite3.Connection, path: str, today: str) -> Response | None:
    """The page, picture or redirect at this path; None where the shop has nothing."""
    if path.startswith(MEDIA):
        return _picture(path)
    code, _, rest = path.lstrip("/").partition("/")
    view = BY_CODE.get(code)
    if view is None:
        view, rest = DEFAULT_VIEW, path.lstrip("/")
    if not rest:
        return _page(home(connection, view, today))
    row = connection.execute(
        "SELECT entity_id, target_path, redirect_type FROM url_rewrite WHERE request_path = ? AND store_id = ?",
        (rest, view.id),
    ).fetchone()
    product = load(connection, PRODUCT, row[0]) if row else None
    if row is None or product is None:
        return None
    if row[2]:
        return Response("", 301, {"Location": f"/{view.code}/{row[1]}"})
    return _page(product_page(connection, product, view, today))


def _page(text: str) -> Response:
    return Response(text, content_type="text/html; charset=utf-8")


def _picture(path: str) -> Response:
    name = PurePosixPath(path).stem
    thing = name.partition("-")[0]
    drawn = pictures.draw(name, thing)
    return Response(drawn, content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})


def home(connection: sqlite3.Connection, view: View, today: str) -> str:
    query = (
        "SELECT body FROM catalog_product_entity WHERE status = 1 AND visibility = 4 AND image IS NOT NULL"
        " AND price > 0 AND entity_id IN (SELECT product_id FROM product_website WHERE website_id = ?)"
        " ORDER BY created_at DESC LIMIT 12"
    )
    newest = [orjson.loads(body) for (body,) in connection.execute(query, (view.website.id,))]
    orders = connection.execute(
        "SELECT increment_id, customer_firstname, created_at, order_currency_code, grand_total, status FROM sales_order"
        " ORDER BY created_at DESC, entity_id DESC LIMIT 10"
    ).fetchall()
    rows = "".join(
        f"<tr><td>{escape(number)}<td>{escape(name)}<td>{at}"
        f"<td class=n>{SYMBOLS.get(currency, currency + ' ')}{total:,.2f}"
        f"<td><span class='tag {escape(status)}'>{escape(status.replace('_', ' '))}</span>"
        for number, name, at, currency, total, status in orders
    )
    cards = "".join(card(product, view, today) for product in newest)
    return frame(
        view,
        "Northwind Outfitters",
        "<section class=hero><h1>Made for weather.</h1><p>Jackets, boots, packs and camp kitchen from a small"
        " harbour town. This is an invented sample shop: nobody in it exists, and nothing can be bought.</p></section>"
        f"<h2>New arrivals</h2><div class=grid>{cards}</div>"
        "<h2>Newest orders</h2><table><tr><th>Order<th>Customer<th>Placed (UTC)<th class=n>Total<th>Status</tr>"
        f"{rows}</table>",
    )


def product_page(connection: sqlite3.Connection, product: Document, view: View, today: str) -> str:
    shown = products.shown(product, view.id)
    custom = {one["attribute_code"]: one["value"] for one in shown["custom_attributes"]}
    facts = [("SKU", product["sku"]), ("Type", product["type_id"])]
    for code, label in (("brand", "Brand"), ("material", "Material"), ("color", "Colour"), ("size", "Size")):
        options = {one["value"]: one["label"] for one in attributes.options(code, view.id) or []}
        if code in custom:
            facts.append((label, ", ".join(options.get(value, value) for value in custom[code].split(","))))
    details = "".join(f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in facts)
    picture = (
        f"<img src='{MEDIA.rstrip('/')}{custom['image']}' alt='' width=400 height=400>" if "image" in custom else ""
    )
    parts = _parts(connection, product, view, today)
    return frame(
        view,
        shown["name"],
        f"<article class=product><div class=picture>{picture}</div><div><h1>{escape(shown['name'])}</h1>"
        f"<p class=price>{money(product, view, today)}</p>{custom['description']}<dl>{details}</dl></div></article>"
        f"{parts}",
    )


def _parts(connection: sqlite3.Connection, product: Document, view: View, today: str) -> str:
    """What a bundle or set is made of, as cards."""
    extension = product["extension_attributes"]
    skus = [link["sku"] for option in extension.get("bundle_product_options", []) for link in option["product_links"]]
    skus += [link["linked_product_sku"] for link in product["product_links"]]
    marks = ",".join("?" * len(skus))
    query = f"SELECT body FROM catalog_product_entity WHERE sku IN ({marks}) AND visibility = 4 ORDER BY entity_id"  # noqa: S608 - question marks only
    cards = "".join(card(orjson.loads(body), view, today) for (body,) in connection.execute(query, skus))
    return f"<h2>Goes with it</h2><div class=grid>{cards}</div>" if cards else ""
