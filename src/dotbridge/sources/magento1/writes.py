"""The newsletter of a Magento 1 shop, written by a user of its own that may change two tables and nothing else.

No remote API of the shop can do it, and no event of the shop is raised by it: no mail is sent (contract magento1-data §5).
"""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.site import Website
from dotbridge.sources.base import Writes
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.mysql import Shop, integers, texts

_SUBSCRIBED, _UNSUBSCRIBED = 1, 3
_QUEUE = "newsletter_queue_link"


class NewsletterWrites(Writes):
    """``newsletter_subscriber`` by address in the views of a website; mails to the unsubscribed leave the queue."""

    def __init__(self, writer: Shop, shop: OpenShop) -> None:
        self._writer = writer
        self._shop = shop

    def unsubscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        rows = self._rows(website, emails)
        self._set(rows, _UNSUBSCRIBED)
        if rows and self._has_queue():
            self._writer.query(
                f"DELETE FROM {self._writer.table(_QUEUE)} WHERE letter_sent_at IS NULL"
                f" AND subscriber_id IN ({integers(rows)})"
            )
        return list(emails)

    def subscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        rows = self._rows(website, emails)
        self._set(rows, _SUBSCRIBED)
        return sorted(set(rows.values()))

    def _has_queue(self) -> bool:
        return bool(
            self._writer.query(
                "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME=%s",
                (self._writer.prefix + _QUEUE,),
            )
        )

    def _rows(self, website: Website, emails: Sequence[str]) -> dict[int, str]:
        """subscriber id → address as asked for. The database's equality takes é for e: which is meant is decided here."""
        if not emails:
            return {}
        wanted = {email.strip().lower(): email for email in emails}
        scope = self._shop.sites.store_scope("store_id", int(website.source_id))
        found = self._writer.query(
            f"SELECT subscriber_id, subscriber_email FROM {self._writer.table('newsletter_subscriber')}"
            f" WHERE subscriber_email IN ({texts(list(wanted))}) AND {scope}",
            list(wanted),
        )
        return {row[0]: wanted[key] for row in found if (key := str(row[1]).strip().lower()) in wanted}

    def _set(self, rows: dict[int, str], status: int) -> None:
        if rows:
            self._writer.query(
                f"UPDATE {self._writer.table('newsletter_subscriber')} SET subscriber_status=%s,"
                " change_status_at=UTC_TIMESTAMP()"
                f" WHERE subscriber_status<>%s AND subscriber_id IN ({integers(rows)})",
                (status, status),
            )
