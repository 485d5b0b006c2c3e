"""The query of a page (magento2-data §1.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.sources.magento2.criteria import Criteria, Filter, one_of
from dotbridge.sources.magento2.oauth import encode

GROUP = "searchCriteria[filterGroups]"


def test_filters_of_a_group_are_alternatives_and_groups_add_up() -> None:
    either = (one_of("store_id", ["1", "2"]), Filter("store_id", "null", "1"))
    pairs = dict(Criteria((either, (Filter("entity_id", "gt", "7"),)), ("updated_at", "entity_id"), 50).pairs())
    assert pairs[f"{GROUP}[0][filters][0][value]"] == "1,2"
    assert pairs[f"{GROUP}[0][filters][1][conditionType]"] == "null"
    assert pairs[f"{GROUP}[1][filters][0][field]"] == "entity_id"
    assert pairs["searchCriteria[sortOrders][1][field]"] == "entity_id"
    assert pairs["searchCriteria[pageSize]"] == "50"
    assert pairs["searchCriteria[currentPage]"] == "1"
    assert "fields" not in pairs


def test_a_page_without_filters_still_has_its_criteria() -> None:
    assert Criteria(sort=()).pairs() == [("searchCriteria[pageSize]", "100"), ("searchCriteria[currentPage]", "1")]


def test_an_index_of_two_digits_is_refused_because_the_shop_would_sort_it_otherwise() -> None:
    one = (Filter("a", "eq", "1"),)
    Criteria((one,) * 10).pairs()
    with pytest.raises(ValueError, match="two digits"):
        Criteria((one,) * 11).pairs()
    with pytest.raises(ValueError, match="two digits"):
        Criteria(((Filter("a", "eq", "1"),) * 11,)).pairs()


def natural(text: str) -> list[tuple[int, int, str]]:
    """PHP's strnatcmp as far as these names go: runs of digits compare as numbers."""
    parts: list[tuple[int, int, str]] = []
    run = ""
    for letter in f"{text}\0":
        if run and (letter.isdigit() != run[-1].isdigit()):
            parts.append((0, int(run), "") if run.isdigit() else (1, 0, run))
            run = ""
        run += letter
    return parts


@given(st.integers(1, 10), st.integers(1, 10), st.integers(0, 3))
def test_names_sort_alike_by_bytes_and_in_natural_order(groups: int, filters: int, sorts: int) -> None:
    criteria = Criteria(((Filter("a", "eq", "1"),) * filters,) * groups, ("entity_id",) * sorts, fields="items")
    names = [encode(name) for name, _ in criteria.pairs()]
    assert sorted(names) == sorted(names, key=natural)
