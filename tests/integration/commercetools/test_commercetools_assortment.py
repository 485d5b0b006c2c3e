"""What the product selections of a store leave out of its website's catalog, and what becomes of it there."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.commerce import clock
from dotbridge.ledger.models import EmailCatalog
from dotbridge.sources.base import Cursor
from dotbridge.sources.commercetools.events import decode
from dotbridge.sources.commercetools.source import Commercetools
from dotbridge.sources.commercetools.streams.products import Products
from support import commercetools_documents as documents
from support.commercetools_documents import assignment, selection, uid
from support.commercetools_server import CommercetoolsServer, Open
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.magento2_reading import first_pass, ids_of, pages

OUT = "IndividualExclusion"
PROFILE = {"profiles": {"uk": {"stores": ["london"]}}}


def seed(server: CommercetoolsServer, active: dict[int, bool], *assigned: dict[str, Any], **modes: str) -> None:
    """Products 1 to 3, the first with two variants, and the store London with selections."""
    server.seed("product", documents.product(1, documents.variant(1), documents.variant(1, 2)))
    server.seed("product", documents.product(2), documents.product(3))
    server.seed("product-selection", *[selection(one, modes.get(f"mode{one}", "Individual")) for one in (1, 2)])
    server.seed("store", documents.store(1, "london", active))
    server.control("state", {"assignments": list(assigned)})


def offered(open_project: Open, **settings: Any) -> list[str]:
    """The skus that the profile offers."""
    project = open_project(**{**PROFILE, **settings})
    stream = Products(project)
    site = next(iter(project.profiles().values())).website
    shown = [stream.to_commerce(row) for row in first_pass(stream, site)]
    assert all((one.status == "enabled") == one.offered for one in shown)
    return sorted(one.sku for one in shown if one.offered)


EVERYTHING = ["SKU-1-1", "SKU-1-2", "SKU-2-1", "SKU-3-1"]


@pytest.mark.parametrize(
    ("active", "assigned", "modes", "expected"),
    [
        pytest.param({}, (), {}, EVERYTHING, id="a store without selections"),
        pytest.param({1: True}, (assignment(1, 2),), {}, ["SKU-2-1"], id="an active selection"),
        pytest.param({1: True}, (), {}, [], id="an empty selection"),
        pytest.param({1: False}, (assignment(1, 2),), {}, [], id="an inactive selection alone"),
        pytest.param({1: False}, (), {"mode1": OUT}, EVERYTHING, id="an inactive exclusion alone"),
        pytest.param(
            {1: True, 2: False},
            (assignment(1, 2), assignment(2, 3)),
            {},
            ["SKU-2-1"],
            id="an inactive selection beside an active one",
        ),
        pytest.param(
            {1: True, 2: True},
            (assignment(1, 2), assignment(2, 3)),
            {},
            ["SKU-2-1", "SKU-3-1"],
            id="two active selections",
        ),
        pytest.param(
            {1: True}, (assignment(1, 2),), {"mode1": OUT}, ["SKU-1-1", "SKU-1-2", "SKU-3-1"], id="an active exclusion"
        ),
        pytest.param(
            {1: True, 2: True},
            (assignment(1, 2), assignment(1, 3), assignment(2, 3)),
            {"mode2": OUT},
            ["SKU-2-1"],
            id="an exclusion beside a selection",
        ),
        pytest.param(
            {1: True},
            (assignment(1, 1, variantSelection={"type": "includeOnly", "skus": ["SKU-1-2"]}),),
            {},
            ["SKU-1-2"],
            id="some variants of a product",
        ),
        pytest.param(
            {1: True},
            (assignment(1, 1, variantSelection={"type": "includeAllExcept", "skus": ["SKU-1-2"]}),),
            {},
            ["SKU-1-1"],
            id="all variants but some",
        ),
        pytest.param(
            {1: True},
            (assignment(1, 1, variantExclusion={"skus": ["SKU-1-2"]}),),
            {"mode1": OUT},
            ["SKU-1-1", "SKU-2-1", "SKU-3-1"],
            id="an exclusion of some variants",
        ),
    ],
)
def test_a_store_offers_what_its_selections_name(
    commercetools: CommercetoolsServer,
    open_project: Open,
    active: dict[int, bool],
    assigned: tuple[dict[str, Any], ...],
    modes: dict[str, str],
    expected: list[str],
) -> None:
    seed(commercetools, active, *assigned, **modes)
    assert offered(open_project) == expected


def test_a_website_of_several_stores_offers_what_one_of_them_does(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    seed(commercetools, {1: True}, assignment(1, 1), assignment(2, 2))
    commercetools.seed("store", documents.store(2, "leeds", {2: True}))
    both = {"profiles": {"uk": {"stores": ["london", "leeds"]}}}
    assert offered(open_project, **both) == ["SKU-1-1", "SKU-1-2", "SKU-2-1"]
    storeless = {"profiles": {"uk": {"stores": ["london"], "storeless": True}}}
    assert offered(open_project, **storeless) == EVERYTHING
    per_store = {**both, "catalog.level": "store"}
    assert offered(open_project, **per_store) == ["SKU-1-1", "SKU-1-2", "SKU-2-1"]


def test_a_record_of_a_whole_product_shows_the_variants_that_are_offered(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    seed(
        commercetools,
        {1: True},
        assignment(1, 1, variantSelection={"type": "includeOnly", "skus": ["SKU-1-2"]}),
        assignment(1, 3),
    )
    assert offered(open_project, granularity="product") == ["SKU-1-2", "SKU-3-1"]


def test_more_assignments_than_a_page_holds_are_asked_for_in_halves(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    many = range(1, 81)
    seed(commercetools, {1: True}, *[assignment(1, number) for number in many for _ in range(7)])
    commercetools.seed("product", *[documents.product(number) for number in range(4, 90)])
    assert len(offered(open_project)) == len(many) + 1  # the first has two variants
    asked = [call for call in commercetools.asked() if "/product-selection-assignments?" in call]
    assert len(asked) == 3


def test_without_the_scope_every_product_goes_and_the_check_says_so(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    seed(commercetools, {1: True}, assignment(1, 2))
    refusal = '{"errors": [{"code": "insufficient_scope"}]}'
    commercetools.fails("/product-selections", 403, refusal, times=9)
    assert offered(open_project) == EVERYTHING
    source = Commercetools(commercetools.settings(**PROFILE))
    found = {one.name: one for one in source.check()}["right:view_product_selections:product-selections"]
    source.close()
    assert (found.state, found.todo) == ("missing", "Grant view_product_selections.")
    assert "every product in every store" in found.text


def test_assignments_that_may_not_be_read_stop_nothing(commercetools: CommercetoolsServer, open_project: Open) -> None:
    seed(commercetools, {1: True}, assignment(1, 2))
    commercetools.fails("/product-selection-assignments", 403, '{"errors": [{"code": "insufficient_scope"}]}', times=9)
    assert offered(open_project) == EVERYTHING


def test_a_product_that_enters_or_leaves_a_selection_is_read_again(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    seed(commercetools, {1: True}, assignment(1, 2))
    at = clock.before(clock.now(), 5).removesuffix("Z") + ".000Z"
    product = {"typeId": "product", "id": uid("product", 3)}
    about = f"product-selection/{uid('selection', 1)}"
    message = documents.message(1, "ProductSelectionProductRemoved", about, at, product=product)
    commercetools.control("messages", [message])
    project = open_project(**PROFILE)
    site = next(iter(project.profiles().values())).website
    cursor = Cursor("changed", since=clock.before(clock.now(), 600))
    rows = [row for page in pages(Products(project), site, cursor, 100) for row in page.rows]
    assert ids_of(Products(project), rows) == [f"{uid('product', 3)}-1"]
    told = b'{"notificationType": "Message", "id": "1", "type": "ProductSelectionProductRemoved", "createdAt": "%s",'
    told += b' "resource": {"typeId": "product-selection", "id": "s"}, "product": {"typeId": "product", "id": "%s"}}'
    (happened,) = decode({}, told % (at.encode(), product["id"].encode()))
    assert (happened.stream, happened.ids, happened.deleted) == ("products", (product["id"],), False)


def _catalog(sandbox: Sandbox) -> dict[str, str]:
    """Status of each sku in Dotdigital."""
    return {one["sku"]: one["status"] for one in sandbox.state()["insight"].get("Catalog_uk", {}).values()}


@pytest.mark.parametrize(
    ("policy", "becomes", "rule"),
    [
        ("send", {"SKU-2-1": "Disabled"}, "product_not_offered"),
        ("disable", {"SKU-2-1": "Disabled"}, "product_not_offered"),
        ("delete", {}, "product_withdrawn"),
    ],
)
def test_what_was_never_offered_is_not_sent_and_what_is_offered_no_more_follows_the_policy(
    dotbridge: Installation,
    commercetools: CommercetoolsServer,
    sandbox: Sandbox,
    policy: str,
    becomes: dict[str, str],
    rule: str,
) -> None:
    seed(commercetools, {1: True}, assignment(1, 2))
    dotbridge.configuration["connections"]["shop"]["settings"].update(PROFILE)
    dotbridge.configure(**{"catalog.unpublished": policy, "catalog.level": "website"})
    dotbridge.sync()
    assert _catalog(sandbox) == {"SKU-2-1": "Enabled"}
    balance = dotbridge.audit()["uk", "catalog"]
    assert (balance.shop, balance.accepted, balance.excluded, balance.unexplained) == (4, 1, 3, 0)
    assert set(EmailCatalog.objects.exclude(state="accepted").values_list("code", flat=True)) == {rule}

    commercetools.control("state", {"assignments": []})
    dotbridge.sync(full=True)
    assert _catalog(sandbox) == becomes
    balance = dotbridge.audit()["uk", "catalog"]
    assert (balance.unexplained, balance.in_flight) == (0, 0)
