"""Reviews of products. No column tells when a moderator decided, so only a full compare finds it (§1.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, Literal

from dotbridge.commerce.review import Review
from dotbridge.commerce.site import Website
from dotbridge.sources.magento2.sql.names import product_names
from dotbridge.sources.magento2.sql.stream import Slice, TableStream
from dotbridge.sources.magento2.to_commerce.opinions import ReviewRow, review
from dotbridge.sources.mysql import integers


class Reviews(TableStream[Review]):
    """Product reviews that were written in a website's views, in every state."""

    name: ClassVar[str] = "reviews"
    change: ClassVar[Literal["indexed", "compare"]] = "compare"
    compare_every: ClassVar[int] = 3600
    compare_why: ClassVar[str] = (
        "The shop keeps no time of approval; reads every review with its votes in pages of four queries."
    )
    table: ClassVar[str] = "review"
    key: ClassVar[str] = "review_id"

    def joins(self) -> str:
        """The text, and where it was written."""
        return f" JOIN {self.shop.sql.table('review_detail')} d ON d.review_id=t.review_id"

    def scope(self, website: Website) -> str:
        """By the view where it was written, products only."""
        where = self.shop.store_scope("d.store_id", int(website.source_id))
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
            f"SELECT {t.id('review_id')}, {d.id('store_id')}, {d.id('customer_id')}, {c.text('email')},"
            f" {t.number('entity_pk_value')}, {t.instant('created_at')}, {t.number('status_id')}, {d.text('title')},"
            f" {d.text('detail')} FROM {t.source}{self.joins()}"
            f" LEFT JOIN {c.source} ON c.entity_id=d.customer_id WHERE {part.where}{part.tail}",
            part.args,
        )
        if not heads:
            return (), 0
        sites = self.shop.sites()
        default = sites.default_view(website.source_id)
        names = product_names(self.shop, {head[4] for head in heads}, [int(s.source_id) for s in website.stores])
        votes = self._votes(integers([head[0] for head in heads]))
        rows = []
        for review_id, store_id, customer_id, email, product_id, created_at, status, title, text in heads:
            view = sites.view(store_id) or default
            sku, name = names.of(product_id, int(view.store.source_id) if view else 0)
            rows.append(
                ReviewRow(
                    review_id,
                    website.source_id,
                    store_id,
                    customer_id,
                    email,
                    str(product_id),
                    name,
                    sku,
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
            "SELECT CAST(v.review_id AS CHAR), r.rating_code, CAST(v.value AS SIGNED)"
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
        return review(row, self.shop.sites())
