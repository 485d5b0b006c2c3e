"""Readers over Oro's back-office JSON:API (§7.2, 7.3)."""
