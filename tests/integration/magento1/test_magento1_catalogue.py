"""Products as the views of the real store show them, and what stands on carts, reviews and wishlists of them."""

from __future__ import annotations

from collections import Counter

import pytest

from dotbridge.commerce.product import Product
from dotbridge.sources.base import Cursor
from dotbridge.sources.magento1.source import Magento1
from support.magento1 import Open, everything
from support.mariadb import MariaDb

pytestmark = [pytest.mark.mariadb, pytest.mark.store]
INDEX = (
    "SELECT entity_id, CAST(price*10000 AS SIGNED), CAST(min_price*10000 AS SIGNED) FROM catalog_product_index_price"
    " WHERE customer_group_id=0 AND website_id={}"
)


def product(shop: Magento1, source_id: int, store_id: str) -> Product:
    """One product in one view."""
    stream = shop.streams()["products"]
    for website in shop.websites():
        for row in stream.fetch(website, [str(source_id)]):
            if row.store_id == store_id:
                found: Product = stream.to_commerce(row)
                return found
    raise LookupError(source_id, store_id)


def value(mariadb: MariaDb, database: str, kind: str, entity: int, code: str, store: int, text: str) -> None:
    """Sets one attribute value of a product."""
    mariadb.execute(
        database,
        f"REPLACE INTO catalog_product_entity_{kind} (entity_type_id,attribute_id,store_id,entity_id,value)"
        f" SELECT 4, attribute_id, {store}, {entity}, {text} FROM eav_attribute"
        f" WHERE attribute_code='{code}' AND entity_type_id=4",
    )


@pytest.mark.parametrize(("website_id", "store_id"), [(1, "1"), (2, "3")])
def test_prices_are_those_of_the_shops_own_index(
    shop: Magento1, mariadb: MariaDb, magento1_store: str, website_id: int, store_id: str
) -> None:
    index = {row[0]: row[1:] for row in mariadb.execute(magento1_store, INDEX.format(website_id))}
    compared = Counter[str]()
    for each in everything(shop, "products"):
        price, lowest = index.get(int(each.source_id), (None, None))
        if each.store_id != store_id or lowest is None or each.visibility == "none":
            continue
        compared[each.type] += 1
        # Specials begin and end by the day, and the index is of one day: where one holds now, it is the lowest price.
        if each.type in ("simple", "virtual", "downloadable", "configurable"):
            assert each.price == price
        if each.type in ("bundle", "grouped") and not each.special_price:
            assert each.price == lowest
    assert compared["simple"] > 90
    assert (compared["bundle"], compared["grouped"]) >= (11, 5)


