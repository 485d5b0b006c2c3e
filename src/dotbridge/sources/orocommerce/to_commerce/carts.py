"""Shopping lists: what lies in them is a cart, what was saved for later a wishlist (§7.5, 7.6)."""

from __future__ import annotations

from dotbridge.commerce.cart import Cart, CartLine
from dotbridge.commerce.money import multiple
from dotbridge.commerce.wishlist import Wishlist, WishlistItem
from dotbridge.sources.orocommerce.rows import CartLineRow, CartRow
from dotbridge.sources.orocommerce.sites import Sites


def cart(row: CartRow, sites: Sites) -> Cart:
    """A shopping list as a cart, with today's prices; Oro reckons neither tax nor shipping for one."""
    store = sites.first_store()
    lines = tuple([_line(line, sites) for line in row.lines])
    subtotal = sum([line.total for line in lines])
    return Cart(
        source_id=str(row.id),
        website_id=sites.website_of(row.website_id),
        store_id=store.id or "0",
        store_name=store.name,
        email=row.email,
        customer_id="" if row.guest else row.customer_user_id,
        phase="ordered" if row.ordered else "open" if lines else "empty",
        created_at=row.created_at,
        updated_at=row.updated_at,
        currency=row.currency or sites.currency,
        subtotal=subtotal,
        subtotal_incl_tax=subtotal,
        tax=0,
        shipping=0,
        discount=0,
        total=subtotal,
        coupon="",
        url=f"{sites.storefront}customer/shoppinglist/{row.id}" if len(sites.storefront) > 1 else "",
        lines=lines,
    )


def wishlist(row: CartRow, sites: Sites) -> Wishlist:
    """What was saved for later in a shopping list."""
    store = sites.first_store()
    return Wishlist(
        source_id=str(row.id),
        website_id=sites.website_of(row.website_id),
        store_id=store.id or "0",
        store_name=store.name,
        customer_id="" if row.guest else row.customer_user_id,
        email=row.email,
        updated_at=row.updated_at,
        currency=row.currency or sites.currency,
        items=tuple(
            [
                WishlistItem(line.product_id, line.sku, sites.text(line.name, store.id), line.quantity, line.price or 0)
                for line in row.saved
            ]
        ),
    )


def _line(line: CartLineRow, sites: Sites) -> CartLine:
    store = sites.first_store()
    price = line.price or 0
    total = multiple(price, line.quantity, 1)
    return CartLine(
        product_id=line.product_id,
        sku=line.sku,
        name=sites.text(line.name, store.id),
        quantity=line.quantity,
        unit_price=price,
        unit_price_incl_tax=price,
        sale_price=price,
        sale_price_incl_tax=price,
        total=total,
        total_incl_tax=total,
        image_url=line.image,
        product_url=sites.page(line.product_id, sites.text(line.slug, store.id)),
    )
