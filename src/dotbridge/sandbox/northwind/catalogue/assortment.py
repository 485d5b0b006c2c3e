"""Makes the range: simple, configurable with children, bundle, grouped and virtual products in fixed proportions."""

from __future__ import annotations

import unicodedata
from random import Random

from dotbridge.sandbox.northwind.amounts import Document, decimal_text
from dotbridge.sandbox.northwind.catalogue import attributes, categories, products, stock, words
from dotbridge.sandbox.northwind.catalogue.words import Kind
from dotbridge.sandbox.northwind.instants import later
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import US_PRICE_FACTOR, VIEWS, WEBSITES

CHILDREN = 6
STOCKED = 40_000


def create(session: Session, count: int) -> list[Document]:
    """About ``count`` products with stock, saved; at least one of each type."""
    families, bundles, sets = max(1, count // 25), max(1, count // 30), max(1, count // 40)
    services = max(1, count // 25)
    simple = max(8, count - families * (CHILDREN + 1) - bundles - sets - services)
    made = [_simple(session, session.chance.choice(words.KINDS), "NW-{:04d}") for _ in range(simple)]
    made += [_simple(session, session.chance.choice(words.SERVICES), "SRV-{:04d}", "virtual") for _ in range(services)]
    choosable = [product for product in made[:simple] if not product["options"]]
    for _ in range(families):
        made += _configurable(session)
    made += [_bundle(session, choosable) for _ in range(bundles)]
    made += [_grouped(session, choosable) for _ in range(sets)]
    _link(session.chance, made[:simple])
    for product in made:
        products.save(session, product)
        if product["type_id"] in {"simple", "virtual"}:
            for website in WEBSITES:
                stock.put(session, product["sku"], website, STOCKED + session.chance.randint(0, 9_999))
    return made


def product(session: Session, kind: Kind, name: str, sku: str, type_id: str) -> Document:
    """A bare record of one kind: names, texts, categories, picture; no price."""
    entity_id = session.number("product")
    made: Document = {
        "id": entity_id,
        "sku": sku,
        "name": name,
        "attribute_set_id": 4,
        "status": products.ENABLED,
        "visibility": products.EVERYWHERE,
        "type_id": type_id,
        "created_at": later(session.at, minutes=10 * entity_id),
        "updated_at": later(session.at, days=entity_id % 200, minutes=10 * entity_id),
        "extension_attributes": {"website_ids": [1, 2] if entity_id % 29 else [1]},
        "product_links": [],
        "options": [],
        "media_gallery_entries": [],
        "tier_prices": [],
        "custom": {},
        "overlays": {"4": {"name": name.replace(kind.name, kind.spanish)}},
    }
    _categorise(made, kind.category_id, sale=False)
    _describe(session.chance, made)
    if type_id != "virtual" and entity_id % 23:
        _picture(made, kind)
    return made


def _categorise(made: Document, category_id: int, *, sale: bool) -> None:
    ids = [category_id]
    if categories.PARENTS[category_id] > categories.ROOT_ID:
        ids.insert(0, categories.PARENTS[category_id])
    if sale:
        ids.append(categories.SALE_ID)
    made["extension_attributes"]["category_links"] = [{"position": 0, "category_id": str(one)} for one in ids]
    made["custom"]["category_ids"] = [str(one) for one in ids]


def _describe(chance: Random, made: Document) -> None:
    name = made["name"]
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    key = "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())
    made["custom"] |= {
        "options_container": "container2",
        "url_key": f"{key}-{made['id']}",
        "msrp_display_actual_price_type": "0",
        "required_options": "0",
        "has_options": "0",
        "meta_title": name,
        "tax_class_id": "2",
        "meta_description": f"{name} from Northwind",
        "short_description": f"{name}: light, mendable, made for weather.",
        "description": f"<p>{name} goes where you go &amp; comes back. Item no. {made['id']}.</p>",
        "brand": chance.choice(list(words.BRANDS)),
        "material": ",".join(chance.sample(list(words.MATERIALS), chance.randint(1, 2))),
        "launch_date": f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d} 00:00:00",
        "eco_friendly": chance.choice("01"),
    }


def _picture(made: Document, kind: Kind) -> None:
    file = f"/{kind.picture[0]}/{kind.picture[1]}/{kind.picture}-{made['custom']['url_key']}.svg"
    made["media_gallery_entries"] = [
        {
            "id": made["id"],
            "media_type": "image",
            "label": None,
            "position": 1,
            "disabled": False,
            "types": ["image", "small_image", "thumbnail"],
            "file": file,
        }
    ]
    made["custom"] |= dict.fromkeys(("image", "small_image", "thumbnail"), file)


def _simple(session: Session, kind: Kind, sku: str, type_id: str = "simple") -> Document:
    chance = session.chance
    made = product(session, kind, f"{chance.choice(words.LINES)} {kind.name}", "", type_id)
    made["sku"] = sku.format(made["id"])
    made["weight"] = kind.weight
    price(chance, made, kind)
    if made["id"] % 9 == 0:
        _reduce(made)
    if made["id"] % 11 == 0:
        _tiers(made)
    if made["id"] % 7 == 0:
        _options(session, made)
    if made["id"] % 40 == 0:
        made["status"] = products.DISABLED
    return made


def price(chance: Random, made: Document, kind: Kind) -> None:
    """A price of its own for each website, and what the product costs the shop."""
    pence = chance.randint(kind.lowest, kind.highest) * 100 - chance.choice((1, 5, 50))
    products.set_price(made, pence, int(pence * US_PRICE_FACTOR / 100) * 100 + 95)
    made["custom"]["cost"] = decimal_text(pence * 45 // 100)


def _reduce(made: Document) -> None:
    """A special price, in each website's own currency; every other one ends."""
    dates = {"special_from_date": "2026-09-01 00:00:00"}
    if made["id"] % 2:
        dates["special_to_date"] = "2027-03-31 00:00:00"
    pence = products.regular_price(made, VIEWS[0]) * 4 // 5
    made["custom"] |= {"special_price": decimal_text(pence), **dates}
    for view in VIEWS[2:]:
        special = decimal_text(products.regular_price(made, view) * 4 // 5)
        made["overlays"][str(view.id)]["custom"] = {"special_price": special}
    _categorise(made, int(made["custom"]["category_ids"][-1]), sale=True)


def _tiers(made: Document) -> None:
    pence = products.regular_price(made, VIEWS[0])
    made["tier_prices"] = [
        {"customer_group_id": group, "qty": least, "value": pence * share // 100 / 100, "extension_attributes": website}
        for group, least, share, website in ((2, 1, 85, {"website_id": 1}), (32000, 5, 90, {"website_id": 1}))
    ]


def _options(session: Session, made: Document) -> None:
    """Two custom options: an engraving (5.00 more) and a gift wrap that must be chosen."""
    sku, chosen = made["sku"], {"price_type": "fixed"}
    wraps = [
        {"title": title, "sort_order": order, "price": extra, "sku": f"WRAP-{order}", **chosen}
        | {"option_type_id": session.number("option_value")}
        for order, (title, extra) in enumerate((("None", 0), ("Paper", 2.5), ("Cedar box", 7)))
    ]
    first, second = session.number("option"), session.number("option")
    engraving: Document = {"product_sku": sku, "option_id": first, "title": "Engraving", "type": "field", "sort_order": 1}
    wrap: Document = {"product_sku": sku, "option_id": second, "title": "Gift wrap", "type": "drop_down", "sort_order": 2}
    made["options"] = [
        engraving | {"is_require": False, "price": 5, "sku": "ENG", "max_characters": 30, **chosen},
        wrap | {"is_require": True, "sku": "WRAP", "values": wraps},
    ]
    made["custom"] |= {"required_options": "1", "has_options": "1"}


def _configurable(session: Session) -> list[Document]:
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
            child = product(session, kind, f"{name} {label} {letter}", f"FAM-{number}-{label}-{letter}", "simple")
            child["visibility"] = products.NOT_VISIBLE
            child["weight"] = kind.weight
            products.set_price(child, base, int(base * US_PRICE_FACTOR / 100) * 100 + 95)
            child["custom"] |= {"color": colour, "size": size, "cost": decimal_text(base * 45 // 100)}
            children.append(child)
    parent = product(session, kind, name, f"FAM-{number}", "configurable")
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


def _bundle(session: Session, choosable: list[Document]) -> Document:
    chance = session.chance
    made = product(session, words.BUNDLE, f"{chance.choice(words.LINES)} {words.BUNDLE.name}", "", "bundle")
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


def _grouped(session: Session, choosable: list[Document]) -> Document:
    chance = session.chance
    made = product(session, words.GROUPED, f"{chance.choice(words.LINES)} {words.GROUPED.name}", "", "grouped")
    made["sku"] = f"GRP-{made['id']}"
    made["extension_attributes"]["website_ids"] = [1, 2]
    made["product_links"] = [
        _product_link(made, "associated", part, position) | {"extension_attributes": {"qty": position + 1}}
        for position, part in enumerate(chance.sample(choosable, 3))
    ]
    return made


def _link(chance: Random, simple: list[Document]) -> None:
    for made in simple[::4]:
        others = chance.sample([other for other in simple if other is not made], 3)
        kinds = ("related", "crosssell", "upsell")
        made["product_links"] = [_product_link(made, kind, other, 0) for kind, other in zip(kinds, others, strict=True)]


def _product_link(made: Document, kind: str, other: Document, position: int) -> Document:
    return {
        "sku": made["sku"],
        "link_type": kind,
        "linked_product_sku": other["sku"],
        "linked_product_type": other["type_id"],
        "position": position,
    }
