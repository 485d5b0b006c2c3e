"""Addresses of product pages in a store view (magento2-data §3.5)."""

from __future__ import annotations

from collections.abc import Iterable

from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.mysql import integers


def page_paths(shop: Database, ids: Iterable[int], store_id: int) -> dict[str, str]:
    """Canonical request paths by product id; redirects and paths through a category are left out."""
    inside = integers(ids)
    if not inside or not shop.schema.has("url_rewrite"):
        return {}
    u = shop.schema.columns("url_rewrite", "u")
    rows = shop.sql.query(
        f"SELECT CAST(u.entity_id AS CHAR), u.request_path FROM {u.source} WHERE u.entity_type='product'"
        f" AND u.entity_id IN ({inside}) AND u.store_id=%s AND u.redirect_type=0 AND {u.raw('metadata')} IS NULL"
        " AND u.request_path<>'' ORDER BY u.url_rewrite_id",
        (store_id,),
    )
    return dict(rows)
