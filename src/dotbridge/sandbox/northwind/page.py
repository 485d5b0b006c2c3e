"""The frame, cards and prices of the storefront's pages."""

from __future__ import annotations

from html import escape

from dotbridge.sandbox.northwind.amounts import Document, convert
from dotbridge.sandbox.northwind.catalogue import products
from dotbridge.sandbox.northwind.views import VIEWS, View

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
_STYLE = """
:root{--ink:#1d2b2a;--soft:#5d6f6c;--line:#dfe5e1;--paper:#fbfaf6;--moss:#2f5d50;--rust:#b4552d}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 Georgia,'Times New Roman',serif}
header,main,footer{max-width:68rem;margin:auto;padding:1.1rem 1.5rem}
header{display:flex;justify-content:space-between;align-items:baseline;border-bottom:1px solid var(--line);
flex-wrap:wrap}
a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}.brand{font-size:1.35rem;letter-spacing:.04em}
nav a{margin-left:1rem;font-size:.9rem;color:var(--soft)}nav a.on{color:var(--moss);font-weight:bold}
.hero{background:linear-gradient(120deg,#2f5d50,#7a9e8c 60%,#e7d8b8);color:#fff;padding:3.2rem 2.4rem;
border-radius:14px}
.hero h1{font-size:2.9rem;margin:0;line-height:1.1}.hero p{max-width:36rem;margin:.8rem 0 0}
h2{margin:2.4rem 0 1rem;font-weight:normal;font-size:1.5rem}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:1.3rem}
.card{background:#fff;border:1px solid var(--line);border-radius:12px;overflow:hidden;display:block}
.card:hover{box-shadow:0 6px 20px #1d2b2a1a;text-decoration:none}.card img,.blank{width:100%;
aspect-ratio:1;display:block;background:#eef1ec}.card div{padding:.7rem .9rem .9rem}
.card b{font-weight:normal;display:block}
.price{color:var(--moss)}
.price s{color:var(--soft);margin-right:.4rem}table{width:100%;border-collapse:collapse;font-size:.93rem}
td,th{text-align:left;padding:.5rem .6rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:normal}
.n{text-align:right;font-variant-numeric:tabular-nums}.tag{border-radius:99px;padding:.1rem .6rem;background:#e7eee9}
.canceled,.closed{background:#f3e3db}.pending,.holded{background:#f6efd6}
.product{display:grid;grid-template-columns:minmax(16rem,1fr) 1fr;gap:2.4rem;padding-top:1rem}
.picture img{width:100%;height:auto;border-radius:14px}
dl{display:grid;grid-template-columns:7rem 1fr;color:var(--soft);font-size:.93rem}dd{margin:0;color:var(--ink)}
footer{color:var(--soft);font-size:.85rem;border-top:1px solid var(--line);margin-top:3rem}
@media(max-width:40rem){.product{grid-template-columns:1fr}.hero h1{font-size:2.1rem}}
"""


def frame(view: View, title: str, content: str) -> str:
    links = "".join(
        f"<a href='/{one.code}/' class='{'on' if one == view else ''}'>{escape(one.name)}</a>" for one in VIEWS
    )
    return (
        f"<!doctype html><html lang='{view.locale[:2]}'><head><meta charset=utf-8>"
        f"<title>{escape(title)} · Northwind</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style></head><body>"
        f"<header><a class=brand href='/{view.code}/'>▲ Northwind</a>"
        f"<nav aria-label='Store views'>{links}</nav></header>"
        f"<main>{content}</main><footer>Northwind is an invented sample shop that answers like Magento 2."
        "</footer></body></html>"
    )


def money(product: Document, view: View, today: str) -> str:
    """The price in the shown currency, the regular one struck out beside a special price."""
    regular, now = products.regular_price(product, view), products.price_on(product, view, today)
    if not now:
        return ""
    symbol = SYMBOLS[view.currency]
    price = f"{symbol}{convert(now, view.rate) / 100:,.2f}"
    return f"<s>{symbol}{convert(regular, view.rate) / 100:,.2f}</s>{price}" if now < regular else price


def card(product: Document, view: View, today: str) -> str:
    image = product["custom"].get("image")
    picture = f"<img src='/media/catalog/product{image}' alt='' loading=lazy>" if image else "<div class=blank></div>"
    name = escape(str(products.value(product, view, "name")))
    link = f"/{view.code}/{product['custom']['url_key']}.html"
    price = f"<span class=price>{money(product, view, today)}</span>"
    return f"<a class=card href='{link}'>{picture}<div><b>{name}</b>{price}</div></a>"