def test_a_variant_costs_what_its_configurable_costs_plus_the_surcharge(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    value(mariadb, copy, "decimal", 139, "price", 0, "999")
    mariadb.execute(
        copy,
        "UPDATE catalog_product_super_attribute_pricing p JOIN catalog_product_super_attribute a"
        " USING (product_super_attribute_id) SET p.pricing_value=10, p.is_percent=1 WHERE a.product_id=141",
    )
    shop = open_shop(copy)
    parent, shown = product(shop, 141, "1"), [product(shop, each, "1") for each in range(135, 141)]
    assert parent.price == 630_000
    assert {each.price for each in shown} == {630_000, 693_000}
    assert {each.parents for each in shown} == {("141",)}
    assert {each.parent_type for each in shown} == {"configurable"}


def test_special_prices_hold_from_their_first_to_their_last_day(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    days = {1: (0, 0), 2: (-2, -1), 3: (1, 5), 5: (-3, None), 6: (None, 0)}
    for entity, (first, last) in days.items():
        value(mariadb, copy, "decimal", entity, "special_price", 0, "1.5")
        for code, day in (("special_from_date", first), ("special_to_date", last)):
            text = "NULL" if day is None else f"DATE(UTC_TIMESTAMP())+INTERVAL {day} DAY"
            value(mariadb, copy, "datetime", entity, code, 0, text)
    mariadb.execute(
        copy,
        "REPLACE INTO core_config_data (scope,scope_id,path,value) VALUES"
        " ('websites',1,'general/locale/timezone','UTC')",
    )
    shop = open_shop(copy)
    found = {entity: product(shop, entity, "1").special_price for entity in days}
    assert found == {1: 15_000, 2: None, 3: None, 5: 15_000, 6: 15_000}


def test_a_views_row_wins_also_when_it_is_null(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    value(mariadb, copy, "text", 1, "short_description", 2, "NULL")
    value(mariadb, copy, "varchar", 1, "name", 2, "'Tasse'")
    shop = open_shop(copy)
    english, french = product(shop, 1, "1"), product(shop, 1, "2")
    assert english.short_description
    assert (french.short_description, french.name) == ("", "Tasse")


def test_with_global_prices_a_websites_own_row_does_not_count(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    shop = open_shop(copy)
    assert (product(shop, 48, "3").price, product(shop, 48, "3").currency) == (515_096, "USD")
    mariadb.execute(copy, "UPDATE core_config_data SET value='0' WHERE path='catalog/price/scope'")
    shop = open_shop(copy)
    assert (product(shop, 48, "3").price, product(shop, 48, "3").currency) == (404_600, "GBP")


def test_stock_follows_the_item_or_the_shops_settings(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    item = "UPDATE cataloginventory_stock_item SET {} WHERE product_id={}"
    mariadb.execute(
        copy,
        item.format("use_config_manage_stock=0, manage_stock=0, is_in_stock=0", 1),
        item.format("qty=-3, is_in_stock=1, use_config_backorders=0, backorders=1, use_config_manage_stock=1", 2),
        item.format("qty=2, is_in_stock=1, use_config_min_qty=0, min_qty=5, use_config_backorders=1", 3),
        item.format("qty=7, is_in_stock=0, use_config_manage_stock=1", 5),
        "UPDATE cataloginventory_stock_item SET is_in_stock=0 WHERE product_id BETWEEN 135 AND 140",
    )
    shop = open_shop(copy)
    found = {entity: product(shop, entity, "1") for entity in (1, 2, 3, 5, 141)}
    assert {entity: (each.stock, each.in_stock) for entity, each in found.items() if entity != 141} == {
        1: (None, True),
        2: (-30_000, True),
        3: (20_000, False),
        5: (70_000, False),
    }
    assert not found[141].in_stock


def test_pages_and_pictures_of_what_is_not_shown_are_those_of_its_parent(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    value(mariadb, copy, "varchar", 136, "image", 0, "'no_selection'")
    mariadb.execute(
        copy,
        "REPLACE INTO core_config_data (scope,scope_id,path,value) VALUES"
        " ('default',0,'web/unsecure/base_media_url','https://cdn.example.test/m/')",
    )
    shop = open_shop(copy)
    variant, parent = product(shop, 136, "1"), product(shop, 141, "1")
    assert variant.url == parent.url == "https://shop.example.test/heritage-jumper-1-141.html"
    assert variant.image_url == parent.image_url
    assert parent.image_url.startswith("https://cdn.example.test/m/catalog/product/d/e/")
    # Views that share one address are told apart; the shop's default view needs no mark.
    assert product(shop, 141, "2").url.endswith("?___store=uk_fr")


def test_addresses_follow_the_shops_settings(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    mariadb.execute(
        copy,
        "DELETE FROM core_url_rewrite WHERE product_id=1",
        "UPDATE core_config_data SET value='1' WHERE path='web/url/use_store'",
        "UPDATE core_config_data SET value='0' WHERE path='web/seo/use_rewrites'",
        "REPLACE INTO core_config_data (scope,scope_id,path,value) VALUES"
        " ('default',0,'web/secure/use_in_frontend','1'), ('stores',2,'web/secure/base_url','https://fr.example.test')",
    )
    shop = open_shop(copy)
    assert product(shop, 1, "1").url == "https://shop.example.test/index.php/uk_en/catalog/product/view/id/1"
    assert product(shop, 1, "2").url.startswith("https://fr.example.test/index.php/uk_fr/")
    mariadb.execute(copy, "UPDATE core_config_data SET value='{{base_url}}' WHERE path LIKE 'web/%secure/base_url'")
    assert product(open_shop(copy), 1, "1").url == ""


def test_categories_are_those_of_the_views_own_tree_without_its_root(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    mariadb.execute(copy, "REPLACE INTO catalog_category_product (category_id,product_id) VALUES (2,141),(1,141)")
    shop = open_shop(copy)
    assert [(each.id, each.name) for each in product(shop, 141, "1").categories] == [("7", "Knitwear"), ("8", "Men")]
    assert [each.id for each in product(shop, 141, "3").categories] == ["29", "30"]


def test_brand_attributes_and_tiers_are_what_people_read(open_shop: Open, magento1_store: str) -> None:
    shop = open_shop(magento1_store, catalog__attributes=["material", "size", "color", "nothing"])
    lamp, towels = product(shop, 2, "1"), product(shop, 4, "3")
    assert lamp.brand == "Löwe & Söhne"
    assert lamp.attributes["material"] == "Cotton"
    assert [(tier.group, tier.quantity, tier.price) for tier in lamp.tier_prices] == [
        ("ALL GROUPS", 50_000, 580_100),
        ("Wholesale", 100_000, 535_900),
    ]
    # A general group price reaches a website of another currency at the shop's rate: 26.12 GBP at 1.2731.
    assert [(tier.group, tier.quantity, tier.price) for tier in towels.tier_prices] == [("VIP", 10_000, 332_534)]
    assert [name for _, name in lamp.websites] == ["UK Website", "US Website"]
    assert lamp.attribute_set == "Default"


def test_tax_is_added_where_prices_do_not_contain_it(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    mariadb.execute(
        copy,
        "REPLACE INTO core_config_data (scope,scope_id,path,value) VALUES ('websites',2,'tax/defaults/country','FR')",
    )
    shop = open_shop(copy)
    british, american = product(shop, 48, "1"), product(shop, 48, "3")
    assert british.price_incl_tax == british.price == 404_600
    assert (american.price, american.price_incl_tax) == (515_096, 618_115)


def test_a_disabled_product_is_still_a_record(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    value(mariadb, copy, "int", 1, "status", 2, "2")
    shop = open_shop(copy)
    assert (product(shop, 1, "1").status, product(shop, 1, "2").status) == ("enabled", "disabled")


def test_carts_are_open_ordered_or_empty_and_reserved_numbers_prove_nothing(shop: Magento1) -> None:
    carts = everything(shop, "carts")
    assert Counter([cart.phase for cart in carts]) == {"ordered": 5297, "open": 489, "empty": 20}
    opened = [cart for cart in carts if cart.phase == "open"]
    assert all([cart.lines for cart in opened])
    assert len([cart for cart in carts if cart.phase != "ordered" and not cart.customer_id and cart.email]) == 156
    # Eight carts of the store keep the subtotal of items that went with a deleted product.
    off = [cart for cart in opened if abs(sum([line.total for line in cart.lines]) - cart.subtotal) > 200]
    assert len(off) == 8
    pictured = [line for cart in opened for line in cart.lines if line.image_url and line.product_url]
    assert len(pictured) > 800


def test_a_cart_in_euro_shows_catalogue_prices_in_euro(shop: Magento1) -> None:
    carts = shop.streams()["carts"]
    cart = carts.to_commerce(carts.fetch(shop.websites()[0], ["2226"])[0])
    (line,) = cart.lines
    assert (cart.currency, line.quantity, line.total) == ("EUR", 30_000, 250_800)
    assert (line.unit_price, line.sale_price) == (83_590, 83_600)
    assert cart.url == "https://shop.example.test/checkout/cart/?___store=uk_fr"


def test_reviews_keep_state_stars_and_only_known_people(shop: Magento1) -> None:
    reviews = everything(shop, "reviews")
    assert Counter([review.state for review in reviews]) == {"approved": 588, "pending": 74, "refused": 38}
    assert sum([len(review.ratings) for review in reviews]) == 1911
    assert {name for review in reviews for name, _ in review.ratings} == {"Quality", "Value", "Price"}
    assert all([bool(review.email) == bool(review.customer_id) for review in reviews])
    nameless = {review.product_id for review in reviews if not review.product_sku}
    held = {each for website in shop.websites() for each in shop.streams()["products"].ids(website, "", 10_000)}
    assert not nameless & held


def test_wishlists_keep_every_wish_and_empty_lists_too(shop: Magento1) -> None:
    wishlists = everything(shop, "wishlists")
    assert len(wishlists) == 329
    assert sum([len(wishlist.items) for wishlist in wishlists]) == 775
    assert all([wishlist.email and wishlist.customer_id for wishlist in wishlists])
    assert all([item.price and item.name for wishlist in wishlists for item in wishlist.items])


def test_a_wishlist_shows_what_the_shop_asks_today(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    shop = open_shop(copy)
    stream, website = shop.streams()["wishlists"], shop.websites()[1]
    first = stream.to_commerce(stream.read(website, Cursor(), 1).rows[0])
    wish = first.items[1]
    mariadb.execute(
        copy,
        "INSERT INTO catalogrule_product_price (rule_date,customer_group_id,product_id,rule_price,website_id)"
        f" SELECT d, 0, {wish.product_id}, 1.25, 2 FROM (SELECT DATE(UTC_TIMESTAMP()) d"
        " UNION SELECT DATE(UTC_TIMESTAMP()-INTERVAL 1 DAY)) days",
    )
    again = stream.to_commerce(stream.read(website, Cursor(), 1).rows[0])
    assert (again.items[1].product_id, again.items[1].price) == (wish.product_id, 12_500)
