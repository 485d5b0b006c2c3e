"""Insight records: one row per document that a website wants in Dotdigital."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.contact import EmailContact
from dotbridge.ledger.models.progress import Progress, progress_rules
from dotbridge.ledger.models.scope import DotdigitalAccount, Website


class Record(Progress):
    """One order, cart, product, review or wishlist of one website (and one store view, where ``scope`` names it).

    ``collection`` is Dotdigital's name of the collection and ``key`` the document's key in it, both unique within the
    account. ``source_updated`` and ``read_started`` order two reads of the same record: the older never overwrites.
    """

    website = models.ForeignKey(Website, models.CASCADE, db_index=False)
    account = models.ForeignKey(DotdigitalAccount, models.PROTECT, db_index=False)
    collection = models.CharField(max_length=128)
    scope = models.CharField(max_length=64, blank=True)
    source_id = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    contact = models.ForeignKey(EmailContact, models.SET_NULL, null=True, db_index=False)
    source_updated = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True


def record_rules(table: str) -> list[models.BaseConstraint]:
    """Uniqueness of a record table. The document key is the last line of defence against two shops with one key."""
    return [
        models.UniqueConstraint(fields=["website", "scope", "source_id"], name=f"{table}_once"),
        models.UniqueConstraint(fields=["account", "collection", "key"], name=f"{table}_key_once"),
        *progress_rules(table),
    ]


def record_indexes(table: str) -> list[models.Index]:
    """Narrow ones: what is on the road, what waits, and what is held back with its contact.

    Queries repeat the condition word for word: SQLite takes a partial index for no other.
    """
    held = models.Q(state__in=["excluded", "rejected", "suppressed"])
    return [
        models.Index(fields=["contact"], condition=held, name=f"{table}_held"),
        models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name=f"{table}_road"),
        models.Index(fields=["waits_for", "website"], condition=models.Q(state="pending"), name=f"{table}_waits"),
    ]


class EmailOrder(Record):
    """Orders."""

    class Meta:
        db_table = "email_order"
        constraints = record_rules("order")
        indexes = record_indexes("order")


class EmailQuote(Record):
    """Carts (CartInsight)."""

    class Meta:
        db_table = "email_quote"
        constraints = record_rules("quote")
        indexes = record_indexes("quote")


class EmailCatalog(Record):
    """Products, per website or per store view."""

    class Meta:
        db_table = "email_catalog"
        constraints = record_rules("catalog")
        indexes = record_indexes("catalog")


class EmailReview(Record):
    """Approved reviews."""

    class Meta:
        db_table = "email_review"
        constraints = record_rules("review")
        indexes = record_indexes("review")


class EmailWishlist(Record):
    """Wishlists."""

    class Meta:
        db_table = "email_wishlist"
        constraints = record_rules("wishlist")
        indexes = record_indexes("wishlist")


class EmailInsight(Record):
    """Any collection that has no classic table of its own; ``collection`` belongs to what makes a row unique here."""

    class Meta:
        db_table = "email_insight"
        constraints = [
            models.UniqueConstraint(fields=["website", "collection", "scope", "source_id"], name="insight_once"),
            models.UniqueConstraint(fields=["account", "collection", "key"], name="insight_key_once"),
            *progress_rules("insight"),
        ]
        indexes = record_indexes("insight")
