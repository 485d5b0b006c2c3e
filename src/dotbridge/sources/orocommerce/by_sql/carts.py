"""Shopping lists with their lines; what was saved for later stands apart (§7.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dotbridge.commerce.money import units
from dotbridge.sources.orocommerce.by_sql.keyset import TableReader
from dotbridge.sources.orocommerce.by_sql.schema import text, utc
from dotbridge.sources.orocommerce.by_sql.shelf import Shelf
from dotbridge.sources.orocommerce.rows import CartLineRow, CartRow
from dotbridge.sources.orocommerce.to_commerce.products import image_of, prices_of

_LINES = "oro_shopping_list_line_item"
_SAVED = "saved_for_later_list_id"


class Carts(TableReader):
    """Every shopping list."""

    table = "oro_shopping_list"
    most = 500

    def load(self, keys: Sequence[tuple[int, str, str]]) -> Sequence[CartRow]:
        ids = [key[0] for key in keys]
        guest = self.schema.column("u", "oro_customer_user", "is_guest", "FALSE")
        rows = self.database.query(
            f"SELECT t.id, {utc('t.updated_at')}, {utc('t.created_at')}, {text('t.label')}, {text('u.email')},"
            f" {text('t.customer_user_id')}, COALESCE({guest}, FALSE),"
            f" {text(self.schema.column('t', self.table, 'currency'))}, {self._ordered()} FROM oro_shopping_list t"
            " LEFT JOIN oro_customer_user u ON u.id = t.customer_user_id WHERE t.id = ANY(%s)",
            (ids,),
        )
        found = {row[0]: row for row in rows}
        lines, saved = self._lines(keys)
        return [
            CartRow(
                id=one,
                updated_at=found[one][1],
                website_id=website_id,
                created_at=found[one][2],
                label=found[one][3],
                email=found[one][4],
                customer_user_id=found[one][5],
                guest=found[one][6],
                currency=found[one][7],
                ordered=found[one][8],
                lines=tuple(lines.get(one, ())),
                saved=tuple(saved.get(one, ())),
            )
            for one, _, website_id in keys
            if one in found
        ]

    def _ordered(self) -> str:
        """Whether a checkout that began with the list was completed."""
        if not self.schema.knows("oro_checkout_source", "shoppinglist_id") or not self.schema.has("oro_checkout"):
            return "FALSE"
        source = self.schema.column("s", "oro_checkout_source", "shoppinglist_id")
        return (
            "EXISTS (SELECT 1 FROM oro_checkout c JOIN oro_checkout_source s ON s.id = c.source_id"
            f" WHERE {source} = t.id AND c.completed)"
        )

    def _lines(
        self, keys: Sequence[tuple[int, str, str]]
    ) -> tuple[Mapping[int, list[CartLineRow]], Mapping[int, list[CartLineRow]]]:
        ids = [key[0] for key in keys]
        saved = self.schema.column("l", _LINES, _SAVED)
        rows = self.database.query(
            f"SELECT COALESCE({saved}, l.shopping_list_id), {saved} IS NOT NULL, l.product_id, {text('p.sku')},"
            f" l.quantity, {text('l.unit_code')} FROM {_LINES} l JOIN oro_product p ON p.id = l.product_id"
            f" WHERE l.shopping_list_id = ANY(%s) OR {saved} = ANY(%s) ORDER BY l.id",
            (ids, ids),
        )
        shelf = Shelf(self.schema, sorted({row[2] for row in rows}))
        names, slugs, images = shelf.names(), shelf.slugs(), shelf.images()
        prices = shelf.prices(self.sites.price_list(keys[0][2])) if keys else {}
        found: dict[bool, dict[int, list[CartLineRow]]] = {False: defaultdict(list), True: defaultdict(list)}
        for owner, is_saved, product, sku, quantity, unit in rows:
            amount = units(quantity)
            known = prices_of(prices.get(product, ()), unit, self.sites.currency)
            fitting = [price.value for price in known if price.quantity <= amount]
            found[is_saved][owner].append(
                CartLineRow(
                    product_id=str(product),
                    sku=sku,
                    name=tuple(names.get(product, ())),
                    slug=tuple(slugs.get(product, ())),
                    image=image_of(images.get(product, ()), self.sites),
                    quantity=amount,
                    price=fitting[-1] if fitting else known[0].value if known else None,
                )
            )
        return found[False], found[True]


class Wishlists(Carts):
    """Shopping lists of customer users in which something was saved for later."""

    def scope(self) -> str:
        saved = self.schema.column("w", _LINES, _SAVED)
        return f"t.customer_user_id IS NOT NULL AND EXISTS (SELECT 1 FROM {_LINES} w WHERE {saved} = t.id)"
