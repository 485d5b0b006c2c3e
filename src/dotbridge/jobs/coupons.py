"""Coupon codes: made when a person asks for them, taken back by a job when their end has come.

Magento keeps an expiry date of a single code and ignores it (magento2-data §3.8), so that a code which should end before
its rule does is deleted in the shop. Deleting one twice is deleting it once.
"""

from __future__ import annotations

from collections import Counter

from dotbridge.collector.scope import Scope, scope_of
from dotbridge.errors import ConfigError, DotbridgeError
from dotbridge.http.errors import OutcomeUnknown
from dotbridge.jobs.codes import COUPONS_NONE, COUPONS_UNKNOWN
from dotbridge.jobs.named import the_one_of, websites_named
from dotbridge.ledger import clock, coupons
from dotbridge.ledger.lease import Lease
from dotbridge.observe.boundary import reach
from dotbridge.sources.coupons import MOST, Coupons, Spelling

_DAY = 86_400.0


def make(website: str, rule_id: str, quantity: int, days: float, spelling: Spelling) -> list[str]:
    """New codes of a cart price rule, which end after so many days.

    Raises ConfigError for a website that is not there or makes no codes, for a rule that does not allow it and where the
    right is missing; what was made before stays, and is listed. A lost answer is COUPONS_UNKNOWN.
    """
    row = the_one_of(websites_named(website))
    found: list[str] = []
    with scope_of(row.pk) as scope:
        shop = _coupons(scope)
        while len(found) < quantity:
            found += _make(scope, shop, rule_id, min(MOST, quantity - len(found)), clock.now() + days * _DAY, spelling)
    return found


def _make(scope: Scope, shop: Coupons, rule_id: str, quantity: int, expires_at: float, spelling: Spelling) -> list[str]:
    run = coupons.begin(scope.website.pk, rule_id, quantity, expires_at)
    reach("coupons-asking")
    try:
        codes = shop.generate(rule_id, quantity, spelling)
    except OutcomeUnknown as error:
        coupons.lost(run)
        raise ConfigError(COUPONS_UNKNOWN, f"The rule is {rule_id}. {error.why}") from error
    except DotbridgeError:
        coupons.refused(run)
        raise
    reach("coupons-generated")
    coupons.made(run, codes)
    return codes


def withdraw_due(scope: Scope, lease: Lease) -> Counter[str]:
    """Takes back what has ended; gives counts. Raises ConfigError where the shop does not let us any more."""
    counts = Counter({"unknown": coupons.give_up(scope.website.pk)})
    while due := coupons.due(scope.website.pk, MOST):
        _coupons(scope).withdraw([one.code for one in due])
        reach("coupons-withdrawn")
        coupons.withdrawn(due)
        counts["withdrawn"] += len(due)
        if lease.over():
            break
    return +counts


def _coupons(scope: Scope) -> Coupons:
    shop = scope.source.coupons()
    if shop is None:
        raise ConfigError(COUPONS_NONE, f"The website is {scope.website.code}, the platform {scope.source.label}.")
    return shop
