"""Readers over Oro's PostgreSQL (§7.6): short keyset queries with a read-only user."""
