"""Keeps a table append-only in the database itself, whoever writes to it: SQLite and PostgreSQL by a trigger.

Emptying the whole table (TRUNCATE) stays possible on PostgreSQL for its owner; no code of ours does it.
"""

from __future__ import annotations

_SQLITE = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
)
_TRIGGER = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
)


def protection(vendor: str, table: str) -> list[str]:
    """Statements that make the table append-only. A migration that makes the table anew must run them again."""
    if vendor == "sqlite":
        return [_SQLITE.format(table=table, verb=verb) for verb in ("update", "delete")]
    return [_FUNCTION.format(table=table), *[_TRIGGER.format(table=table, verb=verb) for verb in ("update", "delete")]]


def release(vendor: str, table: str) -> list[str]:
    """Statements that take the protection away."""
    place = "" if vendor == "sqlite" else f" ON {table}"
    return [f"DROP TRIGGER {table}_no_{verb}{place}" for verb in ("update", "delete")]
