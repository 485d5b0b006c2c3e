"""The invented range: kinds of goods with their category, price span and Spanish name, and the names of the lines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of goods; prices in pounds, weight in pounds (lbs)."""

    name: str
    spanish: str
    category_id: int
    lowest: int
    highest: int
    weight: float
    picture: str


KINDS = (
    Kind("Anorak", "Anorak", 4, 79, 240, 1.9, "jacket"),
    Kind("Parka", "Parka", 4, 120, 310, 3.1, "jacket"),
    Kind("Flannel Shirt", "Camisa de franela", 5, 35, 75, 0.9, "shirt"),
    Kind("Merino Tee", "Camiseta de merino", 5, 29, 65, 0.4, "shirt"),
    Kind("Wool Jumper", "Jersey de lana", 6, 55, 130, 1.2, "shirt"),
    Kind("Hiking Boot", "Bota de montaña", 8, 95, 220, 3.4, "boot"),
    Kind("Trail Shoe", "Zapatilla de sendero", 9, 70, 150, 1.6, "boot"),
    Kind("Daypack", "Mochila de día", 11, 45, 120, 1.8, "pack"),
    Kind("Expedition Pack", "Mochila de expedición", 11, 140, 320, 4.6, "pack"),
    Kind("Two-Person Tent", "Tienda para dos", 12, 180, 460, 5.2, "tent"),
    Kind("Lantern", "Farol", 13, 18, 60, 0.8, "lantern"),
    Kind("Camp Stove", "Hornillo", 15, 40, 110, 1.4, "lantern"),
    Kind("Enamel Mug", "Taza esmaltada", 16, 9, 22, 0.5, "mug"),
    Kind("Coffee Flask", "Termo de café", 16, 22, 48, 0.9, "mug"),
)
CLOTHING = tuple(kind for kind in KINDS if kind.category_id in {4, 5, 6})
SERVICES = (
    Kind("Map & Compass Workshop", "Taller de mapa y brújula", 18, 35, 90, 0, "card"),
    Kind("Boot Care Plan", "Plan de cuidado de botas", 18, 15, 40, 0, "card"),
    Kind("Gift Voucher", "Vale regalo", 18, 20, 150, 0, "card"),
)
BUNDLE = Kind("Weekend Bundle", "Lote de fin de semana", 12, 0, 0, 0, "tent")
GROUPED = Kind("Camp Table Set", "Juego de mesa de acampada", 16, 0, 0, 0, "mug")

_LINES = (
    "Aldercroft Bracken Cairn Drumlin Eskdale Fjordside Gannet Heathland Islay Juniper Kittiwake Lomond Moorland "
    "Nimbus Osprey Peregrine Quill Rannoch Skerry Tarn Umbra Viking Wharfedale Yewtree Zephyr"
)
LINES = tuple(_LINES.split())
COLOURS = {"29": ("Moss", "Musgo"), "30": ("Slate", "Pizarra"), "31": ("Rust", "Óxido")}
SIZES = {"20": "S", "21": "M", "22": "L"}
BRANDS = {"13": "Northwind", "14": "Fell & Ford", "15": "Halyard", "16": "Blue Tarn", "17": "Old Larch"}
MATERIALS = {"24": "Cotton", "25": "Wool", "26": "Recycled nylon", "27": "Leather", "28": "Steel"}
SPANISH_MATERIALS = {"24": "Algodón", "25": "Lana", "26": "Nailon reciclado", "27": "Cuero", "28": "Acero"}
