"""Changes of products: through the product repository they move ``updated_at``; stock and price services do not."""

from __future__ import annotations

from typing import Literal

from dotbridge.sandbox.northwind.amounts import Document, cents
from dotbridge.sandbox.northwind.catalogue import articles, products, words
from dotbridge.sandbox.northwind.catalogue import stock as inventory
from dotbridge.sandbox.northwind.changes.chosen import by_field, record
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import PRODUCT
from dotbridge.sandbox.northwind.views import US_PRICE_FACTOR, WEBSITES

_SOLD = "type_id = 'simple' AND visibility = 4 AND status = 1 AND price IS NOT NULL"


def _product(session: Session, sku: str | None) -> Document:
    return by_field(session, PRODUCT, "sku", sku) if sku else record(session, PRODUCT, None, _SOLD)


def price(
    session: Session,
    *,
    sku: str | None = None,
    value: float | None = None,
    through: Literal["product", "service"] = "product",
) -> Document:
    """Another base price. ``through="service"`` is the base-prices service, which leaves ``updated_at`` alone."""
    product = _product(session, sku)
    old = cents(product.get("price"))
    pence = cents(value) if value is not None else old + session.chance.choice((-500, -100, 200, 1000))
    pence = max(pence, 100)
    products.set_price(product, pence, int(pence * US_PRICE_FACTOR / 100) * 100 + 95)
    if through == "service":
        session.save(PRODUCT, product)
    else:
        products.touch(session, product)
    return {"product_id": product["id"], "sku": product["sku"], "price": product["price"]}


def stock(session: Session, *, sku: str | None = None, website: str = "base", quantity: int | None = None) -> Document:
    """What the website's source holds of the product."""
    product = _product(session, sku)
    where = next(one for one in WEBSITES if one.code == website)
    held = quantity if quantity is not None else session.chance.choice((0, 3, 25, 400))
    inventory.put(session, product["sku"], where, held)
    return {"product_id": product["id"], "sku": product["sku"], "quantity": held}


def new_product(session: Session, *, name: str | None = None) -> Document:
    chance = session.chance
    kind = chance.choice(words.KINDS)
    product = articles.product(session, kind, name or f"{chance.choice(words.LINES)} {kind.name}", "", "simple")
    product |= {"sku": f"NW-{product['id']:04d}", "weight": kind.weight}
    product |= {"created_at": session.at, "updated_at": session.at}
    articles.price(chance, product, kind)
    products.save(session, product)
    for website in WEBSITES:
        inventory.put(session, product["sku"], website, 500)
    return {"product_id": product["id"], "sku": product["sku"]}


def rename_product(session: Session, *, sku: str | None = None, name: str | None = None) -> Document:
    """Another name and address; the old address redirects."""
    product = _product(session, sku)
    product["name"] = name or f"{product['name']} II"
    product["custom"] |= {"meta_title": product["name"], "url_key": f"{product['custom']['url_key']}-ii"}
    products.touch(session, product)
    return {"product_id": product["id"], "sku": product["sku"], "name": product["name"]}


def disable_product(session: Session, *, sku: str | None = None) -> Document:
    product = _product(session, sku)
    product["status"] = products.DISABLED
    products.touch(session, product)
    return {"product_id": product["id"], "sku": product["sku"]}


def delete_product(session: Session, *, sku: str | None = None) -> Document:
    """The product goes without a trace in REST; orders keep its id and sku."""
    product = _product(session, sku)
    products.remove(session, product)
    return {"product_id": product["id"], "sku": product["sku"]}
