"""Which products and variants a store offers, by its product selections (commercetools §8.7, 11.1).

A store without selections offers everything. With active ones it offers what those of the mode ``Individual`` name, less
what those of ``IndividualExclusion`` name; where none of them is ``Individual``, everything but the excluded. Inactive
selections alone offer nothing if one of them is ``Individual``, and everything if not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dotbridge.sources.base import chunks
from dotbridge.sources.commercetools.client import MOST, Json, optional
from dotbridge.sources.commercetools.predicates import one_of
from dotbridge.sources.commercetools.profiles import View
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.to_commerce.product import variants_of
from dotbridge.sources.commercetools.to_commerce.values import text

EXCLUSION = "IndividualExclusion"
_PRODUCTS = 100
#: By product id: the numbers of the variants that are offered.
Offered = Mapping[str, frozenset[int]]


class Selection(NamedTuple):
    """A product selection of a store: whether it excludes what it names, and whether it is active there."""

    id: str
    excludes: bool
    active: bool


def offered(project: Project, views: Iterable[View], products: Mapping[str, Json]) -> Offered | None:
    """What at least one of the views offers of the products; ``None`` where that is everything.

    Where the selections may not be read, everything counts as offered; the check of the connection says so.
    """
    found: dict[str, frozenset[int]] = {}
    for view in views:
        by_view = _of_store(project, view, products)
        if by_view is None:
            return None
        for product_id, numbers in by_view.items():
            found[product_id] = found.get(product_id, frozenset()) | numbers
    return found


def _of_store(project: Project, view: View, products: Mapping[str, Json]) -> Offered | None:
    modes = project.selection_modes() if view.selections else None
    if not modes:
        return None
    selections = [Selection(one, modes.get(one, "") == EXCLUSION, active) for one, active in view.selections]
    active = [one for one in selections if one.active]
    if not active:
        return {} if any(not one.excludes for one in selections) else None
    by_product = _assignments(project, view.key, sorted(products))
    if by_product is None:
        return None
    return {
        product_id: frozenset(
            [
                int(one["id"])
                for one in variants_of(row)
                if _offers(text(one.get("sku")), by_product[product_id], active)
            ]
        )
        for product_id, row in products.items()
    }


def _offers(sku: str, assignments: Sequence[Json], active: Sequence[Selection]) -> bool:
    """Whether a variant is offered; one that is excluded anywhere is not."""
    excludes = {one.id: one.excludes for one in active}
    named = [(one, excludes.get(text(one["productSelection"].get("id")))) for one in assignments]
    if any(out and _names(sku, one.get("variantExclusion")) for one, out in named):
        return False
    if all(one.excludes for one in active):
        return True
    return any(out is False and _names(sku, one.get("variantSelection")) for one, out in named)


def _names(sku: str, variants: Json | None) -> bool:
    """Whether an assignment is about the variant; without a list it is about all of them."""
    if variants is None:
        return True
    listed = sku in (variants.get("skus") or ())
    return not listed if variants.get("type") in ("includeAllExcept", "exclusion") else listed


def _assignments(project: Project, store: str, products: Sequence[str]) -> Mapping[str, list[Json]] | None:
    """The assignments by product; ``None`` where they may not be read.

    They have no id to page by. A full page is asked for again in halves: of one product there are at most as many as a
    store has selections, which are 100.
    """
    found: dict[str, list[Json]] = {product_id: [] for product_id in products}
    path = f"in-store/key={store}/product-selection-assignments"
    waiting = [list(part) for part in chunks(products, _PRODUCTS)]
    while waiting:
        part = waiting.pop()
        query = {"where": [f"product({one_of('id', part)})"], "limit": MOST, "withTotal": "false"}
        rows = optional(lambda query=query: project.api.results(path, query, name="assignments"))  # type: ignore[misc]
        if rows is None:
            return None
        if len(rows) >= MOST and len(part) > 1:
            waiting += [part[: len(part) // 2], part[len(part) // 2 :]]
            continue
        for row in rows:
            found.setdefault(text(row["product"].get("id")), []).append(row)
    return found
