"""Coupon codes of a cart price rule, made and taken back over REST (magento2-data §3.8).

Magento keeps an expiry date of a single code and ignores it: a code that ends before its rule does must be taken back.
How often a code may be used, and by whom, is the rule's own matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dotbridge.errors import ConfigError, FatalError
from dotbridge.sources.base import chunks
from dotbridge.sources.coupons import MOST, Coupons, Spelling
from dotbridge.sources.magento2.client import Rest
from dotbridge.sources.magento2.codes import ANSWER_STRANGE, CALL_REFUSED, COUPON_RULE


class RuleCoupons(Coupons):
    """Codes of cart price rules; the integration needs Magento_SalesRule::quote."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def generate(self, rule_id: str, quantity: int, spelling: Spelling = Spelling()) -> list[str]:  # noqa: B008 - immutable
        spec: dict[str, Any] = {
            "rule_id": int(rule_id),
            "quantity": min(quantity, MOST),
            "format": spelling.kind,
            "length": spelling.length,
            "prefix": spelling.prefix,
            "suffix": spelling.suffix,
        }
        if spelling.every:
            spec |= {"delimiter_at_every": spelling.every, "delimiter": spelling.delimiter}
        try:
            made = self._rest.post("coupons/generate", {"couponSpec": spec}, name="coupons.generate")
        except FatalError as error:
            if error.code is CALL_REFUSED:
                raise ConfigError(COUPON_RULE, f"The rule is {rule_id}. {error.why}", field="rule_id") from error
            raise
        if not isinstance(made, list) or not made or not all(isinstance(one, str) and one for one in made):
            raise FatalError(ANSWER_STRANGE, "coupons/generate: no list of codes.")
        return made

    def withdraw(self, codes: Sequence[str]) -> None:
        for part in chunks(codes, MOST):
            document = {"codes": list(part), "ignoreInvalidCoupons": True}
            answer = self._rest.post("coupons/deleteByCodes", document, name="coupons.delete", repeatable=True)
            failed = answer.get("failed_items") if isinstance(answer, dict) else None
            if not isinstance(failed, list):
                raise FatalError(ANSWER_STRANGE, "coupons/deleteByCodes: no failed_items.")
            if failed:
                raise FatalError(CALL_REFUSED, f"{len(failed)} of {len(part)} codes could not be taken back.")
