"""Makes the range: simple, configurable with children, bundle, grouped and virtual products in fixed proportions."""

from __future__ import annotations

from random import Random

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import articles, composites, products, stock, words
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import WEBSITES

STOCKED = 40_000


def create(session: Session, count: int) -> list[Document]:
    """About ``count`` products with stock, saved; at least one of each type."""
    families, bundles, sets = max(1, count // 25), max(1, count // 30), max(1, count // 40)
    services = max(1, count // 25)
    simple = max(8, count - families * (composites.CHILDREN + 1) - bundles - sets - services)
    made = [articles.simple(session, session.chance.choice(words.KINDS), "NW-{:04d}") for _ in range(simple)]
    made += [
        articles.simple(session, session.chance.choice(words.SERVICES), "SRV-{:04d}", "virtual")
        for _ in range(services)
    ]
    choosable = [product for product in made[:simple] if not product["options"]]
    for _ in range(families):
        made += composites.configurable(session)
    made += [composites.bundle(session, choosable) for _ in range(bundles)]
    made += [composites.grouped(session, choosable) for _ in range(sets)]
    _link(session.chance, made[:simple])
    for product in made:
        products.save(session, product)
        if product["type_id"] in {"simple", "virtual"}:
            for website in WEBSITES:
                stock.put(session, product["sku"], website, STOCKED + session.chance.randint(0, 9_999))
    return made


def _link(chance: Random, simple: list[Document]) -> None:
    for made in simple[::4]:
        others = chance.sample([other for other in simple if other is not made], 3)
        kinds = ("related", "crosssell", "upsell")
        made["product_links"] = [
            articles.link_to(made, kind, other, 0) for kind, other in zip(kinds, others, strict=True)
        ]
