"""Products made of others: configurable with its children, bundle with its parts, grouped set."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document, decimal_text
from dotbridge.sandbox.northwind.catalogue import articles, attributes, products, words
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import US_PRICE_FACTOR

CHILDREN = 6


def configurable(session: Session) -> list[Document]:
    """Children first, then their parent, as a merchant creates them."""
    chance = session.chance
    kind = chance.choice(words.CLOTHING)
    name = f"{chance.choice(words.LINES)} {kind.name}"
    number = session.number("family")
    base = chance.randint(kind.lowest, kind.highest) * 100 - 1
    children = []
    colours = chance.sample(list(words.COLOURS), 2)
    for colour in colours:
        for size, letter in words.SIZES.items():
            label = words.COLOURS[colour][0]
            child = articles.product(
                session, kind, f"{name} {label} {letter}", f"FAM-{number}-{label}-{letter}", "simple"
            )
            child["visibility"] = products.NOT_VISIBLE
            child["weight"] = kind.weight
            products.set_price(child, base, int(base * US_PRICE_FACTOR / 100) * 100 + 95)
            child["custom"] |= {"color": colour, "size": size, "cost": decimal_text(base * 45 // 100)}
            children.append(child)
    parent = articles.product(session, kind, name, f"FAM-{number}", "configurable")
    parent |= {"price": 0, "weight": kind.weight}
    parent["extension_attributes"] |= {
        "website_ids": [1, 2],
        "configurable_product_options": [
            _axis(session, parent, attributes.COLOUR_ID, "Colour", 0, colours),
            _axis(session, parent, attributes.SIZE_ID, "Size", 1, list(words.SIZES)),
        ],
        "configurable_product_links": [child["id"] for child in children],
    }
    for child in children:
        child["extension_attributes"]["website_ids"] = [1, 2]
    return [*children, parent]


def _axis(session: Session, parent: Document, attribute: int, label: str, position: int, values: list[str]) -> Document:
    return {
        "id": session.number("super_attribute"),
        "attribute_id": str(attribute),
        "label": label,
        "position": position,
        "values": [{"value_index": int(value)} for value in values],
        "product_id": parent["id"],
    }


def bundle(session: Session, choosable: list[Document]) -> Document:
    chance = session.chance
    made = articles.product(session, words.BUNDLE, f"{chance.choice(words.LINES)} {words.BUNDLE.name}", "", "bundle")
    made |= {"sku": f"BND-{made['id']}", "price": 0, "weight": 0}
    made["custom"] |= {"shipment_type": "1", "price_view": "0", "sku_type": "1", "price_type": "0", "weight_type": "0"}
    made["extension_attributes"] |= {
        "website_ids": [1, 2],
        "bundle_product_options": [
            _part(session, made, position, title, chance.sample(choosable, size))
            for position, (title, size) in enumerate((("Main", 3), ("Add-ons", 2)), start=1)
        ],
    }
    return made


def _part(session: Session, made: Document, position: int, title: str, parts: list[Document]) -> Document:
    option_id = session.number("bundle_option")
    return {
        "option_id": option_id,
        "title": title,
        "required": position == 1,
        "type": "select" if position == 1 else "checkbox",
        "position": position,
        "sku": made["sku"],
        "product_links": [
            {
                "id": str(session.number("bundle_selection")),
                "sku": part["sku"],
                "option_id": option_id,
                "qty": order + 1,
                "position": order,
                "is_default": order == 0,
                "price": part["price"],
                "price_type": None,
                "can_change_quantity": 0,
            }
            for order, part in enumerate(parts)
        ],
    }


def grouped(session: Session, choosable: list[Document]) -> Document:
    chance = session.chance
    made = articles.product(session, words.GROUPED, f"{chance.choice(words.LINES)} {words.GROUPED.name}", "", "grouped")
    made["sku"] = f"GRP-{made['id']}"
    made["extension_attributes"]["website_ids"] = [1, 2]
    made["product_links"] = [
        articles.link_to(made, "associated", part, position) | {"extension_attributes": {"qty": position + 1}}
        for position, part in enumerate(chance.sample(choosable, 3))
    ]
    return made
