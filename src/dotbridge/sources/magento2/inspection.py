"""What a connection test says of a shop's REST API: reachable, its clock, every right and what goes without it."""

from __future__ import annotations

from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.sources.base import Check
from dotbridge.sources.magento2.codes import ACCESS_REFUSED, ROUTE_MISSING
from dotbridge.sources.magento2.criteria import Criteria
from dotbridge.sources.magento2.rights import RIGHTS, Right
from dotbridge.sources.magento2.shop import Shop

_TOLERATED_SKEW = 60.0


def inspect(shop: Shop) -> tuple[list[Check], set[str]]:
    """All findings, and the streams that the integration may not read. ConfigError where the shop refuses all."""
    sites = shop.sites()
    names = ", ".join([website.name for website in sites.websites])
    text = f"{len(sites.websites)} websites with {len(sites.views)} store views: {names}."
    found = [Check("reachable", "ok", text), _clock(shop)]
    denied: set[str] = set()
    for right in RIGHTS:
        refused = _refused(shop, right)
        if not refused:
            found.append(Check(f"right:{right.resource}", "ok", f"{right.path} can be read."))
            continue
        text = f"{refused} Hence: {right.without}."
        found.append(Check(f"right:{right.resource}", "missing", text, f"Grant {right.resource}."))
        if right.stream:
            denied.add(right.stream)
    return found, denied


def _clock(shop: Shop) -> Check:
    skew = shop.rest.clock.skew
    if skew is None:
        return Check("clock", "missing", "The shop does not tell its time.", "Keep its clock right; ours is used.")
    if abs(skew) > _TOLERATED_SKEW:
        ahead = "ahead of" if skew > 0 else "behind"
        return Check("clock", "missing", f"The shop's clock is {abs(skew):.0f} s {ahead} ours.", "Set both by NTP.")
    return Check("clock", "ok", "The shop's clock and ours agree.")


def _refused(shop: Shop, right: Right) -> str:
    """Why the list that the right opens cannot be read; "" where it can."""
    try:
        shop.rest.page(right.path, Criteria(sort=(), size=1))
    except (ConfigError, FatalError) as error:
        if error.code not in (ACCESS_REFUSED, ROUTE_MISSING):
            raise
        return _said(error)
    return ""


def _said(error: DotbridgeError) -> str:
    return f"{error.why.rstrip('.')}."
