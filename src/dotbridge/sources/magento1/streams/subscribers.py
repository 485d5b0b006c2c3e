"""Newsletter subscribers. No column tells when a row changed, so only a full compare of narrow rows finds changes."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.contact import Contact
from dotbridge.commerce.site import Website
from dotbridge.sources.magento1.paging import Keyset, Slice
from dotbridge.sources.magento1.places import Places
from dotbridge.sources.magento1.to_commerce.contacts import SubscriberRow, subscriber


class Subscribers(Keyset[Contact]):
    """Newsletter rows of a website's views; those of views that are gone count to the default website."""

    name = "subscribers"
    change = "compare"
    compare_every = 900
    compare_why = "The shop keeps no time of change for subscribers; reads six narrow columns of every row."
    table = "newsletter_subscriber"
    key = "subscriber_id"

    def scope(self, website: Website) -> str:
        """By the store view where the person subscribed."""
        return self.shop.sites.store_scope("t.store_id", int(website.source_id))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[SubscriberRow], int]:
        """Subscribers of a part."""
        t = self.shop.schema.columns(self.table, "t")
        heads = self.shop.sql.query(
            f"SELECT {t.id('subscriber_id')}, {t.text('subscriber_email')}, {t.id('customer_id')},"
            f" {t.number('subscriber_status')}, {t.instant('change_status_at')}, {t.number('store_id')}"
            f" FROM {t.source} WHERE {part.where}{part.tail}",
            part.args,
        )
        places = Places(self.shop.sites, int(website.source_id))
        return [
            SubscriberRow(head[0], head[1], head[2], head[3], head[4], places.place(head[5])) for head in heads
        ], len(heads)

    def identify(self, row: SubscriberRow) -> tuple[str, str]:
        """(subscriber id, changed at or "")."""
        return row.subscriber_id, row.changed_at

    def to_commerce(self, row: SubscriberRow) -> Contact:
        """The subscriber in our words."""
        return subscriber(row)
