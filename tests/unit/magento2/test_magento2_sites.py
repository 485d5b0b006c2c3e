"""Websites and store views (magento2-data §2)."""

from __future__ import annotations

from support.magento2_shapes import sites


def test_the_admins_pseudo_website_and_store_view_are_left_out() -> None:
    found = sites()
    assert [website.code for website in found.websites] == ["base", "eu"]
    assert sorted(found.views) == ["1", "3", "4"]
    assert found.view("0") is None


def test_a_website_has_the_currency_and_zone_of_its_configuration() -> None:
    home, europe = sites().websites
    assert (home.base_currency, home.timezone) == ("GBP", "Europe/London")
    assert (europe.base_currency, europe.timezone) == ("", "UTC")
    assert [store.code for store in europe.stores] == ["eu_old", "eu_de"]


def test_urls_prefer_https_and_end_in_one_slash() -> None:
    view = sites().views["1"]
    assert (view.store.base_url, view.media_url) == ("https://shop.example/uk/", "https://shop.example/media/")
    assert sites().views["4"].store.base_url == ""


def test_the_default_view_is_that_of_the_default_group_else_the_first() -> None:
    found = sites()
    assert [view.store.code for view in (found.default_view("1"), found.default_view("2")) if view] == ["uk", "eu_de"]
    assert found.default_view("77") is None


def test_an_inactive_store_view_is_asked_in_the_admins_scope() -> None:
    assert (sites().views["3"].scope, sites().views["4"].scope) == ("all", "eu_de")
