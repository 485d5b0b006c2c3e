"""How much Dotdigital itself says that it holds, for the audit's last column."""

from __future__ import annotations

from dotbridge.ledger import hot
from dotbridge.ledger.account import open_account
from dotbridge.ledger.models import DotdigitalAccount


class Counts:
    """Asks each account once. Figures are of the whole account: collections are shared by the websites that use them."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[int, dict[str, int]]] = {}

    def contacts(self, account: DotdigitalAccount) -> int | None:
        """Contacts in the account; ``None`` before it was surveyed."""
        return self._ask(account)[0] if account.endpoint else None

    def records(self, account: DotdigitalAccount, table: str, website_id: int | None = None) -> int | None:
        """Records in the collections that the website's rows are written to, or those of all the account's websites."""
        if not account.endpoint:
            return None
        where, value = ("account_id", account.pk) if website_id is None else ("website_id", website_id)
        names = hot.rows(f"SELECT DISTINCT collection FROM {table} WHERE {where} = %s AND collection <> ''", (value,))
        held = self._ask(account)[1]
        return sum(held.get(row[0].lower(), 0) for row in names)

    def _ask(self, account: DotdigitalAccount) -> tuple[int, dict[str, int]]:
        if account.pk not in self._held:
            client = open_account(account)
            try:
                records = {one.collection_name.lower(): one.record_count for one in client.insight.collections()}
                self._held[account.pk] = client.account.contact_count(), records
            finally:
                client.close()
        return self._held[account.pk]
