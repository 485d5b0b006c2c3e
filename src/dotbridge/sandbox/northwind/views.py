"""The two websites and four store views of the shop, with their currencies, languages and taxes."""

from __future__ import annotations

from dataclasses import dataclass

from dotbridge.sandbox.northwind.amounts import Document

GLOBAL_CURRENCY = "GBP"


@dataclass(frozen=True, slots=True)
class Website:
    id: int
    code: str
    name: str
    group_id: int
    group_code: str
    group_name: str
    default_store_id: int
    base_currency: str
    to_global_rate: float
    stock_id: int
    source_code: str


@dataclass(frozen=True, slots=True)
class View:
    """A store view. ``rate`` turns base into shown currency; ``tax`` is in per cent."""

    id: int
    code: str
    name: str
    website: Website
    locale: str
    country: str
    currency: str
    rate: float
    timezone: str
    tax: int

    @property
    def base_currency(self) -> str:
        return self.website.base_currency

    @property
    def store_name(self) -> str:
        """Website, group and view on three lines, as orders carry it."""
        return f"{self.website.name}\n{self.website.group_name}\n{self.name}"


UK = Website(1, "base", "Northwind UK & Ireland", 1, "uk_store", "Northwind Outfitters", 1, "GBP", 1, 1, "default")
US = Website(2, "us", "Northwind USA", 2, "us_store", "Northwind Trading Post", 3, "USD", 0.7874, 2, "us_depot")
WEBSITES = (UK, US)

VIEWS = (
    View(1, "uk_en", "United Kingdom", UK, "en_GB", "GB", "GBP", 1, "Europe/London", 20),
    View(2, "ie_en", "Ireland", UK, "en_IE", "IE", "EUR", 1.17, "Europe/Dublin", 23),
    View(3, "us_en", "United States", US, "en_US", "US", "USD", 1, "America/New_York", 8),
    View(4, "us_es", "Estados Unidos (español)", US, "es_US", "US", "USD", 1, "America/Chicago", 8),
)
DEFAULT_VIEW = VIEWS[0]
US_PRICE_FACTOR = 1.27

BY_ID = {view.id: view for view in VIEWS}
BY_CODE = {view.code: view for view in VIEWS}


def websites() -> list[Document]:
    admin = {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0}
    return [
        admin,
        *({"id": w.id, "code": w.code, "name": w.name, "default_group_id": w.group_id} for w in WEBSITES),
    ]


def groups() -> list[Document]:
    rows = [(0, 0, 0, 0, "Default", "default")]
    rows += [(w.group_id, w.id, 2, w.default_store_id, w.group_name, w.group_code) for w in WEBSITES]
    names = ("id", "website_id", "root_category_id", "default_store_id", "name", "code")
    return [dict(zip(names, row, strict=True)) for row in rows]


def store_views() -> list[Document]:
    """All store views, the admin entry in second place: the list is unordered (2)."""
    names = ("id", "code", "name", "website_id", "store_group_id", "is_active")
    rows = [(v.id, v.code, v.name, v.website.id, v.website.group_id, 1) for v in VIEWS]
    rows.insert(1, (0, "admin", "Admin", 0, 0, 1))
    return [dict(zip(names, row, strict=True)) for row in rows]


def configs(url: str) -> list[Document]:
    """Configuration of each store view as served under ``url`` (no trailing slash)."""
    answers = []
    for view in VIEWS:
        answer: Document = {
            "id": view.id,
            "code": view.code,
            "website_id": view.website.id,
            "locale": view.locale,
            "base_currency_code": view.base_currency,
            "default_display_currency_code": view.currency,
            "timezone": view.timezone,
            "weight_unit": "lbs",
        }
        for secure in ("", "secure_"):
            answer |= {
                f"{secure}base_url": f"{url}/",
                f"{secure}base_link_url": f"{url}/{view.code}/",
                f"{secure}base_static_url": f"{url}/static/",
                f"{secure}base_media_url": f"{url}/media/",
            }
        answers.append(answer)
    return answers
