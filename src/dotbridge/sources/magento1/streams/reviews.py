"""Reviews of products. No column tells when a moderator decided, so only a full compare finds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from dotbridge.commerce.review import Review
from dotbridge.commerce.site import Website
from dotbridge.sources.magento1.paging import Keyset, Slice
from dotbridge.sources.magento1.places import Places
from dotbridge.sources.magento1.shelf import Shelf
from dotbridge.sources.magento1.to_commerce.opinions import ReviewRow, review
from dotbridge.sources.mysql import integers


class Reviews(Keyset[Review]):
    """Product reviews that were written in a website's views, in every state."""

    name = "reviews"
    change = "compare"
    compare_every = 3600
    compare_why = "The shop keeps no time of approval; reads every review with its votes in pages of four queries."
    table = "review"
    key = "review_id"

    def joins(self) -> str:
        """The text, and where it was written."""
        return f" JOIN {self.shop.sql.table('review_detail')} d ON d.review_id=t.review_id"

    def scope(self, website: Website) -> str:
        """By the view where it was written, products only."""
        where = self.shop.sites.store_scope("d.store_id", int(website.source_id))
        return f"{where} AND t.entity_id={self._kind}"

    @cached_property
    def _kind(self) -> int:
        """The number that stands for products; 1 in every stock install."""
        if not self.shop.schema.has("review_entity"):
            return 1
        rows = self.shop.sql.query(
            f"SELECT entity_id FROM {self.shop.sql.table('review_entity')} WHERE entity_code='product'"
        )
        return int(rows[0][0]) if rows else 1

    def load(self, website: Website, part: Slice) -> tuple[Sequence[ReviewRow], int]:
        """Reviews of a part with votes, names and e-mails."""
        t = self.shop.schema.columns("review", "t")
        d = self.shop.schema.columns("review_detail", "d")
        c = self.shop.schema.columns("customer_entity", "c")
        heads = self.shop.sql.query(
            f"SELECT {t.id('review_id')}, {d.number('store_id')}, {d.id('customer_id')}, {c.text('email')},"
            f" {t.number('entity_pk_value')}, {t.instant('created_at')}, {t.number('status_id')}, {d.text('title')},"
            f" {d.text('detail')} FROM {t.source}{self.joins()}"
            f" LEFT JOIN {c.source} ON c.entity_id=d.customer_id WHERE {part.where}{part.tail}",
            part.args,
        )
        if not heads:
            return (), 0
        shelf = Shelf(self.shop, int(website.source_id), {head[4] for head in heads}, sold=False)
        votes = self._votes(integers([head[0] for head in heads]))
        places = Places(self.shop.sites, int(website.source_id))
        rows = []
        for review_id, store_id, customer_id, email, product_id, created_at, status, title, text in heads:
            place = places.place(store_id)
            product = shelf.heads.get(product_id)
            rows.append(
                ReviewRow(
                    review_id,
                    place,
                    customer_id,
                    email,
                    str(product_id),
                    (shelf.value(product_id, "name", int(place.store_id or 0)) or "") if product else "",
                    product.sku if product else "",
                    created_at,
                    status,
                    title,
                    text,
                    tuple(votes.get(review_id, ())),
                )
            )
        return rows, len(heads)

    def _votes(self, inside: str) -> dict[str, list[tuple[str, int]]]:
        """(rating's code, stars) by review; the code is the same in every language."""
        if not self.shop.schema.has("rating_option_vote", "rating"):
            return {}
        rows = self.shop.sql.query(
            "SELECT CAST(v.review_id AS CHAR), r.rating_code, v.value"
            f" FROM {self.shop.sql.table('rating_option_vote')} v"
            f" JOIN {self.shop.sql.table('rating')} r ON r.rating_id=v.rating_id"
            f" WHERE v.review_id IN ({inside}) ORDER BY v.vote_id"
        )
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for review_id, code, stars in rows:
            found[review_id].append((code, stars))
        return found

    def identify(self, row: ReviewRow) -> tuple[str, str]:
        """(review id, "")."""
        return row.review_id, ""

    def to_commerce(self, row: ReviewRow) -> Review:
        """The review in our words."""
        return review(row)
