"""The newsletter table of a Magento shop, written by a database user of its own: two tables, and nothing else.

Both Magentos have it in the same form (contracts magento1-data §5, magento2-data §3.2). No event of the shop is raised
by such a write, so it sends no mail about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError
from dotbridge.sources.base import Check, Writes
from dotbridge.sources.mysql import Shop, integers, texts

TABLE, QUEUE = "newsletter_subscriber", "newsletter_queue_link"
_SUBSCRIBED, _UNSUBSCRIBED = 1, 3
_TODO = "Grant them as docs/how-to/write-the-newsletter.md shows; what waits is then written by itself."


def write_grants(database: str, prefix: str = "", user: str = "'dotbridge_newsletter'@'%'") -> Iterator[str]:
    """GRANT statements for the user that changes the newsletter."""
    yield f"GRANT SELECT, UPDATE (subscriber_status, change_status_at) ON `{database}`.`{prefix}{TABLE}` TO {user};"
    yield f"GRANT SELECT, DELETE ON `{database}`.`{prefix}{QUEUE}` TO {user};"


class NewsletterTable(Writes):
    """Rows by address in the views of a website; mails to the unsubscribed leave the shop's queue.

    ``scope`` gives the SQL condition on ``store_id`` that holds for the rows of a website.
    """

    def __init__(self, writer: Shop, scope: Callable[[Website], str]) -> None:
        self._writer = writer
        self._scope = scope

    def check(self) -> Check:
        """Tries both rights on no row at all."""
        try:
            self._writer.query(
                f"UPDATE {self._writer.table(TABLE)} SET subscriber_status=%s, change_status_at=UTC_TIMESTAMP()"
                " WHERE subscriber_id=0 AND subscriber_id<>0",
                (_UNSUBSCRIBED,),
            )
            if self._has_queue():
                self._writer.query(f"DELETE FROM {self._writer.table(QUEUE)} WHERE queue_id=0 AND queue_id<>0")
        except ConfigError as error:
            return Check("newsletter", "missing", f"The rights to write are missing. {error.why}".strip(), _TODO)
        return Check("newsletter", "ok", "Unsubscribes made in Dotdigital reach the shop.")

    def unsubscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        rows = self._rows(website, emails)
        self._set(rows, _UNSUBSCRIBED)
        if rows and self._has_queue():
            self._writer.query(
                f"DELETE FROM {self._writer.table(QUEUE)} WHERE letter_sent_at IS NULL"
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
                (self._writer.prefix + QUEUE,),
            )
        )

    def _rows(self, website: Website, emails: Sequence[str]) -> dict[int, str]:
        """subscriber id → address as asked for. The database's equality takes é for e: which is meant is decided here."""
        if not emails:
            return {}
        wanted = {email.strip().lower(): email for email in emails}
        found = self._writer.query(
            f"SELECT subscriber_id, subscriber_email FROM {self._writer.table(TABLE)}"
            f" WHERE subscriber_email IN ({texts(list(wanted))}) AND {self._scope(website)}",
            list(wanted),
        )
        return {row[0]: wanted[key] for row in found if (key := str(row[1]).strip().lower()) in wanted}

    def _set(self, rows: dict[int, str], status: int) -> None:
        if rows:
            self._writer.query(
                f"UPDATE {self._writer.table(TABLE)} SET subscriber_status=%s, change_status_at=UTC_TIMESTAMP()"
                f" WHERE subscriber_status<>%s AND subscriber_id IN ({integers(rows)})",
                (status, status),
            )
