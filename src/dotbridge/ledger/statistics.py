"""What PostgreSQL knows of the tables that a history fills: told at once, not when it next looks by itself.

A query planned while a table of a million rows counts as empty reads that table once for each row of another one, and
keeps to its plan until it is through.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from dotbridge.ledger import hot


def refresh_statistics(tables: Sequence[str]) -> None:
    """Samples these tables anew, half a second for a large one; SQLite plans without."""
    if tables and connection.vendor == "postgresql":
        # Another session that does the same, as autovacuum may, does it for us too.
        hot.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}")
