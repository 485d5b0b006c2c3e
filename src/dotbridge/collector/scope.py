"""All that stands around the records of one website: its shop, its account, its settings, its mapping context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from dotbridge.commerce.site import Website
from dotbridge.ledger import facts, models
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.shops import open_source, site_of
from dotbridge.mapping.base import Context
from dotbridge.mapping.settings import Settings
from dotbridge.sources.base import Source, Stream


class Scope:
    """One website at work. Its source is opened at first use and closed by ``close``; used by one thread at a time."""

    def __init__(self, website: models.Website) -> None:
        self.website = website
        self.connection = website.connection
        self.account = website.account
        self.settings = resolve(website.pk)
        self.prefix = website.connection.key_prefix
        self.mapping_version = website.account.mapping_version

    @cached_property
    def site(self) -> Website:
        """The website in commerce words."""
        return site_of(self.website)

    @cached_property
    def source(self) -> Source:
        """The open shop."""
        return open_source(self.connection, self.settings)

    @cached_property
    def streams(self) -> Mapping[str, Stream[Any]]:
        """The shop's streams by name."""
        return self.source.streams()

    @cached_property
    def context(self) -> Context:
        """Mapping options and product facts of this website."""
        mapped = self.source.customer_attributes() if self.settings["contacts.attributes"] else None
        settings = mapping_settings(self.website, self.settings, mapped)
        return Context(settings, self.site, facts.products(self.website.pk))

    def beside(self, website: models.Website) -> Scope:
        """Another website of the same shop, through this one's open shop; it is not to be closed by itself."""
        other = Scope(website)
        other.source = self.source
        return other

    def close(self) -> None:
        """Gives the shop's connections back."""
        source = self.__dict__.pop("source", None)
        self.__dict__.pop("streams", None)
        if source is not None:
            source.close()


def mapping_settings(
    website: models.Website, settings: Mapping[str, Any], shop_attributes: frozenset[str] | None = None
) -> Settings:
    """The mapping options of a website: its own settings, what the survey found in its account, the shop's attributes."""
    survey = website.account.survey
    return Settings(
        spelling=survey.get("spelling", "camel"),
        ids=survey.get("ids", "number"),
        order_statuses=tuple(settings["orders.statuses"]),
        cancelled_orders=settings["orders.cancelled"],
        custom_options=settings["orders.custom_options"],
        catalog_level=settings["catalog.level"],
        catalog_shape=settings["catalog.shape"],
        catalog_unpublished=settings["catalog.unpublished"],
        catalog_types=tuple(settings["catalog.types"]),
        catalog_visibility=tuple(settings["catalog.visibility"]),
        review_text=settings["reviews.text"],
        non_subscribers=settings["non_subscribers"],
        fields=settings["contacts.fields"],
        attributes=settings["contacts.attributes"],
        account_fields=survey.get("fields"),
        shop_attributes=shop_attributes,
        lists={
            str(row.pk): {
                kind: number
                for kind, number in (
                    ("customer", row.customer_list),
                    ("subscriber", row.subscriber_list),
                    ("guest", row.guest_list),
                )
                if number
            }
            for row in models.Website.objects.filter(account=website.account)
        },
    )


@contextmanager
def scope_of(website_id: int) -> Iterator[Scope]:
    """The website at work; its shop is closed at the end."""
    row = models.Website.objects.select_related("connection__account", "account").get(pk=website_id)
    scope = Scope(row)
    try:
        yield scope
    finally:
        scope.close()
