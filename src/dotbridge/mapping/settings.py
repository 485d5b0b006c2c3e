"""The choices a person makes about mapping, and those the survey of the account makes for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

FieldType = Literal["String", "Numeric", "Date", "Boolean"]


class Settings(msgspec.Struct, frozen=True):
    """Mapping options of one website; those about the account are the same for all websites that share it.

    ``catalog_shape`` is ``full`` (all members), or ``exact``: ten names, spelled as they are, whatever the account's
    spelling. ``spelling`` and ``ids`` follow what the account's collections hold already: a member never changes its type.
    Empty filters let everything pass. ``fields`` re-maps a contact field's key to another name, or with ``None`` to
    nothing; ``attributes`` maps a shop attribute's code to a data field. ``account_fields`` are the account's fields
    (upper-case name → type) and ``shop_attributes`` the codes the shop has; ``None`` means: not surveyed.
    ``lists`` gives for a website id the list id of each kind of contact.
    """

    spelling: Literal["camel", "snake"] = "camel"
    ids: Literal["number", "text"] = "number"
    order_statuses: tuple[str, ...] = ()
    cancelled_orders: Literal["keep", "delete"] = "keep"
    custom_options: bool = True
    catalog_level: Literal["store", "website", "default"] = "store"
    catalog_shape: Literal["full", "exact"] = "full"
    catalog_unpublished: Literal["send", "disable", "delete"] = "send"
    catalog_types: tuple[str, ...] = ()
    catalog_visibility: tuple[str, ...] = ()
    review_text: bool = False
    non_subscribers: Literal["skip", "send"] = "skip"
    fields: Mapping[str, str | None] = {}
    attributes: Mapping[str, str] = {}
    account_fields: Mapping[str, FieldType] | None = None
    shop_attributes: frozenset[str] | None = None
    lists: Mapping[str, Mapping[str, int]] = {}
