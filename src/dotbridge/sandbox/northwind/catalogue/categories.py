"""The category tree: flat list, tree with product counts, and names per store view."""

from __future__ import annotations

import sqlite3

import orjson

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.instants import later
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import CATEGORY

ROOT_ID = 2
_TREE = (
    # id, parent, name, Spanish name
    (1, 0, "Root Catalog", None),
    (2, 1, "Default Category", None),
    (3, 2, "Clothing", "Ropa"),
    (4, 3, "Jackets", "Chaquetas"),
    (5, 3, "Shirts", "Camisas"),
    (6, 3, "Knitwear", "Punto"),
    (7, 2, "Footwear", "Calzado"),
    (8, 7, "Boots", "Botas"),
    (9, 7, "Trail Shoes", "Zapatillas"),
    (10, 2, "Gear", "Equipo"),
    (11, 10, "Packs", "Mochilas"),
    (12, 10, "Tents", "Tiendas"),
    (13, 10, "Light", "Iluminación"),
    (14, 2, "Camp Kitchen", "Cocina"),
    (15, 14, "Stoves", "Hornillos"),
    (16, 14, "Mugs & Flasks", "Tazas y termos"),
    (17, 2, "Sale", "Rebajas"),
    (18, 2, "Services", "Servicios"),
)
PARENTS = {entity_id: parent for entity_id, parent, _, _ in _TREE}
SALE_ID = 17


def create(session: Session) -> None:
    paths: dict[int, str] = {}
    for entity_id, parent, name, spanish in _TREE:
        paths[entity_id] = f"{paths[parent]}/{entity_id}" if parent else str(entity_id)
        children = [child for child, of, _, _ in _TREE if of == entity_id]
        level = paths[entity_id].count("/")
        category: Document = {
            "id": entity_id,
            "parent_id": parent,
            "name": name,
            "position": [child for child, of, _, _ in _TREE if of == parent].index(entity_id) + (1 if parent else 0),
            "level": level,
            "children": ",".join(map(str, children)),
            "created_at": session.at,
            "updated_at": later(session.at, hours=entity_id),
            "path": paths[entity_id],
            "include_in_menu": True,
            "custom": _attributes(name, paths[entity_id], entity_id, parent),
            "overlays": {"4": {"name": spanish}} if spanish else {},
        }
        if parent:
            category["is_active"] = True
        session.save(CATEGORY, category)


def _attributes(name: str, path: str, entity_id: int, parent: int) -> dict[str, str]:
    below = sum(1 for child, _, _, _ in _TREE if _is_below(child, entity_id))
    if entity_id <= ROOT_ID:
        return {"path": path, "children_count": str(below)}
    key = name.lower().replace(" & ", "-").replace(" ", "-")
    above = next(n for i, _, n, _ in _TREE if i == parent).lower().replace(" ", "-") + "/" if parent > ROOT_ID else ""
    return {
        "description": f"All about {name}",
        "is_anchor": "1",
        "path": path,
        "children_count": str(below),
        "url_key": key,
        "url_path": above + key,
    }


def _is_below(entity_id: int, ancestor: int) -> bool:
    parent = PARENTS[entity_id]
    return parent == ancestor or (parent != 0 and _is_below(parent, ancestor))


def shown(category: Document, store_id: int) -> Document:
    answer = {name: value for name, value in category.items() if name not in {"custom", "overlays"}}
    answer |= category["overlays"].get(str(store_id), {})
    answer["custom_attributes"] = [{"attribute_code": c, "value": v} for c, v in category["custom"].items()]
    return answer


def tree(connection: sqlite3.Connection, store_id: int) -> Document:
    """The tree below the default category, each node with the number of its products."""
    rows = connection.execute("SELECT body FROM catalog_category_entity ORDER BY entity_id")
    categories = [shown(orjson.loads(body), store_id) for (body,) in rows]
    counts = dict(connection.execute("SELECT category_id, count(*) FROM category_product GROUP BY category_id"))
    names = ("id", "parent_id", "name", "is_active", "position", "level")

    def node(category: Document) -> Document:
        children = [node(child) for child in categories if child["parent_id"] == category["id"]]
        counted = {"product_count": counts.get(category["id"], 0), "children_data": children}
        return {name: category[name] for name in names} | counted

    return node(next(category for category in categories if category["id"] == ROOT_ID))
