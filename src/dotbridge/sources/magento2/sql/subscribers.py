"""Newsletter subscribers, also those without an account, whom REST does not tell (§3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from dotbridge.commerce.contact import Contact
from dotbridge.commerce.site import Website
from dotbridge.sources.magento2.sql.stream import Slice, TableStream
from dotbridge.sources.magento2.to_commerce.subscriber import SubscriberRow, subscriber


class Subscribers(TableStream[Contact]):
    """Newsletter rows of a website's views; those of views that are gone count to the first website.

    ``change_status_at`` has no index and does not move when a row is deleted or its store view changes, so that
    narrow rows are compared as a whole.
    """

    name: ClassVar[str] = "subscribers"
    change: ClassVar[Literal["indexed", "compare"]] = "compare"
    compare_every: ClassVar[int] = 900
    compare_why: ClassVar[str] = (
        "The shop keeps no indexed time of change for subscribers; reads six narrow columns of every row."
    )
    table: ClassVar[str] = "newsletter_subscriber"
    key: ClassVar[str] = "subscriber_id"

    def scope(self, website: Website) -> str:
        """By the store view where the person subscribed."""
        return self.shop.store_scope("t.store_id", int(website.source_id))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[SubscriberRow], int]:
        """Subscribers of a part."""
        t = self.shop.schema.columns(self.table, "t")
        heads = self.shop.sql.query(
            f"SELECT {t.id('subscriber_id')}, {t.text('subscriber_email')}, {t.id('customer_id')},"
            f" {t.number('subscriber_status')}, {t.instant('change_status_at')}, {t.id('store_id')}"
            f" FROM {t.source} WHERE {part.where}{part.tail}",
            part.args,
        )
        return [
            SubscriberRow(head[0], head[1], head[2], head[3], head[4], head[5], website.source_id) for head in heads
        ], len(heads)

    def identify(self, row: SubscriberRow) -> tuple[str, str]:
        """(subscriber id, changed at or "")."""
        return row.subscriber_id, row.changed_at

    def to_commerce(self, row: SubscriberRow) -> Contact:
        """The subscriber in our words."""
        return subscriber(row, self.shop.sites())
