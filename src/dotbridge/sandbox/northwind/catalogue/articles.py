"""Single products: names, texts, prices, pictures and options of one article."""

from __future__ import annotations

import unicodedata
from random import Random

from dotbridge.sandbox.northwind.amounts import Document, decimal_text
from dotbridge.sandbox.northwind.catalogue import categories, products, words
from dotbridge.sandbox.northwind.catalogue.words import Kind
from dotbridge.sandbox.northwind.instants import later
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import US_PRICE_FACTOR, VIEWS


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


def simple(session: Session, kind: Kind, sku: str, type_id: str = "simple") -> Document:
    chance = session.chance
    made = product(session, kind, f"{chance.choice(words.LINES)} {kind.name}", "", type_id)
    made["sku"] = sku.format(made["id"])
    made["weight"] = kind.weight
    price(chance, made, kind)
    if made["id"] % 9 == 0:
        _reduce(session, made)
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


def _reduce(session: Session, made: Document) -> None:
    """A special price, in each website's own currency; every other one ends."""
    dates = {"special_from_date": f"{later(session.at, days=600)[:10]} 00:00:00"}
    if made["id"] % 2:
        dates["special_to_date"] = f"{later(session.at, days=900)[:10]} 00:00:00"
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
    """Custom options: an engraving (5.00 more), a gift wrap that must be chosen, a day of delivery."""
    wraps = [
        {"title": title, "sort_order": order, "price": extra, "price_type": "fixed", "sku": f"WRAP-{order}"}
        | {"option_type_id": session.number("option_value")}
        for order, (title, extra) in enumerate((("None", 0), ("Paper", 2.5), ("Cedar box", 7)))
    ]
    fixed = {"is_require": False, "price_type": "fixed"}
    options: list[Document] = [
        {"title": "Engraving", "type": "field", "sku": "ENG", "price": 5, "max_characters": 30, **fixed},
        {"title": "Gift wrap", "type": "drop_down", "sku": "WRAP", "is_require": True, "values": wraps},
        {"title": "Deliver on", "type": "date", "sku": "DAT", "price": 0, **fixed},
    ]
    made["options"] = [
        option | {"product_sku": made["sku"], "option_id": session.number("option"), "sort_order": order}
        for order, option in enumerate(options, start=1)
    ]
    made["custom"] |= {"required_options": "1", "has_options": "1"}


def link_to(made: Document, kind: str, other: Document, position: int) -> Document:
    return {
        "sku": made["sku"],
        "link_type": kind,
        "linked_product_sku": other["sku"],
        "linked_product_type": other["type_id"],
        "position": position,
    }
